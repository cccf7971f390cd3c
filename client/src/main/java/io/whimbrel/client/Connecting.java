package io.whimbrel.client;

import io.netty.handler.ssl.SslContext;
import io.whimbrel.client.internal.Backoff;
import io.whimbrel.client.internal.ClientSession;
import io.whimbrel.client.internal.Incoming;
import io.whimbrel.client.internal.MemoryOutbox;
import io.whimbrel.client.internal.Outbound;
import io.whimbrel.client.internal.Outbox;
import io.whimbrel.client.internal.Runner;
import io.whimbrel.client.internal.RunnerListener;
import io.whimbrel.client.internal.Server;
import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a client: who waits for one, what is said to a server, and who is told. Called
 * by the runner's loop, but for the methods that say otherwise.
 */
final class Connecting implements RunnerListener {
  private static final long PINGRESP_MILLIS = 10_000;
  private static final long ACKNOWLEDGEMENT_MILLIS = 120_000;

  private final ClientOptions options;
  private final Serial serial;
  private final Dispatcher dispatcher;
  private final Room room;
  private final Consumer<String> outboxFailed;
  private final Credentials credentials;
  private @Nullable Runner runner;
  private List<CompletableFuture<ConnectResult>> waiting = new ArrayList<>();
  private @Nullable ConnectResult last;
  private long connections;
  private volatile boolean connected;
  private volatile boolean stopped;

  Connecting(
      ClientOptions options,
      Serial serial,
      Dispatcher dispatcher,
      Room room,
      Consumer<String> outboxFailed) {
    this.room = room;
    this.options = options;
    this.serial = serial;
    this.dispatcher = dispatcher;
    this.outboxFailed = outboxFailed;
    this.credentials = new Credentials(options);
  }

  /** Makes the runner, once. */
  Runner runner(Outbox outbox) {
    SslContext tls =
        options.servers().stream().anyMatch(ServerAddress::encrypted)
            ? options.tls().context()
            : null;
    List<Server> servers = new ArrayList<>();
    for (ServerAddress each : options.servers()) {
      servers.add(
          new Server(
              each.host(),
              each.port(),
              each.encrypted() ? tls : null,
              options.tls().verifiesHost(),
              each.webSocketPath().isEmpty() ? null : each.webSocketPath()));
    }
    long timeout = options.timeout().toMillis();
    Runner made =
        new Runner(
            Threads.nextLoop(),
            Threads.workers(),
            new Runner.Plan(
                servers,
                timeout,
                options.reconnects(),
                new Backoff(
                    options.backoffMin().toMillis(),
                    options.backoffMax().toMillis(),
                    new SplittableRandom()),
                options.inFlightMaximum(),
                new ClientSession.SessionWaits(timeout, PINGRESP_MILLIS, ACKNOWLEDGEMENT_MILLIS)),
            outbox,
            this);
    runner = made;
    return made;
  }

  private Runner mine() {
    Runner made = runner;
    if (made == null) {
      throw new IllegalStateException("no runner yet");
    }
    return made;
  }

  // ---------------------------------------------------------------- its user, any thread

  CompletableFuture<ConnectResult> connect() {
    CompletableFuture<ConnectResult> result = new CompletableFuture<>();
    mine()
        .post(
            s -> {
              ConnectResult now = last;
              if (stopped) {
                result.completeExceptionally(new MqttClientException("the client is closed"));
              } else if (connected && now != null) {
                result.complete(now);
              } else {
                waiting.add(result);
                mine().start();
                expire(result);
              }
            });
    return result;
  }

  /** While lost connections are made again, nothing says when. */
  private void expire(CompletableFuture<ConnectResult> result) {
    long millis = options.timeout().toMillis() * options.servers().size();
    CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS)
        .execute(
            () ->
                mine()
                    .post(
                        s -> {
                          result.completeExceptionally(
                              new MqttClientException("no connection in time"));
                          waiting.removeIf(CompletableFuture::isDone);
                        }));
  }

  boolean isConnected() {
    return connected;
  }

  boolean isStopped() {
    return stopped;
  }

  void disconnect(Runnable done) {
    mine()
        .disconnect(
            goodbye(),
            () -> {
              connected = false;
              dispatcher.disconnected();
              answer(new MqttClientException("the client was told to disconnect"));
            },
            done);
  }

  void stop(Runnable done) {
    mine().post(s -> stopped = true); // what was asked before is asked, and then given up
    mine()
        .stop(
            goodbye(),
            () -> {
              connected = false;
              answer(new MqttClientException("the client is closed"));
              done.run();
            });
  }

  /** A client that wants no session kept says so when it goes (3.14.2.2.2). */
  private Disconnect goodbye() {
    boolean five = options.version().isFive();
    Properties properties =
        five && options.sessionExpiry().isEmpty()
            ? Properties.builder().set(PropertyId.SESSION_EXPIRY_INTERVAL, 0).build()
            : Properties.NONE;
    return new Disconnect(ReasonCode.SUCCESS, properties);
  }

  // ---------------------------------------------------------------- the runner

  @Override
  public Outbound.Progress onFound(Outbox.Kept kept) {
    long bytes = MemoryOutbox.sizeOf(kept.message());
    room.isTaken(bytes);
    Delivery delivery = new Delivery(Message.of(kept.message()), options.executor());
    return delivery.progress(() -> room.giveBack(bytes));
  }

  @Override
  public CompletionStage<Connect> nextConnect() {
    return credentials.nextConnect();
  }

  @Override
  public void onConnecting(Server server) {}

  @Override
  public void onConnected(Server server, Connack connack) {
    ConnectResult result = ConnectResult.of(server.toString(), connack);
    last = result;
    connected = true;
    credentials.onConnected();
    dispatcher.connected();
    List<CompletableFuture<ConnectResult>> told = waiting;
    waiting = new ArrayList<>();
    told.forEach(each -> each.complete(result));
    serial.execute(() -> options.listener().onConnected(result));
    connections++;
    planRenewal();
  }

  /** Once for each token of each connection. */
  private void planRenewal() {
    long mine = connections;
    credentials.whenToRenew(
        millis ->
            CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS)
                .execute(
                    () ->
                        mine()
                            .post(
                                s -> {
                                  if (mine == connections) {
                                    credentials.renew(s, mine());
                                  }
                                })));
  }

  @Override
  public void onRefused(Server server, Connack connack) {
    ConnectResult result = ConnectResult.of(server.toString(), connack);
    List<CompletableFuture<ConnectResult>> told = waiting;
    waiting = new ArrayList<>();
    told.forEach(each -> each.complete(result));
  }

  @Override
  public void onDisconnected(@Nullable ReasonCode reason, String why, boolean again) {
    connected = false;
    dispatcher.disconnected();
    if (!again) {
      answer(new MqttClientException(why));
    }
    serial.execute(() -> options.listener().onDisconnected(why, again));
  }

  private void answer(MqttClientException failure) {
    List<CompletableFuture<ConnectResult>> told = waiting;
    waiting = new ArrayList<>();
    told.forEach(each -> each.completeExceptionally(failure));
  }

  @Override
  public void onMessage(Incoming message) {
    dispatcher.onMessage(message);
  }

  @Override
  public void onAuth(Auth auth) {
    credentials.onAuth(auth, mine());
    if (auth.reason() == ReasonCode.SUCCESS) {
      planRenewal(); // a re-authentication has succeeded, with a new token
    }
  }

  @Override
  public void onSubscriptionLost(ReasonCode reason) {
    serial.execute(() -> options.listener().onSubscriptionLost("refused: " + reason));
  }

  @Override
  public void onOutboxFailed(String why) {
    outboxFailed.accept(why);
  }
}

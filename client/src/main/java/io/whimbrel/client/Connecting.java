package io.whimbrel.client;

import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import io.whimbrel.client.MqttClientException.Kind;
import io.whimbrel.client.internal.Backoff;
import io.whimbrel.client.internal.ClientSession;
import io.whimbrel.client.internal.Failures;
import io.whimbrel.client.internal.Incoming;
import io.whimbrel.client.internal.MemoryOutbox;
import io.whimbrel.client.internal.Outbound;
import io.whimbrel.client.internal.Outbox;
import io.whimbrel.client.internal.Runner;
import io.whimbrel.client.internal.RunnerListener;
import io.whimbrel.client.internal.Serial;
import io.whimbrel.client.internal.Server;
import io.whimbrel.client.internal.Threads;
import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
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

  private static final Set<ReasonCode> GOODBYES =
      EnumSet.of(
          ReasonCode.SUCCESS,
          ReasonCode.DISCONNECT_WITH_WILL,
          ReasonCode.UNSPECIFIED_ERROR,
          ReasonCode.MALFORMED_PACKET,
          ReasonCode.PROTOCOL_ERROR,
          ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
          ReasonCode.TOPIC_NAME_INVALID,
          ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
          ReasonCode.TOPIC_ALIAS_INVALID,
          ReasonCode.PACKET_TOO_LARGE,
          ReasonCode.MESSAGE_RATE_TOO_HIGH,
          ReasonCode.QUOTA_EXCEEDED,
          ReasonCode.ADMINISTRATIVE_ACTION,
          ReasonCode.PAYLOAD_FORMAT_INVALID);

  private static final Set<PropertyId> OF_A_GOODBYE =
      EnumSet.of(
          PropertyId.SESSION_EXPIRY_INTERVAL, PropertyId.REASON_STRING, PropertyId.USER_PROPERTY);

  private final ClientOptions options;
  private final Serial serial;
  private final Dispatcher dispatcher;
  private final Room room;
  private final Consumer<String> outboxFailed;
  private final EventLoop loop = Threads.nextLoop();
  private final Credentials credentials;
  private @Nullable Runner runner;
  private List<CompletableFuture<ConnectResult>> waiting = new ArrayList<>();
  private @Nullable ConnectResult last;
  private @Nullable ConnectResult refused;
  private @Nullable MqttClientException distrusted;
  private @Nullable Properties said;
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
    this.credentials =
        new Credentials(
            options,
            this::after,
            why -> serial.execute(() -> options.listener().onTokenFailed(why)));
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
            loop,
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

  /**
   * Connects, unless it has.
   *
   * @param millis how long that may take: while lost connections are made again, nothing says when
   */
  CompletableFuture<ConnectResult> connect(long millis) {
    CompletableFuture<ConnectResult> result = new CompletableFuture<>();
    mine()
        .post(
            s -> {
              ConnectResult now = last;
              if (stopped) {
                result.completeExceptionally(closedFailure());
              } else if (connected && now != null) {
                result.complete(now);
              } else {
                waiting.add(result);
                mine().start();
                Runnable expiry = after(millis, () -> expire(result));
                result.whenComplete((done, failure) -> expiry.run());
              }
            });
    return result;
  }

  private void expire(CompletableFuture<ConnectResult> result) {
    result.completeExceptionally(
        new MqttClientException(Kind.NO_ANSWER_IN_TIME, "no connection in time"));
    waiting.removeIf(CompletableFuture::isDone);
  }

  /** Each server is tried once. */
  long connectMillis() {
    return options.timeout().toMillis() * options.servers().size();
  }

  Runnable after(long millis, Runnable task) {
    Future<?> timer = loop.schedule(task, millis, TimeUnit.MILLISECONDS);
    return () -> timer.cancel(false);
  }

  boolean isConnected() {
    return connected;
  }

  boolean isStopped() {
    return stopped;
  }

  void disconnect(Disconnect goodbye, Runnable done) {
    mine()
        .disconnect(
            goodbye,
            () -> {
              left();
              answer(
                  new MqttClientException(Kind.DISCONNECTED, "the client was told to disconnect"));
            },
            done);
  }

  void stop(Runnable done) {
    mine().post(s -> stopped = true); // what was asked before is asked, and then given up
    mine()
        .stop(
            goodbye(),
            () -> {
              left();
              answer(closedFailure());
              done.run();
            });
  }

  private void left() {
    connected = false;
    forgetRound();
    dispatcher.disconnected();
    credentials.onDisconnected();
  }

  private static MqttClientException closedFailure() {
    return new MqttClientException(Kind.CLOSED, "the client is closed");
  }

  /** A client that wants no session kept says so when it goes (3.14.2.2.2). */
  Disconnect goodbye() {
    boolean five = options.version().isFive();
    Properties properties =
        five && options.sessionExpiry().isEmpty()
            ? Properties.builder().set(PropertyId.SESSION_EXPIRY_INTERVAL, 0).build()
            : Properties.NONE;
    return new Disconnect(ReasonCode.SUCCESS, properties);
  }

  /** What a user wants said instead, if a client may [MQTT-3.14.2-1] [MQTT-3.14.2-2]. */
  Disconnect goodbye(ReasonCode reason, Properties said) {
    if (!options.version().isFive()) {
      throw new IllegalArgumentException("a DISCONNECT says nothing before MQTT 5");
    }
    if (!GOODBYES.contains(reason)) {
      throw new IllegalArgumentException(reason + " is no reason of a client to disconnect");
    }
    for (PropertyId each : said.present()) {
      if (!OF_A_GOODBYE.contains(each)) {
        throw new IllegalArgumentException("a DISCONNECT of a client has no " + each);
      }
    }
    boolean endsAtOnce = options.sessionExpiry().map(Duration::toSeconds).orElse(1L) == 0;
    if (endsAtOnce && said.number(PropertyId.SESSION_EXPIRY_INTERVAL, 0) > 0) {
      throw new IllegalArgumentException("the session was to end with its connection");
    }
    boolean isSilent = !said.has(PropertyId.SESSION_EXPIRY_INTERVAL);
    return isSilent && options.sessionExpiry().isEmpty()
        ? new Disconnect(
            reason, said.toBuilder().set(PropertyId.SESSION_EXPIRY_INTERVAL, 0).build())
        : new Disconnect(reason, said);
  }

  // ---------------------------------------------------------------- the runner

  @Override
  public Outbound.Progress onFound(Outbox.Kept kept) {
    long bytes = MemoryOutbox.sizeOf(kept.message());
    room.isTaken(bytes);
    Delivery delivery = new Delivery(Message.of(kept.message()), options.executor(), true);
    Outbound.Progress progress = delivery.progress(() -> room.giveBack(bytes));
    progress.onSafe();
    serial.execute(() -> options.listener().onFound(delivery));
    return progress;
  }

  @Override
  public CompletionStage<Connect> nextConnect() {
    return credentials.nextConnect(mine());
  }

  @Override
  public void onConnecting(Server server) {}

  @Override
  public void onConnected(Server server, Connack connack) {
    try {
      credentials.onConnected(connack, mine());
    } catch (RuntimeException untrusted) {
      refuse(server, untrusted);
    }
    ConnectResult result = ConnectResult.of(server.toString(), connack);
    last = result;
    forgetRound();
    connected = true;
    dispatcher.connected();
    answer(result);
    serial.execute(() -> options.listener().onConnected(result));
  }

  /** It does not go on with a server that is not the one that was meant. */
  private void refuse(Server server, RuntimeException untrusted) {
    String why = server + " has not proven who it is: " + Failures.words(untrusted);
    distrusted = new MqttClientException(Kind.SERVER_NOT_TRUSTED, why, untrusted);
    throw new ProtocolErrorException(ReasonCode.UNSPECIFIED_ERROR, "4.12", why);
  }

  @Override
  public void onRefused(Server server, Connack connack) {
    refused = ConnectResult.of(server.toString(), connack);
    said = connack.properties();
  }

  @Override
  public void onLastWord(Disconnect last) {
    said = last.properties();
  }

  /** Every server was tried: what the last one that answered said is the result. */
  @Override
  public void onRoundOver() {
    ConnectResult result = refused;
    MqttClientException failure = distrusted;
    forgetRound();
    if (result != null) {
      answer(result);
    } else if (failure != null) {
      answer(failure);
    }
  }

  private void forgetRound() {
    refused = null;
    distrusted = null;
  }

  @Override
  public void onDisconnected(
      @Nullable ReasonCode reason, String why, @Nullable Throwable cause, boolean again) {
    connected = false;
    dispatcher.disconnected();
    credentials.onDisconnected();
    if (!again) {
      answer(new MqttClientException(Kind.NO_SERVER, why, cause));
    }
    Properties last = said;
    said = null;
    Disconnection how =
        new Disconnection(
            reason,
            why,
            text(last, PropertyId.REASON_STRING),
            text(last, PropertyId.SERVER_REFERENCE),
            cause,
            again);
    serial.execute(() -> options.listener().onDisconnected(how));
  }

  private static String text(@Nullable Properties said, PropertyId id) {
    String text = said == null ? null : said.text(id);
    return text == null ? "" : text;
  }

  private void answer(ConnectResult result) {
    List<CompletableFuture<ConnectResult>> told = waiting;
    waiting = new ArrayList<>();
    told.forEach(each -> each.complete(result));
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
  }

  @Override
  public void onSubscriptionLost(TopicFilter filter, ReasonCode reason) {
    String text = filter.toString();
    serial.execute(() -> options.listener().onSubscriptionLost(text, reason));
  }

  @Override
  public void onOutboxFailed(String why) {
    outboxFailed.accept(why);
  }
}

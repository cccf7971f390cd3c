package io.whimbrel.client;

import io.whimbrel.client.MqttClientException.Kind;
import io.whimbrel.client.internal.Failures;
import io.whimbrel.client.internal.FileOutbox;
import io.whimbrel.client.internal.MemoryOutbox;
import io.whimbrel.client.internal.Outbound;
import io.whimbrel.client.internal.Outbox;
import io.whimbrel.client.internal.OutboxException;
import io.whimbrel.client.internal.Request;
import io.whimbrel.client.internal.Runner;
import io.whimbrel.client.internal.Serial;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * A client of MQTT servers, for 3.1.1 and 5 alike: one session, over one connection after the
 * other.
 *
 * <pre>{@code
 * MqttClient client = MqttClient.to("mqtt://localhost").clientId("pump-7").build();
 * client.handle("pumps/7/speed", message -> pump.speed(message.text()));
 * client.connect();
 * client.subscribe(Subscription.of("pumps/7/speed", Qos.AT_LEAST_ONCE));
 * client.publish(Message.of("pumps/7/state", "ready"));
 * }</pre>
 *
 * <p>For any thread. Methods never block: what they return completes on threads of their own, where
 * anything may be called, blocking calls too. {@link #blocking} gives the same with calls that
 * wait, each with a limit in time. Who is called back may block as long as it likes; messages wait
 * meanwhile, and then the server.
 *
 * <p>A lost connection is made again by itself, with growing waits between the tries; subscriptions
 * are made again where the server has lost the session, and messages that were not acknowledged are
 * sent again in their order.
 */
public final class MqttClient implements AutoCloseable {
  private final ClientOptions options;
  private final Room room;
  private final Serial serial;
  private final Dispatcher dispatcher;
  private final Runner runner;
  private final Connecting connecting;
  private final Requester requester;
  private volatile boolean closed;

  private MqttClient(ClientOptions options) {
    this.options = options;
    Outbox outbox =
        options
            .outbox()
            .directory()
            .<Outbox>map(
                directory ->
                    new FileOutbox(directory, options.clientId(), options.outbox().synced()))
            .orElseGet(MemoryOutbox::new);
    room = new Room(options.outbox().bytesMax());
    serial = new Serial(options.executor());
    dispatcher =
        new Dispatcher(
            serial,
            options.listener(),
            options.byHand(),
            options.version().isFive(),
            (incoming, reason) -> runner().post(s -> s.acknowledge(incoming, reason)),
            wanted -> runner().post(s -> runner().reads(wanted)));
    connecting = new Connecting(options, serial, dispatcher, room, this::fail);
    try {
      runner = connecting.runner(outbox);
    } catch (OutboxException unusable) {
      throw new MqttClientException(Kind.OUTBOX_FAILED, Failures.words(unusable), unusable);
    }
    requester = new Requester(this, options, dispatcher, connecting::after);
  }

  private Runner runner() {
    return runner;
  }

  /**
   * A client of these servers, the first of which is tried first.
   *
   * @param servers such as {@code mqtt://host:1883}, {@code mqtts://host}, {@code ws://host/mqtt}
   *     or {@code wss://host/mqtt}
   * @throws IllegalArgumentException one of them is no address
   */
  public static MqttClientBuilder to(String... servers) {
    List<ServerAddress> addresses = new ArrayList<>();
    for (String each : servers) {
      addresses.add(ServerAddress.of(each));
    }
    return new MqttClientBuilder(addresses);
  }

  static MqttClient of(ClientOptions options) {
    return new MqttClient(options);
  }

  // ---------------------------------------------------------------- connecting

  /**
   * Connects. A client that is connected, or is about to be, gives what becomes of that.
   *
   * @return completes with what the server said, or exceptionally with {@link MqttClientException}
   *     where no server was reached; after the first success the client stays connected by itself
   */
  public CompletionStage<ConnectResult> connect() {
    return async(rawConnect(connectMillis()));
  }

  CompletableFuture<ConnectResult> rawConnect(long millis) {
    return closed ? CompletableFuture.failedFuture(closedFailure()) : connecting.connect(millis);
  }

  /** How long it may take to try each server. */
  long connectMillis() {
    return connecting.connectMillis();
  }

  /** Whether a server has let the client in and the connection stands, as far as is known. */
  public boolean isConnected() {
    return connecting.isConnected();
  }

  /** The Client Identifier. */
  public String clientId() {
    return options.clientId();
  }

  /**
   * Says goodbye, and stays away until {@link #connect}. Messages that are not done stay, and are
   * sent then.
   */
  public CompletionStage<Void> disconnect() {
    return async(rawDisconnect(connecting.goodbye()));
  }

  /**
   * The same with all that a DISCONNECT can say; MQTT 5. With {@link
   * ReasonCode#DISCONNECT_WITH_WILL} the server publishes the will.
   *
   * @param properties such as a DISCONNECT of a client may have; they say when the session ends
   * @throws IllegalArgumentException a client cannot say this
   */
  public CompletionStage<Void> disconnect(ReasonCode reason, Properties properties) {
    return async(rawDisconnect(connecting.goodbye(reason, properties)));
  }

  CompletableFuture<Void> rawDisconnect(Disconnect goodbye) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    connecting.disconnect(goodbye, () -> done.complete(null));
    return done;
  }

  Disconnect goodbye() {
    return connecting.goodbye();
  }

  Disconnect goodbye(ReasonCode reason, Properties properties) {
    return connecting.goodbye(reason, properties);
  }

  /**
   * Says goodbye and lets go of everything. What waits in memory is given up; what is in an outbox
   * on disk is sent by the next client with that outbox. Waits for the disk, not for the server.
   */
  @Override
  public void close() {
    closed = true;
    CompletableFuture<Void> done = new CompletableFuture<>();
    connecting.stop(() -> done.complete(null));
    dispatcher.close();
    dispatcher.awaits();
    try {
      done.join();
    } finally {
      dispatcher.awaited();
    }
  }

  // ---------------------------------------------------------------- publishing

  /**
   * Publishes. With no connection the message waits for one.
   *
   * @return how far it is; it has failed already where the client is closed or has no room
   * @throws IllegalArgumentException it says what only a will can
   */
  public Delivery publish(Message message) {
    Delivery delivery = delivery(message.checkedToPublish());
    long bytes = MemoryOutbox.sizeOf(message.publish());
    if (closed) {
      delivery.fail(Kind.CLOSED, "the client is closed");
    } else if (!room.take(bytes)) {
      delivery.fail(
          Kind.OUTBOX_FULL,
          "the outbox is full: " + room.max() + " bytes are not acknowledged yet");
    } else {
      send(delivery, bytes);
    }
    return delivery;
  }

  /** The same, and waits for room where that is the policy. */
  Delivery publish(Message message, long millis) throws InterruptedException {
    long bytes = MemoryOutbox.sizeOf(message.checkedToPublish().publish());
    boolean waits = options.outbox().whenFull() == OutboxSettings.WhenFull.WAIT;
    if (closed || !waits || !room.take(bytes, millis)) {
      return publish(message);
    }
    Delivery delivery = delivery(message);
    send(delivery, bytes);
    return delivery;
  }

  private Delivery delivery(Message message) {
    return new Delivery(message, options.executor(), options.outbox().directory().isPresent());
  }

  private void send(Delivery delivery, long bytes) {
    Publish publish = delivery.message().publish();
    Outbound outbound = new Outbound(publish, delivery.progress(() -> room.giveBack(bytes)));
    runner.post(
        s -> {
          if (connecting.isStopped()) {
            room.giveBack(bytes);
            delivery.fail(Kind.CLOSED, "the client is closed");
          } else {
            s.publish(outbound, runner.now());
          }
        });
  }

  /** Bytes of messages that are not done. */
  public long outboxBytes() {
    return room.used();
  }

  /**
   * Asks and waits for the answer (4.10): the message gets a Response Topic of this client and
   * Correlation Data. MQTT 5 alone.
   *
   * @return completes with the answer, or exceptionally with {@link MqttClientException} where none
   *     came in time or the server refused the question
   */
  public CompletionStage<ReceivedMessage> request(Message question, Duration timeout) {
    return async(rawRequest(question, timeout));
  }

  CompletableFuture<ReceivedMessage> rawRequest(Message question, Duration timeout) {
    return requester.ask(question, timeout);
  }

  /**
   * Answers a question: publishes to its Response Topic, with its Correlation Data.
   *
   * @throws IllegalArgumentException the message does not say where answers go
   */
  public Delivery respond(ReceivedMessage question, byte[] answer) {
    Message.Builder builder =
        Message.to(
            question
                .message()
                .responseTopic()
                .orElseThrow(() -> new IllegalArgumentException("it has no Response Topic")));
    question.message().correlationData().ifPresent(builder::correlationData);
    return publish(builder.qos(question.message().qos()).payload(answer).build());
  }

  // ---------------------------------------------------------------- subscribing

  /**
   * Subscribes; the subscriptions are made again where a server has lost the session. Messages go
   * to the handlers and streams whose filters match, in whatever order these were made.
   */
  public CompletionStage<SubscribeResult> subscribe(Subscription... subscriptions) {
    return async(rawSubscribe(Properties.NONE, timeoutMillis(), subscriptions));
  }

  /**
   * The same with a Subscription Identifier, which messages of these subscriptions bring; MQTT 5.
   *
   * @param identifier 1 to 268,435,455
   */
  public CompletionStage<SubscribeResult> subscribe(int identifier, Subscription... subscriptions) {
    return async(rawSubscribe(identified(identifier), timeoutMillis(), subscriptions));
  }

  /**
   * The same with all that a SUBSCRIBE can say, such as User Properties; MQTT 5.
   *
   * @param properties such as a SUBSCRIBE may have
   */
  public CompletionStage<SubscribeResult> subscribe(
      Properties properties, Subscription... subscriptions) {
    return async(rawSubscribe(properties, timeoutMillis(), subscriptions));
  }

  static Properties identified(int identifier) {
    return Properties.builder().subscriptionIdentifier(identifier).build();
  }

  private long timeoutMillis() {
    return options.timeout().toMillis();
  }

  CompletableFuture<SubscribeResult> rawSubscribe(
      Properties properties, long millis, Subscription... subscriptions) {
    List<SubscriptionRequest> requests = new ArrayList<>();
    for (Subscription each : subscriptions) {
      requests.add(each.request());
    }
    return ask(requests, List.of(), properties, millis);
  }

  /** Ends subscriptions; their handlers stay. */
  public CompletionStage<SubscribeResult> unsubscribe(String... filters) {
    return async(rawUnsubscribe(Properties.NONE, timeoutMillis(), filters));
  }

  /**
   * The same with User Properties; MQTT 5.
   *
   * @param properties such as an UNSUBSCRIBE may have
   */
  public CompletionStage<SubscribeResult> unsubscribe(Properties properties, String... filters) {
    return async(rawUnsubscribe(properties, timeoutMillis(), filters));
  }

  CompletableFuture<SubscribeResult> rawUnsubscribe(
      Properties properties, long millis, String... filters) {
    List<TopicFilter> all = new ArrayList<>();
    for (String each : filters) {
      all.add(Words.filter(each));
    }
    return ask(List.of(), all, properties, millis);
  }

  private CompletableFuture<SubscribeResult> ask(
      List<SubscriptionRequest> subscribed,
      List<TopicFilter> unsubscribed,
      Properties properties,
      long millis) {
    if (subscribed.isEmpty() && unsubscribed.isEmpty()) {
      throw new IllegalArgumentException("no filter was given");
    }
    CompletableFuture<SubscribeResult> result = new CompletableFuture<>();
    Request.Answer answer =
        new Request.Answer() {
          @Override
          public void onReasons(List<ReasonCode> reasons, Properties said) {
            String words = said.text(PropertyId.REASON_STRING);
            result.complete(
                new SubscribeResult(reasons, words == null ? "" : words, said.userProperties()));
          }

          @Override
          public void onFailed(String why) {
            Kind kind = connecting.isStopped() ? Kind.CLOSED : Kind.NO_ANSWER_IN_TIME;
            result.completeExceptionally(new MqttClientException(kind, why));
          }
        };
    runner.post(
        s -> {
          if (connecting.isStopped()) {
            answer.onFailed("the client is closed");
          } else {
            s.ask(new Request(subscribed, unsubscribed, properties, runner.now() + millis, answer));
          }
        });
    return result;
  }

  // ---------------------------------------------------------------- receiving

  /**
   * Gives messages of these topics to a handler, whatever they were subscribed with. Handlers made
   * before {@link #connect} miss nothing of what a session has waiting.
   */
  public void handle(String filter, MessageHandler handler) {
    dispatcher.handle(Words.filter(filter), handler);
  }

  /**
   * Takes the handlers and streams of exactly this filter away: the streams complete, and what they
   * were not asked for yet is acknowledged, and goes to {@link ClientListener#onUnhandled}.
   */
  public void unhandle(String filter) {
    dispatcher.remove(Words.filter(filter));
  }

  /**
   * The messages of these topics as a stream, for as many subscribers as like; each sees all that
   * come while it is there. A message that no subscriber has asked for yet is not acknowledged, so
   * that Receive Maximum stops the server. A stream completes with {@link #unhandle} and {@link
   * #close}.
   */
  public Flow.Publisher<ReceivedMessage> messages(String filter) {
    return Stream.of(dispatcher, Words.filter(filter));
  }

  /** The same client with calls that wait. */
  public BlockingClient blocking() {
    return new BlockingClient(this, dispatcher, options.timeout(), false);
  }

  // ---------------------------------------------------------------- failing

  /** The outbox has failed: no promise can be kept any more. */
  private void fail(String why) {
    closed = true;
    connecting.stop(() -> {});
    dispatcher.close();
    serial.execute(() -> options.listener().onOutboxFailed(why));
  }

  private <T> CompletionStage<T> async(CompletableFuture<T> raw) {
    return raw.thenApplyAsync(done -> done, options.executor());
  }

  private static MqttClientException closedFailure() {
    return new MqttClientException(Kind.CLOSED, "the client is closed");
  }
}

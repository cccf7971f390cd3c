package io.whimbrel.client.sn;

import io.whimbrel.client.internal.Serial;
import io.whimbrel.client.internal.SnAnswer;
import io.whimbrel.client.internal.SnFailure;
import io.whimbrel.client.internal.SnIncoming;
import io.whimbrel.client.internal.SnOutgoing;
import io.whimbrel.client.internal.SnPlan;
import io.whimbrel.client.internal.SnRequest;
import io.whimbrel.client.internal.SnRunner;
import io.whimbrel.client.internal.SnSession;
import io.whimbrel.client.internal.SnSessionListener;
import io.whimbrel.client.internal.SnWill;
import io.whimbrel.client.internal.Threads;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnTopic;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A client of MQTT-SN 1.2: it speaks to a gateway by datagrams, as small devices do, and may sleep.
 *
 * <pre>{@code
 * MqttSnClient client =
 *     MqttSnClient.over(SnTransport.udp("localhost", 10000))
 *         .clientId("pump-7")
 *         .onMessage(message -> pump.speed(message.text()))
 *         .build();
 * client.connect().join();
 * client.subscribe("pumps/7/speed", Qos.AT_LEAST_ONCE).join();
 * client.publish(DeviceMessage.of("pumps/7/state", "ready")).join();
 * }</pre>
 *
 * <p>For any thread. Methods never block: what they return completes on threads of their own, with
 * {@link MqttSnException} where it did not come about, and always within T_retry times N_retry for
 * each exchange with the gateway. Of messages one is on its way, and others wait in their order
 * (6.13). A topic is registered when a message first goes there.
 *
 * <p>A connection that is lost is told of, and not made again by itself.
 */
public final class MqttSnClient implements AutoCloseable {
  private static final int SLEEP_SECONDS_MAX = 65_535;

  private final SnPlan plan;
  private final BiConsumer<DeviceMessage, Acknowledgement> handler;
  private final MqttSnListener listener;
  private final Executor executor;
  private final Serial serial;
  private final Wire wire;
  private final SnRunner runner;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  MqttSnClient(
      SnTransport transport,
      SnPlan plan,
      @Nullable SnWill will,
      BiConsumer<DeviceMessage, Acknowledgement> handler,
      MqttSnListener listener,
      Executor executor) {
    this.plan = plan;
    this.handler = handler;
    this.listener = listener;
    this.executor = executor;
    serial = new Serial(executor);
    wire = new Wire(transport, Threads.workers());
    runner =
        new SnRunner(
            Threads.nextLoop(),
            plan,
            will,
            wire::send,
            transport::sizeMax,
            new Told(),
            why -> serial.execute(() -> listener.onMalformed(why)));
    wire.attach(runner);
  }

  /** A client that speaks over this transport, and closes it with itself. */
  public static MqttSnClientBuilder over(SnTransport transport) {
    return new MqttSnClientBuilder(transport);
  }

  /**
   * Asks which gateways are there (6.1), and closes the transport.
   *
   * @param time how long answers are waited for
   * @return completes with those that answered, which may be none, or exceptionally with {@link
   *     MqttSnException} where the transport cannot be opened
   */
  public static CompletableFuture<List<FoundGateway>> search(SnTransport transport, Duration time) {
    return GatewaySearch.over(transport, time);
  }

  // ---------------------------------------------------------------- the connection

  /**
   * Connects (6.2), or has a sleeper become active again (6.14), whose session goes on then. Done
   * at once where it is connected.
   */
  public CompletableFuture<Void> connect() {
    return nothing(
        (session, answer) -> {
          wire.open();
          session.connect(answer, now());
        });
  }

  /** Says goodbye (6.12), when all is said that was given before. */
  public CompletableFuture<Void> disconnect() {
    return nothing((session, answer) -> session.disconnect(answer, now()));
  }

  /**
   * Falls asleep (6.14), when all is said that was given before: the gateway keeps the messages. A
   * sleeper that does not {@link #wake} or {@link #connect} in time is lost. Who sleeps already
   * tells the gateway another time.
   *
   * @param time in whole seconds, 1 to 65,535
   * @throws IllegalArgumentException that is no such time
   */
  public CompletableFuture<Void> sleep(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 1 || seconds > SLEEP_SECONDS_MAX) {
      throw new IllegalArgumentException("sleep of " + time);
    }
    return nothing((session, answer) -> session.sleep((int) seconds, answer, now()));
  }

  /**
   * Asks for the messages that wait, and sleeps on for as long as it said (6.14).
   *
   * @return completes when all of them have come, and the handler is done with them
   */
  public CompletableFuture<Void> wake() {
    CompletableFuture<Void> result = new CompletableFuture<>();
    SnAnswer answer =
        answer(result, qos -> null, task -> serial.execute(() -> executor.execute(task)));
    runner.post(session -> session.wake(answer, now()));
    return result;
  }

  /** Whether messages can be published: it is connected and does not sleep, as far as is known. */
  public boolean isActive() {
    return runner.isActive();
  }

  /** The Client Identifier. */
  public String clientId() {
    return plan.clientId();
  }

  /** Says goodbye without waiting for an answer, gives up what waits, and closes the transport. */
  @Override
  public void close() {
    runner.post(
        session -> {
          session.close(now());
          wire.close(() -> closed.complete(null));
        });
    closed.join();
  }

  // ---------------------------------------------------------------- messages

  /**
   * Publishes (6.6). Waits for the messages before it, and for a connection that is being made.
   *
   * @return completes when the gateway has acknowledged it; with QoS 0 when it was handed to the
   *     transport, and if the gateway has lost the topic's id nobody hears that it was not taken
   */
  public CompletableFuture<Void> publish(DeviceMessage message) {
    return nothing(
        (session, answer) ->
            session.publish(outgoing(message, message.qos().number(), answer), now()));
  }

  /**
   * Publishes without a connection (6.8, QoS -1), to a pre-defined topic or one of two octets. The
   * gateway has to allow it, and does not answer.
   *
   * @return completes when it was handed to the transport
   */
  public CompletableFuture<Void> publishWithoutConnection(DeviceMessage message) {
    return nothing(
        (session, answer) ->
            wire.open(
                failure -> {
                  if (failure == null) {
                    int qos = SnMessage.Publish.QOS_WITHOUT_CONNECTION;
                    session.publish(outgoing(message, qos, answer), now());
                  } else {
                    answer.onFailed(failure);
                  }
                }));
  }

  private static SnOutgoing outgoing(DeviceMessage message, int qos, SnAnswer answer) {
    Topic topic = message.topic();
    SnTopic given =
        topic.predefinedId() == 0 ? SnTopic.NONE : SnTopic.predefined(topic.predefinedId());
    return new SnOutgoing(
        given.equals(SnTopic.NONE) ? topic.topicName() : TopicName.NONE,
        given,
        qos,
        message.retain(),
        message.bytes(),
        answer);
  }

  // ---------------------------------------------------------------- subscriptions

  /**
   * Subscribes (6.9).
   *
   * @param filter a name or a filter with wildcards
   * @return completes with the QoS that was granted
   * @throws IllegalArgumentException that is no Topic Filter
   */
  public CompletableFuture<Qos> subscribe(String filter, Qos qos) {
    TopicFilter wanted = filter(filter);
    return request(wanted, SnTopic.NONE, qos.number(), Qos::of);
  }

  /** The same by an id that both sides know; see {@link Topic#predefined}. */
  public CompletableFuture<Qos> subscribe(Topic topic, Qos qos) {
    return topic.predefinedId() == 0
        ? subscribe(topic.name(), qos)
        : request(null, SnTopic.predefined(topic.predefinedId()), qos.number(), Qos::of);
  }

  /** Ends a subscription. */
  public CompletableFuture<Void> unsubscribe(String filter) {
    return request(filter(filter), SnTopic.NONE, -1, qos -> null);
  }

  /** The same by an id that both sides know. */
  public CompletableFuture<Void> unsubscribe(Topic topic) {
    return topic.predefinedId() == 0
        ? unsubscribe(topic.name())
        : request(null, SnTopic.predefined(topic.predefinedId()), -1, qos -> null);
  }

  private static TopicFilter filter(String text) {
    try {
      return TopicFilter.of(text);
    } catch (ProtocolErrorException wrong) {
      throw new IllegalArgumentException("not a filter: \"" + text + "\": " + wrong.getMessage());
    }
  }

  private <T> CompletableFuture<T> request(
      @Nullable TopicFilter filter, SnTopic given, int qos, IntFunction<T> result) {
    return asked(
        result, (session, answer) -> session.ask(new SnRequest(filter, given, qos, answer), now()));
  }

  // ---------------------------------------------------------------- the Will

  /**
   * Changes the Will (6.4), also for later connections of this client. Whether there can be one
   * where there was none is up to the gateway.
   *
   * @throws IllegalArgumentException it has no name to go to
   */
  public CompletableFuture<Void> changeWill(DeviceMessage message) {
    SnWill will = MqttSnClientBuilder.willOf(message);
    return nothing((session, answer) -> session.changeWill(will, answer, now()));
  }

  /** Takes the Will away (6.4). */
  public CompletableFuture<Void> removeWill() {
    return nothing((session, answer) -> session.changeWill(null, answer, now()));
  }

  // ---------------------------------------------------------------- answers

  private long now() {
    return runner.now();
  }

  private CompletableFuture<Void> nothing(BiConsumer<SnSession, SnAnswer> wanted) {
    return asked(qos -> null, wanted);
  }

  private <T> CompletableFuture<T> asked(
      IntFunction<T> value, BiConsumer<SnSession, SnAnswer> wanted) {
    CompletableFuture<T> result = new CompletableFuture<>();
    SnAnswer answer = answer(result, value, executor);
    runner.post(session -> wanted.accept(session, answer));
    return result;
  }

  private static <T> SnAnswer answer(
      CompletableFuture<T> result, IntFunction<T> value, Executor by) {
    return new SnAnswer() {
      @Override
      public void onDone(int qos) {
        run(by, () -> result.complete(value.apply(qos)));
      }

      @Override
      public void onFailed(SnFailure failure) {
        run(by, () -> result.completeExceptionally(MqttSnException.of(failure)));
      }
    };
  }

  /** An executor that is shut down leaves nobody waiting. */
  private static void run(Executor by, Runnable task) {
    try {
      by.execute(task);
    } catch (RejectedExecutionException over) {
      Threads.workers().execute(task);
    }
  }

  /** What the session tells, for those who may block. */
  private final class Told implements SnSessionListener {
    @Override
    public void onMessage(SnIncoming came) {
      serial.execute(
          () -> {
            DeviceMessage message = message(came);
            Acknowledgement answer = new Handled(came);
            try {
              handler.accept(message, answer);
            } catch (RuntimeException | Error failed) {
              answer.refuse();
              Serial.guarded(() -> listener.onHandlerFailed(message, failed));
            }
          });
    }

    @Override
    public void onDropped() {
      serial.execute(listener::onDropped);
    }

    @Override
    public void onLost(SnFailure failure) {
      serial.execute(() -> listener.onLost(MqttSnException.of(failure)));
    }
  }

  /** What becomes of one message, told to the session once. */
  private final class Handled implements Acknowledgement {
    private final SnIncoming message;
    private final AtomicBoolean isTold = new AtomicBoolean();

    Handled(SnIncoming message) {
      this.message = message;
    }

    @Override
    public void accept() {
      tell(true);
    }

    @Override
    public void refuse() {
      tell(false);
    }

    private void tell(boolean taken) {
      if (!isTold.getAndSet(true)) {
        runner.post(session -> session.handled(message, taken, now()));
      }
    }
  }

  private static DeviceMessage message(SnIncoming came) {
    SnMessage.Publish said = came.publish();
    boolean isPredefined = said.topic().kind() == SnTopic.Kind.PREDEFINED;
    String name = came.name().isNone() ? "" : came.name().toString();
    return new DeviceMessage(
        new Topic(name, isPredefined ? said.topic().value() : 0),
        said.payload(),
        Qos.of(said.qos()),
        said.retain(),
        said.messageId());
  }
}

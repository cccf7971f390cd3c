package io.whimbrel.client.sn;

import io.whimbrel.client.internal.SnPlan;
import io.whimbrel.client.internal.SnWill;
import io.whimbrel.client.internal.Threads;
import io.whimbrel.codec.TopicName;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Collects what an MQTT-SN client is made of. For one thread. */
public final class MqttSnClientBuilder {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int RANDOM_LETTERS = 12;
  private static final int ID_BYTES_MAX = 1_000;
  private static final int TOPICS_MAX = 1_000;

  private final SnTransport transport;
  private final Map<Integer, TopicName> predefined = new HashMap<>();
  private String clientId = "";
  private boolean cleanSession = true;
  private Duration keepAlive = Duration.ofSeconds(60);
  private @Nullable DeviceMessage will;
  private Duration retryDelay = Duration.ofSeconds(10);
  private int retriesMax = 5;
  private int queueMax = 1_000;
  private BiConsumer<DeviceMessage, Acknowledgement> handler = (message, answer) -> answer.refuse();
  private MqttSnListener listener = new MqttSnListener() {};
  private Executor executor = Threads.workers();

  MqttSnClientBuilder(SnTransport transport) {
    this.transport = transport;
  }

  /**
   * The Client Identifier; one at random where nothing is said. The specification gives it 1 to 23
   * letters, and other gateways may take no longer ones.
   */
  public MqttSnClientBuilder clientId(String id) {
    clientId = id;
    return this;
  }

  /**
   * Goes on with the session that the gateway has, with its subscriptions and the messages that
   * wait, and leaves it there (CleanSession 0). Who sleeps and connects again wants that.
   */
  public MqttSnClientBuilder keepSession() {
    cleanSession = false;
    return this;
  }

  /**
   * How often the gateway hears from the client at least while it is active, in whole seconds, up
   * to 65,535; zero for never. 60 s where nothing is said.
   */
  public MqttSnClientBuilder keepAlive(Duration every) {
    keepAlive = every;
    return this;
  }

  /** What the gateway publishes when the client is lost; to a name, as the protocol has it. */
  public MqttSnClientBuilder will(DeviceMessage message) {
    will = message;
    return this;
  }

  /**
   * How long an answer of the gateway is waited for before it is asked again, and how often that is
   * done before it is lost: T_retry and N_retry (7.2). 10 s, 5 times.
   */
  public MqttSnClientBuilder retry(Duration delay, int times) {
    retryDelay = delay;
    retriesMax = times;
    return this;
  }

  /**
   * How many messages may wait to be sent, how many requests, and how many messages for the
   * handler; 1,000 of each.
   */
  public MqttSnClientBuilder queueMaximum(int messages) {
    queueMax = messages;
    return this;
  }

  /**
   * A topic that both sides know by an id (6.7): messages to the name go by the id, and messages by
   * the id have the name.
   *
   * @throws IllegalArgumentException it is no such id, or no Topic Name
   */
  public MqttSnClientBuilder predefined(int id, String topic) {
    Topic both = new Topic(topic, Topic.predefined(id).predefinedId());
    predefined.put(id, Topic.of(both.name()).topicName());
    return this;
  }

  /**
   * Takes the messages that come, one at a time, in their order. A message is acknowledged when
   * this returns, and the gateway waits for that: T_retry times N_retry of its own at most. Without
   * a handler messages are refused.
   */
  public MqttSnClientBuilder onMessage(Consumer<DeviceMessage> takes) {
    return onMessage(
        (message, answer) -> {
          takes.accept(message);
          answer.accept();
        });
  }

  /**
   * The same, where the handler acknowledges the messages itself, then or later. A message of QoS 0
   * is acknowledged too, though nobody hears it: so many may wait, and no more are taken.
   */
  public MqttSnClientBuilder onMessage(BiConsumer<DeviceMessage, Acknowledgement> takes) {
    handler = takes;
    return this;
  }

  /** Hears what becomes of the client. */
  public MqttSnClientBuilder listener(MqttSnListener hears) {
    listener = hears;
    return this;
  }

  /**
   * Runs the handler, the listener and what completes; may be one of virtual threads. It must not
   * run tasks on the thread that gives them.
   */
  public MqttSnClientBuilder executor(Executor threads) {
    executor = threads;
    return this;
  }

  /**
   * The client, not connected yet.
   *
   * @throws IllegalArgumentException what was said does not go together
   */
  public MqttSnClient build() {
    String id = clientId.isEmpty() ? random() : clientId;
    between("octets of the client identifier", bytes(id), 1, ID_BYTES_MAX);
    between("keep alive in seconds", keepAlive.toSeconds(), 0, 65_535);
    if (keepAlive.toSeconds() == 0 && !keepAlive.isZero()) {
      throw new IllegalArgumentException("keep alive is in whole seconds; zero is for never");
    }
    between("T_retry in milliseconds", retryDelay.toMillis(), 1, 3_600_000);
    between("N_retry", retriesMax, 0, 1_000);
    between("queue maximum", queueMax, 1, 1_000_000);
    SnPlan plan =
        new SnPlan(
            id,
            cleanSession,
            (int) keepAlive.toSeconds(),
            retryDelay.toMillis(),
            retriesMax,
            queueMax,
            TOPICS_MAX,
            predefined);
    DeviceMessage last = will;
    return new MqttSnClient(
        transport, plan, last == null ? null : willOf(last), handler, listener, executor);
  }

  /**
   * A Will (6.3).
   *
   * @throws IllegalArgumentException it has no name to go to
   */
  static SnWill willOf(DeviceMessage message) {
    if (message.topic().name().isEmpty()) {
      throw new IllegalArgumentException("a Will goes to a name");
    }
    return new SnWill(
        message.topic().topicName(), message.bytes(), message.qos().number(), message.retain());
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static void between(String what, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          what + ": " + value + " is not from " + least + " to " + most);
    }
  }

  private static String random() {
    SecureRandom random = new SecureRandom();
    StringBuilder id = new StringBuilder("sn-");
    for (int i = 0; i < RANDOM_LETTERS; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return id.toString();
  }
}

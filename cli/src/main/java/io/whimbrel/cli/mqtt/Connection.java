package io.whimbrel.cli.mqtt;

import io.whimbrel.cli.mqtt.PropertyWords.Place;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.MqttClientBuilder;
import io.whimbrel.client.OutboxSettings;
import io.whimbrel.client.TokenSupplier.Token;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Qos;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Which broker is meant, who comes, and with which session: what is common to all tools. Immutable.
 *
 * @param target the broker
 * @param topics of -L and -t, in this order
 * @param user of -u and -L
 * @param password likewise
 */
record Connection(
    Flags flags,
    PropertyWords properties,
    ProtocolVersion version,
    Target target,
    List<String> topics,
    Optional<String> user,
    Optional<String> password) {
  private static final long FOR_EVER = 0xFFFF_FFFFL;

  /** What waits in a tool is what it lets wait, which it knows better than a number of bytes. */
  private static final OutboxSettings BOUNDED_BY_THE_TOOL =
      OutboxSettings.inMemory().bytesMax(Long.MAX_VALUE / 2);

  /**
   * Reads the flags.
   *
   * @throws MistakeException they cannot be done, or do not go together
   */
  static Connection of(Flags flags) {
    PropertyWords properties = PropertyWords.of(flags.all(Flag.PROPERTY));
    Optional<Url> url = flags.text(Flag.URL).map(Url::of);
    List<String> topics = new ArrayList<>();
    url.map(Url::topic).filter(topic -> !topic.isEmpty()).ifPresent(topics::add);
    topics.addAll(flags.all(Flag.TOPIC));
    Optional<String> user =
        flags.text(Flag.USER).or(() -> url.map(Url::user).filter(u -> !u.isEmpty()));
    Optional<String> password =
        flags.text(Flag.PASSWORD).or(() -> url.map(Url::password).filter(p -> !p.isEmpty()));
    return new Connection(
        flags, properties, version(flags), target(flags, url), topics, user, password);
  }

  /** Properties make it MQTT 5; without any, and without a word, it is what Mosquitto speaks. */
  private static ProtocolVersion version(Flags flags) {
    if (flags.has(Flag.PROPERTY)) {
      return ProtocolVersion.MQTT_5;
    }
    String said = flags.last(Flag.VERSION);
    if (said == null) {
      boolean five = flags.tool() == Tool.REQUEST || flags.tool() == Tool.DOCTOR;
      return five ? ProtocolVersion.MQTT_5 : ProtocolVersion.MQTT_3_1_1;
    }
    return switch (said) {
      case "31", "mqttv31" -> ProtocolVersion.MQTT_3_1;
      case "311", "mqttv311" -> ProtocolVersion.MQTT_3_1_1;
      case "5", "mqttv5" -> ProtocolVersion.MQTT_5;
      default ->
          throw new MistakeException("-V knows mqttv31, mqttv311 and mqttv5, not '" + said + "'");
    };
  }

  private static Target target(Flags flags, Optional<Url> url) {
    String host = flags.text(Flag.HOST).or(() -> url.map(Url::host)).orElse("localhost");
    int port = flags.number(Flag.PORT, url.map(Url::port).orElse(0), 1, 65_535);
    boolean encrypted =
        TlsFlags.wanted(flags) || url.map(Url::encrypted).orElse(false) || port == 8883;
    boolean webSocket =
        flags.has(Flag.WEB_SOCKET)
            || flags.has(Flag.WEB_SOCKET_PATH)
            || url.map(Url::webSocket).orElse(false);
    String path = webSocket ? flags.text(Flag.WEB_SOCKET_PATH).orElse("/mqtt") : "";
    boolean whole = path.isEmpty() || path.startsWith("/");
    return Target.of(host, port, encrypted, whole ? path : "/" + path);
  }

  /** As {@link MqttClient#to} takes it. */
  String address() {
    return target.address();
  }

  /** The same in another version. */
  Connection in(ProtocolVersion other) {
    return new Connection(flags, properties, other, target, topics, user, password);
  }

  Properties at(Place place) {
    return properties.at(place);
  }

  Qos qos() {
    return qos(Qos.AT_MOST_ONCE);
  }

  Qos qos(Qos otherwise) {
    return Qos.of(flags.number(Flag.QOS, otherwise.ordinal(), 0, 2));
  }

  // ---------------------------------------------------------------- the client

  /**
   * A client to be made.
   *
   * @throws MistakeException the flags do not go together
   */
  MqttClientBuilder builder() {
    MqttClientBuilder builder =
        to(target.address()).version(version).clientId(clientId()).outbox(BOUNDED_BY_THE_TOOL);
    builder.keepAlive(Duration.ofSeconds(flags.number(Flag.KEEP_ALIVE, 60, 5, 65_535)));
    if (target.encrypted()) {
      builder.tls(TlsFlags.tls(flags));
    }
    credentials(builder);
    session(builder);
    connectProperties(builder);
    Message will = will();
    if (will != null) {
      builder.will(will);
    }
    return builder;
  }

  private static MqttClientBuilder to(String address) {
    try {
      return MqttClient.to(address);
    } catch (IllegalArgumentException wrong) {
      throw new MistakeException(String.valueOf(wrong.getMessage()));
    }
  }

  private void credentials(MqttClientBuilder builder) {
    if (user.isPresent() && password.isPresent()) {
      builder.credentials(user.get(), password.get());
    } else if (user.isPresent()) {
      builder.userName(user.get());
    } else if (password.isPresent()) {
      checkPassword();
      Token token = new Token(password.get().getBytes(StandardCharsets.UTF_8), Optional.empty());
      builder.tokens(() -> CompletableFuture.completedFuture(token));
    }
  }

  /** A password alone is for MQTT 5 [MQTT-3.1.2-22]. */
  void checkPassword() {
    if (password.isPresent() && user.isEmpty() && !version.isFive()) {
      throw new MistakeException("a password alone needs MQTT 5: give -u as well, or -V mqttv5");
    }
  }

  /** With nothing said the session ends with the connection. */
  private void session(MqttClientBuilder builder) {
    boolean kept = flags.has(Flag.KEEP_SESSION);
    boolean named = flags.has(Flag.ID);
    if (!version.isFive()) {
      if (kept && !named) {
        throw new MistakeException("-c needs a Client Identifier: -i");
      }
      if (kept) {
        builder.sessionExpiry(Duration.ofSeconds(FOR_EVER));
      }
      return;
    }
    long expiry = expirySeconds(kept);
    if (expiry == FOR_EVER && !named) {
      throw new MistakeException("a session that never expires needs a Client Identifier: -i");
    }
    builder.sessionExpiry(Duration.ofSeconds(expiry));
    if (!kept) {
      builder.cleanStart();
    }
  }

  private long expirySeconds(boolean kept) {
    String said = flags.last(Flag.SESSION_EXPIRY);
    if (said == null) {
      return at(Place.CONNECT).number(PropertyId.SESSION_EXPIRY_INTERVAL, kept ? FOR_EVER : 0);
    }
    if (said.equals("∞")) {
      return FOR_EVER;
    }
    try {
      long seconds = Long.decode(said);
      if (seconds >= -1 && seconds <= FOR_EVER) {
        return seconds < 0 ? FOR_EVER : seconds;
      }
    } catch (NumberFormatException none) {
      // told below
    }
    throw new MistakeException("-x '" + said + "' is no number from -1 to " + FOR_EVER);
  }

  /** A broker gives no aliases unless it is asked to, so that %A prints what Mosquitto's does. */
  private void connectProperties(MqttClientBuilder builder) {
    Properties said = at(Place.CONNECT);
    builder.properties(said);
    builder.topicAliasMaximum((int) said.number(PropertyId.TOPIC_ALIAS_MAXIMUM, 0));
    builder.packetSizeMax(said.number(PropertyId.MAXIMUM_PACKET_SIZE, 0));
    if (said.has(PropertyId.RECEIVE_MAXIMUM)) {
      builder.receiveMaximum((int) said.number(PropertyId.RECEIVE_MAXIMUM, 0));
    }
  }

  String clientId() {
    return clientId(flags);
  }

  /** At most 23 letters and digits [MQTT-3.1.3-5]; chance that is no secret, and quickly had. */
  static String clientId(Flags flags) {
    Optional<String> prefix = flags.text(Flag.ID_PREFIX);
    if (flags.has(Flag.ID) && prefix.isPresent()) {
      throw new MistakeException("-i and -I do not go together");
    }
    long pid = ProcessHandle.current().pid();
    String drawn =
        Long.toUnsignedString(new SplittableRandom().nextLong() ^ pid << 32, Character.MAX_RADIX);
    return flags
        .text(Flag.ID)
        .filter(id -> !id.isEmpty())
        .or(() -> prefix.map(begin -> begin + pid))
        .orElse("whimbrel-" + drawn);
  }

  private @Nullable Message will() {
    String topic = flags.last(Flag.WILL_TOPIC);
    if (topic == null) {
      checkNoWill(flags);
      return null;
    }
    Message.Builder will =
        message(topic, "--will-topic")
            .properties(at(Place.WILL))
            .payload(flags.text(Flag.WILL_PAYLOAD).orElse("").getBytes(StandardCharsets.UTF_8))
            .qos(Qos.values()[flags.number(Flag.WILL_QOS, 0, 0, 2)]);
    return (flags.has(Flag.WILL_RETAIN) ? will.retain() : will).build();
  }

  /** Without a topic nothing else may be said of a Will. */
  static void checkNoWill(Flags flags) {
    for (Flag other : List.of(Flag.WILL_PAYLOAD, Flag.WILL_QOS, Flag.WILL_RETAIN)) {
      if (flags.has(other)) {
        throw new MistakeException(Flags.name(other) + " needs --will-topic");
      }
    }
  }

  /**
   * A message to be made.
   *
   * @throws MistakeException that is no Topic Name
   */
  static Message.Builder message(String topic, String said) {
    try {
      return Message.to(topic);
    } catch (IllegalArgumentException wrong) {
      throw new MistakeException(said + " is " + wrong.getMessage());
    }
  }

  /** The topic that messages go to, which there has to be. */
  String topic() {
    if (topics.isEmpty()) {
      throw new MistakeException("there is no topic: -t TOPIC");
    }
    return topics.get(topics.size() - 1);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return target.address();
  }
}

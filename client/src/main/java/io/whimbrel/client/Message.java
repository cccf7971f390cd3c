package io.whimbrel.client;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.UserProperty;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * An Application Message (3.3). Immutable, for any thread.
 *
 * <p>What only MQTT 5 can say (expiry, content type, user properties and so on) is left out when it
 * is sent to a server of 3.1.1.
 */
public final class Message {
  /** All that can follow the fixed header of a packet (2.1.4). */
  private static final long REMAINING_LENGTH_MAX = 268_435_455;

  /** What stands beside topic, properties and payload at most: lengths, identifier and alias. */
  private static final int FRAME_BYTES_MAX = 2 + 2 + 4 + 3;

  private static final Set<PropertyId> OF_A_MESSAGE =
      EnumSet.of(
          PropertyId.PAYLOAD_FORMAT_INDICATOR,
          PropertyId.MESSAGE_EXPIRY_INTERVAL,
          PropertyId.CONTENT_TYPE,
          PropertyId.RESPONSE_TOPIC,
          PropertyId.CORRELATION_DATA,
          PropertyId.USER_PROPERTY);

  private final Publish publish;

  private Message(Publish publish) {
    this.publish = publish;
  }

  /**
   * The message of a PUBLISH that came, or was kept: without what belongs to that packet alone, so
   * that it may be published again [MQTT-3.3.4-6].
   */
  static Message of(Publish came) {
    return new Message(
        new Publish(
            false,
            came.qos(),
            came.retain(),
            came.topic(),
            0,
            came.properties().without(PropertyId.TOPIC_ALIAS, PropertyId.SUBSCRIPTION_IDENTIFIER),
            came.payload()));
  }

  /** A message of QoS 1 with a text as its payload, in UTF-8. */
  public static Message of(String topic, String payload) {
    return to(topic).payload(payload).build();
  }

  /** A message of QoS 1 with these bytes, which are copied. */
  public static Message of(String topic, byte[] payload) {
    return to(topic).payload(payload).build();
  }

  /**
   * A message to be made, of QoS 1 unless said otherwise.
   *
   * @throws IllegalArgumentException that is no Topic Name (4.7)
   */
  public static Builder to(String topic) {
    return new Builder(Words.topic(topic));
  }

  /** Where it goes. */
  public String topic() {
    return publish.topic().toString();
  }

  /** A copy of its bytes. */
  public byte[] payload() {
    return publish.payload().clone();
  }

  /** Its bytes as a text in UTF-8. */
  public String text() {
    return new String(publish.payload(), StandardCharsets.UTF_8);
  }

  /** How it is delivered. */
  public Qos qos() {
    return publish.qos();
  }

  /** Of one that is sent: whether it is kept for who subscribes later; else whether it was. */
  public boolean retain() {
    return publish.retain();
  }

  /** Message Expiry Interval, seconds; of a received one what is left of it. */
  public OptionalLong expirySeconds() {
    long seconds = publish.properties().number(PropertyId.MESSAGE_EXPIRY_INTERVAL, -1);
    return seconds < 0 ? OptionalLong.empty() : OptionalLong.of(seconds);
  }

  /** Whether the payload is said to be UTF-8 text. */
  public boolean isText() {
    return publish.properties().number(PropertyId.PAYLOAD_FORMAT_INDICATOR, 0) == 1;
  }

  /** What the payload is, such as a MIME type. */
  public Optional<String> contentType() {
    return Optional.ofNullable(publish.properties().text(PropertyId.CONTENT_TYPE));
  }

  /** Where an answer is expected. */
  public Optional<String> responseTopic() {
    return Optional.ofNullable(publish.properties().text(PropertyId.RESPONSE_TOPIC));
  }

  /** What an answer has to bring back. */
  public Optional<byte[]> correlationData() {
    return Optional.ofNullable(publish.properties().binary(PropertyId.CORRELATION_DATA));
  }

  /** Its User Properties, in their order. */
  public List<UserProperty> userProperties() {
    return publish.properties().userProperties();
  }

  /** All that MQTT 5 says of it; none with 3.1.1. */
  public Properties properties() {
    return publish.properties();
  }

  Publish publish() {
    return publish;
  }

  /**
   * Checks that a PUBLISH can say it.
   *
   * @throws IllegalArgumentException it is longer than any packet
   */
  static void checkSize(int topic, int properties, long payload) {
    long remaining = FRAME_BYTES_MAX + topic + properties + payload;
    if (remaining > REMAINING_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "a packet holds "
              + REMAINING_LENGTH_MAX
              + " bytes; topic, properties and payload need "
              + remaining);
    }
  }

  /** The same as something to publish; a will has a property more. */
  Message checkedToPublish() {
    if (publish.properties().has(PropertyId.WILL_DELAY_INTERVAL)) {
      throw new IllegalArgumentException("only a will has a WILL_DELAY_INTERVAL");
    }
    return this;
  }

  /** The same as a question. */
  Message answeredAt(String answers, byte[] correlation) {
    Properties asked =
        publish.properties().toBuilder()
            .set(PropertyId.RESPONSE_TOPIC, answers)
            .set(PropertyId.CORRELATION_DATA, correlation)
            .build();
    checkSize(publish.topic().utf8().length, asked.encodedLength(), publish.payload().length);
    return new Message(
        new Publish(false, qos(), retain(), publish.topic(), 0, asked, publish.payload()));
  }

  /** Without the payload, of which only the length is shown. */
  @Override
  public String toString() {
    return "Message[" + topic() + ", " + qos() + ", " + publish.payload().length + " bytes]";
  }

  /** Collects what a message says. For one thread. */
  public static final class Builder {
    private static final byte[] NOTHING = {};

    private final TopicName topic;
    private Properties.Builder properties = Properties.builder();
    private byte[] payload = NOTHING;
    private Qos qos = Qos.AT_LEAST_ONCE;
    private boolean retain;

    private boolean saysText;

    private Builder(TopicName topic) {
      this.topic = topic;
    }

    /** Its bytes, copied; what an earlier text said of itself goes with that text. */
    public Builder payload(byte[] bytes) {
      payload = bytes.clone();
      if (saysText) {
        saysText = false;
        properties = properties.build().without(PropertyId.PAYLOAD_FORMAT_INDICATOR).toBuilder();
      }
      return this;
    }

    /** A text, in UTF-8, and said to be one. */
    public Builder payload(String text) {
      payload = text.getBytes(StandardCharsets.UTF_8);
      properties.set(PropertyId.PAYLOAD_FORMAT_INDICATOR, 1);
      saysText = true;
      return this;
    }

    /** How it is delivered; QoS 1 where nothing is said. */
    public Builder qos(Qos wanted) {
      qos = wanted;
      return this;
    }

    /** The server keeps it for who subscribes later. */
    public Builder retain() {
      retain = true;
      return this;
    }

    /**
     * It is of no use afterwards.
     *
     * @param after in whole seconds, up to 4,294,967,295
     */
    public Builder expiry(Duration after) {
      properties.set(PropertyId.MESSAGE_EXPIRY_INTERVAL, after.toSeconds());
      return this;
    }

    /** What the payload is, such as a MIME type. */
    public Builder contentType(String type) {
      properties.set(PropertyId.CONTENT_TYPE, type);
      return this;
    }

    /** Where an answer is expected. */
    public Builder responseTopic(String wanted) {
      properties.set(PropertyId.RESPONSE_TOPIC, Words.topic(wanted).toString());
      return this;
    }

    /** What an answer has to bring back, copied. */
    public Builder correlationData(byte[] bytes) {
      properties.set(PropertyId.CORRELATION_DATA, bytes);
      return this;
    }

    /** One more User Property. */
    public Builder userProperty(String name, String value) {
      properties.user(name, value);
      return this;
    }

    /**
     * These instead of what was said so far, for what the other methods cannot say.
     *
     * @param all such as a PUBLISH of a client may have, or a Will; aliases are given by the client
     */
    public Builder properties(Properties all) {
      properties = all.toBuilder();
      saysText = false;
      return this;
    }

    /**
     * The message.
     *
     * @throws IllegalArgumentException no packet can hold it, or no message has such properties
     */
    public Message build() {
      Properties said = properties.build();
      for (PropertyId each : said.present()) {
        if (!OF_A_MESSAGE.contains(each) && each != PropertyId.WILL_DELAY_INTERVAL) {
          throw new IllegalArgumentException("a message of a client has no " + each);
        }
      }
      checkSize(topic.utf8().length, said.encodedLength(), payload.length);
      return new Message(new Publish(false, qos, retain, topic, 0, said, payload));
    }
  }
}

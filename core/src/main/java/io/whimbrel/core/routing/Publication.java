package io.whimbrel.core.routing;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.PublishEncoder;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicName;

/**
 * What was said: an Application Message as it was published. Immutable and shared by all its
 * deliveries; what is particular to one delivery (packet id, QoS, DUP, subscription ids) is not
 * here.
 *
 * @param publisher Client Identifier of the sender, empty for the broker itself
 * @param qos the QoS it was published with
 * @param retain the RETAIN flag it was published with
 * @param expiresAtMillis broker time after which no delivery may begin, or {@link #NEVER}
 * @param forwarded the properties that travel on unaltered, encoded
 * @param payload never changed after construction
 */
public record Publication(
    String publisher,
    TopicName topic,
    Qos qos,
    boolean retain,
    long expiresAtMillis,
    byte[] forwarded,
    byte[] payload) {
  /** No Message Expiry Interval. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final int OVERHEAD_BYTES = 96;

  /** A publication of the given message, received at the given time. */
  public static Publication of(
      String publisher,
      TopicName topic,
      Qos qos,
      boolean retain,
      Properties properties,
      byte[] payload,
      long nowMillis) {
    long seconds = properties.number(PropertyId.MESSAGE_EXPIRY_INTERVAL, -1);
    return new Publication(
        publisher,
        topic,
        qos,
        retain,
        seconds < 0 ? NEVER : nowMillis + seconds * 1000,
        PublishEncoder.forwarded(properties),
        payload);
  }

  /** Whether its Message Expiry Interval has passed [MQTT-3.3.2-5]. */
  public boolean isExpired(long nowMillis) {
    return expiresAtMillis != NEVER && nowMillis >= expiresAtMillis;
  }

  /**
   * The interval to send, received minus waited, in seconds [MQTT-3.3.2-6]; -1 where it has none.
   * To the nearest, so that it never grows where the clocks of two event loops differ a little.
   */
  public long expirySeconds(long nowMillis) {
    if (expiresAtMillis == NEVER) {
      return -1;
    }
    long left = expiresAtMillis - nowMillis;
    return left <= 0 ? 0 : Math.max(1, (left + 500) / 1000);
  }

  /** What it counts for in queues and budgets, bytes. */
  public long bytes() {
    return OVERHEAD_BYTES + topic.utf8().length + forwarded.length + (long) payload.length;
  }
}

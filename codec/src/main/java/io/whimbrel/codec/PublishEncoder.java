package io.whimbrel.codec;

/**
 * Writes a PUBLISH to one receiver from the parts all its receivers share, without building a
 * {@link Publish}: topic, forwarded properties (encoded once with {@link #forwarded}) and payload are
 * copied, what is personal (packet id, DUP, alias, subscription ids, remaining expiry) is written
 * between them. Stateless.
 */
public final class PublishEncoder {
  private PublishEncoder() {}

  /**
   * The properties of a received PUBLISH or a Will that travel on unaltered, encoded once: Payload
   * Format Indicator, Content Type, Response Topic, Correlation Data, User Properties
   * [MQTT-3.3.2-4, -15, -16, -17, -20]. Empty where there are none.
   */
  public static byte[] forwarded(Properties properties) {
    throw new IllegalStateException();
  }

  /**
   * The length of the whole packet in bytes, payload included.
   *
   * @param topicLength bytes of the Topic Name sent: 0 where an alias stands for it
   * @param expirySeconds remaining Message Expiry Interval, or -1
   * @param alias Topic Alias, or 0
   * @param forwarded see {@link #forwarded}
   */
  public static int length(
      ProtocolVersion version,
      Qos qos,
      int topicLength,
      long expirySeconds,
      int alias,
      int[] subscriptionIds,
      byte[] forwarded,
      int payloadLength) {
    throw new IllegalStateException();
  }

  /** Writes all of the packet but its payload; parameters as in {@link #length}. */
  public static void writeHead(
      ByteWriter out,
      ProtocolVersion version,
      boolean dup,
      Qos qos,
      boolean retain,
      TopicName topic,
      int packetId,
      long expirySeconds,
      int alias,
      int[] subscriptionIds,
      byte[] forwarded,
      int payloadLength) {
    throw new IllegalStateException();
  }
}

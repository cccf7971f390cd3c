package io.whimbrel.codec;

/**
 * Writes a PUBLISH to one receiver from the parts all its receivers share, without building a
 * {@link Publish}: topic, forwarded properties (encoded once with {@link #forwarded}) and payload
 * are copied, what is personal (packet id, DUP, alias, subscription ids, remaining expiry) is
 * written between them. Stateless.
 */
public final class PublishEncoder {
  private static final int FORWARDED =
      PropertyId.PAYLOAD_FORMAT_INDICATOR.bit()
          | PropertyId.CONTENT_TYPE.bit()
          | PropertyId.RESPONSE_TOPIC.bit()
          | PropertyId.CORRELATION_DATA.bit()
          | PropertyId.USER_PROPERTY.bit();

  private PublishEncoder() {}

  /**
   * The properties of a received PUBLISH or a Will that travel on unaltered, encoded once: Payload
   * Format Indicator, Content Type, Response Topic, Correlation Data, User Properties
   * [MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-18] [MQTT-3.3.2-20].
   * Empty where there are none; not to be changed.
   */
  public static byte[] forwarded(Properties properties) {
    return properties.wireOf(FORWARDED);
  }

  /**
   * The length of the whole packet in bytes, payload included. More than 268,435,460 says that no
   * packet can hold it.
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
    int propertiesLength =
        version.isFive() ? propertiesLength(expirySeconds, alias, subscriptionIds, forwarded) : 0;
    int remaining =
        remainingLength(version, qos.number() > 0, topicLength, propertiesLength, payloadLength);
    return 1 + ByteWriter.varIntSize(remaining) + remaining;
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
    int first = firstByte(dup, qos, retain);
    if (!version.isFive()) {
      putHead(out, version, first, topic, packetId, 0, payloadLength);
      return;
    }
    int propertiesLength = propertiesLength(expirySeconds, alias, subscriptionIds, forwarded);
    putHead(out, version, first, topic, packetId, propertiesLength, payloadLength);
    out.putVarInt(propertiesLength);
    if (expirySeconds >= 0) {
      out.putByte(PropertyId.MESSAGE_EXPIRY_INTERVAL.code()); // [MQTT-3.3.2-6]
      out.putInt((int) expirySeconds);
    }
    if (alias > 0) {
      out.putByte(PropertyId.TOPIC_ALIAS.code());
      out.putShort(alias);
    }
    for (int id : subscriptionIds) {
      out.putByte(PropertyId.SUBSCRIPTION_IDENTIFIER.code()); // [MQTT-3.3.4-3] [MQTT-3.3.4-4]
      out.putVarInt(id);
    }
    out.putBytes(forwarded, 0, forwarded.length);
  }

  static int firstByte(boolean dup, Qos qos, boolean retain) {
    // [MQTT-3.3.1-2] [3.1.1 MQTT-3.3.1-2]
    boolean again = dup && qos != Qos.AT_MOST_ONCE;
    return PacketType.PUBLISH.number() << 4
        | (again ? 0x08 : 0)
        | qos.number() << 1
        | (retain ? 0x01 : 0);
  }

  /**
   * Writes fixed header, topic and packet identifier, which is there if the QoS in the header is.
   */
  static void putHead(
      ByteWriter out,
      ProtocolVersion version,
      int first,
      TopicName topic,
      int packetId,
      int propertiesLength,
      int payloadLength) {
    boolean identified = (first & 0x06) != 0; // [MQTT-2.2.1-2]
    int topicLength = topic.utf8().length;
    out.putByte(first);
    out.putVarInt(
        remainingLength(version, identified, topicLength, propertiesLength, payloadLength));
    out.putBlock(topic.utf8());
    if (identified) {
      out.putShort(packetId);
    }
  }

  private static int remainingLength(
      ProtocolVersion version,
      boolean identified,
      int topicLength,
      int propertiesLength,
      int payloadLength) {
    int properties =
        version.isFive() ? ByteWriter.varIntSize(propertiesLength) + propertiesLength : 0;
    return 2 + topicLength + (identified ? 2 : 0) + properties + payloadLength;
  }

  private static int propertiesLength(
      long expirySeconds, int alias, int[] subscriptionIds, byte[] forwarded) {
    int length = forwarded.length + (expirySeconds >= 0 ? 5 : 0) + (alias > 0 ? 3 : 0);
    for (int id : subscriptionIds) {
      length += 1 + ByteWriter.varIntSize(id);
    }
    return length;
  }
}

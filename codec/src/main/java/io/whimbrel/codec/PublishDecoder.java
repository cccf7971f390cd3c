package io.whimbrel.codec;

import io.whimbrel.codec.PacketDecoder.Sender;

/** Reads PUBLISH (3.3); its flags were checked with the first byte. */
final class PublishDecoder {
  private PublishDecoder() {}

  /**
   * How many bytes stand before the payload of the packet that begins here, whose fixed header is
   * whole and right; -1 where not all of them are there, or their lengths are malformed.
   */
  static int sizeBeforePayload(byte[] bytes, int from, int to, ProtocolVersion version) {
    int at = from + 2;
    while (bytes[at - 1] < 0) {
      at++;
    }
    if (to - at < 2) {
      return -1;
    }
    at += 2 + ((bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF));
    at += (bytes[from] & 0x06) == 0 ? 0 : 2;
    if (version.isFive()) {
      int length = 0;
      int shift = 0;
      do {
        if (at >= to || shift > 21) {
          return -1;
        }
        length |= (bytes[at] & 0x7F) << shift;
        shift += 7;
      } while (bytes[at++] < 0);
      at += length;
    }
    return at <= to ? at - from : -1;
  }

  static Publish read(
      ByteReader in, int flags, ProtocolVersion version, Sender sender, int usersMax) {
    Qos qos = Qos.of(flags >>> 1 & 0x03);
    TopicName topic = in.readTopicNameOrNone(); // [MQTT-3.3.2-1] [MQTT-3.3.2-2]
    int packetId = qos == Qos.AT_MOST_ONCE ? 0 : in.readPacketId(); // [MQTT-2.2.1-2]
    Properties properties =
        version.isFive()
            ? PropertiesDecoder.read(in, PropertyPlace.publish(sender), usersMax)
            : Properties.NONE;
    if (topic.isNone() && !properties.has(PropertyId.TOPIC_ALIAS)) {
      throw version.isFive()
          ? Faults.protocol("3.3.2.1", "neither topic name nor topic alias")
          : Faults.malformed("3.1.1 MQTT-4.7.3-1", "topic name is empty");
    }
    return new Publish(
        (flags & 0x08) != 0, qos, (flags & 0x01) != 0, topic, packetId, properties, in.readRest());
  }
}

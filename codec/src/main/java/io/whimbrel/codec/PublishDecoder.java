package io.whimbrel.codec;

import io.whimbrel.codec.PacketDecoder.Sender;

/** Reads PUBLISH (3.3); its flags were checked with the first byte. */
final class PublishDecoder {
  private PublishDecoder() {}

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

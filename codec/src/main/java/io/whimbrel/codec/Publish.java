package io.whimbrel.codec;

/**
 * PUBLISH: an Application Message on its way (3.3).
 *
 * @param topic {@link TopicName#NONE} where a Topic Alias stands for it (5.0)
 * @param packetId 1 to 65,535, or 0 for QoS 0 [MQTT-2.2.1-2]
 * @param payload an array of its own, never changed after construction
 */
public record Publish(
    boolean dup,
    Qos qos,
    boolean retain,
    TopicName topic,
    int packetId,
    Properties properties,
    byte[] payload)
    implements Packet {
  @Override
  public PacketType type() {
    return PacketType.PUBLISH;
  }
}

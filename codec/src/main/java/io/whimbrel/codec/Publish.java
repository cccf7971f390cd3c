package io.whimbrel.codec;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

  /** The same content. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Publish that
        && dup == that.dup
        && qos == that.qos
        && retain == that.retain
        && packetId == that.packetId
        && topic.equals(that.topic)
        && properties.equals(that.properties)
        && Arrays.equals(payload, that.payload);
  }

  @Override
  public int hashCode() {
    return Objects.hash(dup, qos, retain, topic, packetId, properties, Arrays.hashCode(payload));
  }

  /** Without the payload, of which only the length is shown. */
  @Override
  public String toString() {
    return "Publish[dup="
        + dup
        + ", qos="
        + qos
        + ", retain="
        + retain
        + ", topic="
        + topic
        + ", packetId="
        + packetId
        + ", properties="
        + properties
        + ", payload="
        + payload.length
        + " bytes]";
  }
}

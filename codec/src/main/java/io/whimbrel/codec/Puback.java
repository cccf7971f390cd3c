package io.whimbrel.codec;

/**
 * PUBACK: the answer to a QoS 1 PUBLISH (3.4).
 *
 * @param packetId 1 to 65,535
 * @param reason SUCCESS in 3.x, which has no reason codes
 * @param properties NONE in 3.x
 */
public record Puback(int packetId, ReasonCode reason, Properties properties) implements Packet {
  /** A plain acknowledgement without properties. */
  public Puback(int packetId, ReasonCode reason) {
    this(packetId, reason, Properties.NONE);
  }

  @Override
  public PacketType type() {
    return PacketType.PUBACK;
  }
}

package io.whimbrel.codec;

/**
 * PUBREC: the first answer to a QoS 2 PUBLISH (3.5).
 *
 * @param packetId 1 to 65,535
 * @param reason SUCCESS in 3.x, which has no reason codes
 * @param properties NONE in 3.x
 */
public record Pubrec(int packetId, ReasonCode reason, Properties properties) implements Packet {
  /** A plain acknowledgement without properties. */
  public Pubrec(int packetId, ReasonCode reason) {
    this(packetId, reason, Properties.NONE);
  }

  @Override
  public PacketType type() {
    return PacketType.PUBREC;
  }
}

package io.whimbrel.codec;

/**
 * PUBCOMP: the completion of a QoS 2 PUBLISH (3.7).
 *
 * @param packetId 1 to 65,535
 * @param reason SUCCESS in 3.x, which has no reason codes
 * @param properties NONE in 3.x
 */
public record Pubcomp(int packetId, ReasonCode reason, Properties properties) implements Packet {
  /** A plain acknowledgement without properties. */
  public Pubcomp(int packetId, ReasonCode reason) {
    this(packetId, reason, Properties.NONE);
  }

  @Override
  public PacketType type() {
    return PacketType.PUBCOMP;
  }
}

package io.whimbrel.codec;

/**
 * DISCONNECT: the last packet of a connection (3.14). From a server only in 5.0.
 *
 * @param reason SUCCESS (Normal disconnection) in 3.x
 */
public record Disconnect(ReasonCode reason, Properties properties) implements Packet {
  @Override
  public PacketType type() {
    return PacketType.DISCONNECT;
  }
}

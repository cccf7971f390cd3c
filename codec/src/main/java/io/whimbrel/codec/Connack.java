package io.whimbrel.codec;

/**
 * CONNACK: the answer to CONNECT (3.2).
 *
 * @param reason in 3.x encoded as the return code nearest to it (3.1.1, table 3.1)
 */
public record Connack(boolean sessionPresent, ReasonCode reason, Properties properties)
    implements Packet {
  @Override
  public PacketType type() {
    return PacketType.CONNACK;
  }
}

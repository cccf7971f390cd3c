package io.whimbrel.codec;

/**
 * AUTH: one step of enhanced authentication (3.15), 5.0 only.
 *
 * @param reason SUCCESS, CONTINUE_AUTHENTICATION or REAUTHENTICATE
 */
public record Auth(ReasonCode reason, Properties properties) implements Packet {
  @Override
  public PacketType type() {
    return PacketType.AUTH;
  }
}

package io.whimbrel.codec;

/** PINGREQ: are you there (3.12). */
public record Pingreq() implements Packet {
  /** The only value there is. */
  public static final Pingreq INSTANCE = new Pingreq();

  @Override
  public PacketType type() {
    return PacketType.PINGREQ;
  }
}

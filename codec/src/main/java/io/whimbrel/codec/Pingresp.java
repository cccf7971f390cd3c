package io.whimbrel.codec;

/** PINGRESP: I am (3.13). */
public record Pingresp() implements Packet {
  /** The only value there is. */
  public static final Pingresp INSTANCE = new Pingresp();

  @Override
  public PacketType type() {
    return PacketType.PINGRESP;
  }
}

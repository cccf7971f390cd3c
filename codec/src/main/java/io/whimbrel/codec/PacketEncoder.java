package io.whimbrel.codec;

/** Writes packets, in both directions and every version. Stateless. */
public final class PacketEncoder {
  private PacketEncoder() {}

  /**
   * Writes a whole packet.
   *
   * @return the number of bytes written
   */
  public static int encode(Packet packet, ProtocolVersion version, ByteWriter out) {
    throw new IllegalStateException();
  }
}

package io.whimbrel.codec;

import org.jspecify.annotations.Nullable;

/**
 * Turns a stream of bytes, split anywhere, into packets. Strict: what it returns is valid for the
 * version; everything else is a {@link ProtocolErrorException}, after which the decoder is dead and
 * only throws again. Pulled, so that its owner can stop between two packets. Owned by one thread.
 *
 * <p>Use: {@code offer} a range, {@code poll} until it returns null. An owner that stops earlier calls
 * {@code keepRest} before the array is reused. Never holds more than arrived: a declared length is not
 * allocated before its bytes are there.
 */
public final class PacketDecoder {
  /** Who wrote the bytes: only packets that side may send are accepted. */
  public enum Sender {
    CLIENT,
    SERVER
  }

  /**
   * @param packetSizeMax largest whole packet in bytes, fixed header included; larger ones are
   *     refused with PACKET_TOO_LARGE as soon as their fixed header is there
   */
  public PacketDecoder(Sender sender, int packetSizeMax) {}

  /** The version: set by a CONNECT that was decoded, or by the owner of a client's decoder. */
  public void version(ProtocolVersion version) {}

  /** Changes the largest packet, from the next packet on. */
  public void packetSizeMax(int bytes) {}

  /** Lends a range; all earlier ones must have been polled to the end or kept. */
  public void offer(byte[] bytes, int from, int to) {}

  /**
   * The next packet, or null where bytes are missing (what is there of it was copied).
   *
   * @throws ProtocolErrorException the peer broke the protocol
   */
  public @Nullable Packet poll() {
    return null;
  }

  /** Copies what was lent and not yet polled, so that the lent array may be reused. */
  public void keepRest() {}

  /** Bytes this decoder holds in memory of its own. */
  public int heldBytes() {
    return 0;
  }
}

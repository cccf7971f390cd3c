package io.whimbrel.codec;

import java.util.Arrays;

/**
 * A PUBLISH of which all but the payload is decoded, and whose payload is put where it stays while
 * it arrives, so that no second array of its size is there at the end. The array grows with what
 * came, to twice of that at most: a declared length alone costs nothing. Owned by its decoder.
 */
final class LargePublish {
  /** Below this many bytes a second copy costs less than going about it like this. */
  static final int PAYLOAD_MIN = 4 * 1024;

  private static final byte[] NOTHING = new byte[0];

  private final Publish head;
  private final int length;
  private byte[] payload = NOTHING;
  private int arrived;

  /**
   * @param head the packet, its payload empty
   * @param length of the payload in bytes
   */
  LargePublish(Publish head, int length) {
    this.head = head;
    this.length = length;
  }

  /** Bytes of payload that have not come. */
  int missing() {
    return length - arrived;
  }

  /** Bytes of memory this holds. */
  int heldBytes() {
    return payload.length;
  }

  /** Takes so many bytes, not more than are missing. */
  void take(byte[] bytes, int from, int count) {
    if (payload.length - arrived < count) {
      payload = Arrays.copyOf(payload, Math.min(length, Math.max(arrived + count, arrived * 2)));
    }
    System.arraycopy(bytes, from, payload, arrived, count);
    arrived += count;
  }

  /** The packet, once nothing is missing. */
  Publish whole() {
    return new Publish(
        head.dup(),
        head.qos(),
        head.retain(),
        head.topic(),
        head.packetId(),
        head.properties(),
        payload);
  }
}

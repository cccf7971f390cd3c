package io.whimbrel.codec;

import java.util.Arrays;

/**
 * A PUBLISH of which all but the payload is decoded, and whose payload is put where it stays while
 * it arrives. The array grows with what came, to twice of that at most: a declared length alone
 * costs nothing. Its sizes are the length, halved and halved again, so that the last time it grows
 * it doubles, and no two arrays of the length are ever there together. Owned by its decoder.
 */
final class LargePublish {
  /** Smaller ones are not worth it. */
  static final int PAYLOAD_MIN = 4 * 1024;

  private static final byte[] NOTHING = new byte[0];

  private final Publish head;
  private final int headBytes;
  private final int length;
  private byte[] payload = NOTHING;
  private int arrived;

  /**
   * @param head the packet, its payload empty
   * @param headBytes how long the packet was up to its payload
   * @param length of the payload in bytes
   */
  LargePublish(Publish head, int headBytes, int length) {
    this.head = head;
    this.headBytes = headBytes;
    this.length = length;
  }

  /** Bytes of payload that have not come. */
  int missing() {
    return length - arrived;
  }

  /** Bytes of memory this holds, objects not counted. */
  int heldBytes() {
    return headBytes + payload.length;
  }

  /** Takes so many bytes, not more than are missing. */
  void take(byte[] bytes, int from, int count) {
    if (payload.length - arrived < count) {
      int capacity = length;
      while (capacity >>> 1 >= arrived + count) {
        capacity >>>= 1;
      }
      payload = Arrays.copyOf(payload, capacity);
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

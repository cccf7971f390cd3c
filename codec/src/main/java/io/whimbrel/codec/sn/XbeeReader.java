package io.whimbrel.codec.sn;

/**
 * Reads the API frames of an XBee radio from its serial line: 0x7E, a length of two octets, so many
 * octets of which the first is the type, and a checksum, which makes the sum of them 0xFF. A frame
 * that came from another node is one datagram.
 *
 * <p>Whatever is not such a frame is skipped up to the next 0x7E. Behind a wrong checksum that is
 * the next one <em>within</em> the frame, where 0x7E may be a value ({@link XbeeMode#PLAIN}): what
 * was taken for the beginning may have been none. The same holds when nothing came for a while
 * ({@link #onSilence}). Keeps no more than one frame. Owned by one thread.
 */
public final class XbeeReader {
  /** Longer frames are none: more than any radio of the family sends, octets without checksum. */
  public static final int FRAME_BYTES_MAX = 300;

  /** The 64-bit address of a node of which the radio knows no more than where it is now. */
  public static final long UNKNOWN = 0xFFFF_FFFF_FFFF_FFFFL;

  static final int BEGIN = 0x7E;
  static final int ESCAPE = 0x7D;
  static final int ESCAPED_BY = 0x20;

  private static final int HEADER = 3;
  private static final int RECEIVE_PACKET = 0x90;
  private static final int RECEIVE_PACKET_HEADER = 12;
  private static final int TRANSMIT_STATUS = 0x8B;
  private static final int TRANSMIT_STATUS_BYTES = 7;

  private final XbeeMode mode;
  private final byte[] kept = new byte[HEADER + FRAME_BYTES_MAX + 1];
  private int size;
  private boolean escaped;
  private long skipped;
  private long miscounted;
  private long others;

  /** Takes what was read. */
  public interface Frames {
    /**
     * A Receive Packet (0x90).
     *
     * @param from the 64-bit address of the node that sent it, or {@link #UNKNOWN}
     * @param options bits; 0x02 says that it was a broadcast
     * @param bytes valid until this returns
     */
    void onReceived(long from, int options, byte[] bytes, int begin, int end);

    /**
     * A Transmit Status (0x8B).
     *
     * @param frameId that of the request
     * @param delivery 0 for delivered
     */
    void onStatus(int frameId, int delivery);
  }

  /** A line of which nothing was read so far. */
  public XbeeReader(XbeeMode mode) {
    this.mode = mode;
  }

  /** Octets were read, which are the caller's again when this returns. */
  public void onBytes(byte[] bytes, int from, int to, Frames frames) {
    for (int at = from; at < to; at++) {
      int octet = bytes[at] & 0xFF;
      if (mode == XbeeMode.PLAIN) {
        keep(octet, frames);
      } else {
        onEscapedOctet(octet, frames);
      }
    }
  }

  private void onEscapedOctet(int octet, Frames frames) {
    if (octet == BEGIN) {
      skipAll(); // whatever was unfinished stays so
      keep(octet, frames);
    } else if (size == 0) {
      skipped++;
    } else if (octet == ESCAPE && !escaped) {
      escaped = true;
    } else {
      keep(escaped ? octet ^ ESCAPED_BY : octet, frames);
      escaped = false;
    }
  }

  /** Nothing was read for a while: the frame that is unfinished stays so, if it was one. */
  public void onSilence(Frames frames) {
    while (size > 0) {
      skip();
      cut(frames);
    }
    escaped = false;
  }

  private void keep(int octet, Frames frames) {
    kept[size++] = (byte) octet; // there is room: what is kept is unfinished
    cut(frames);
  }

  private void cut(Frames frames) {
    while (size > 0) {
      if ((kept[0] & 0xFF) != BEGIN) {
        skip();
        continue;
      }
      if (size < HEADER) {
        return;
      }
      int length = ((kept[1] & 0xFF) << 8) | (kept[2] & 0xFF);
      if (length == 0 || length > FRAME_BYTES_MAX) {
        skip();
        continue;
      }
      int end = HEADER + length;
      if (size <= end) {
        return;
      }
      if (sum(HEADER, end + 1) == 0xFF) {
        onFrame(end, frames);
        drop(end + 1);
      } else {
        miscounted++;
        skip();
      }
    }
  }

  private void onFrame(int end, Frames frames) {
    int type = kept[HEADER] & 0xFF;
    int length = end - HEADER;
    if (type == RECEIVE_PACKET && length >= RECEIVE_PACKET_HEADER) {
      int options = kept[HEADER + RECEIVE_PACKET_HEADER - 1] & 0xFF;
      frames.onReceived(address(), options, kept, HEADER + RECEIVE_PACKET_HEADER, end);
    } else if (type == TRANSMIT_STATUS && length == TRANSMIT_STATUS_BYTES) {
      frames.onStatus(kept[HEADER + 1] & 0xFF, kept[HEADER + 5] & 0xFF);
    } else {
      others++;
    }
  }

  private long address() {
    long address = 0;
    for (int i = HEADER + 1; i <= HEADER + 8; i++) {
      address = (address << 8) | (kept[i] & 0xFF);
    }
    return address;
  }

  private int sum(int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += kept[i];
    }
    return sum & 0xFF;
  }

  /** What is kept does not begin a frame. */
  private void skip() {
    if (mode == XbeeMode.ESCAPED) {
      skipAll(); // a beginning within it would have been seen when it came
      return;
    }
    int next = 1;
    while (next < size && (kept[next] & 0xFF) != BEGIN) {
      next++;
    }
    skipped += next;
    drop(next);
  }

  private void skipAll() {
    skipped += size;
    size = 0;
    escaped = false;
  }

  private void drop(int octets) {
    size -= octets;
    System.arraycopy(kept, octets, kept, 0, size);
  }

  /** How many octets, counted without escapes, were in no frame that was right. */
  public long skipped() {
    return skipped;
  }

  /** How many frames had a wrong checksum. */
  public long miscounted() {
    return miscounted;
  }

  /** How many frames were right, and neither a Receive Packet nor a Transmit Status. */
  public long others() {
    return others;
  }
}

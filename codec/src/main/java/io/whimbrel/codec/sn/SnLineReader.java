package io.whimbrel.codec.sn;

/**
 * Cuts the octets of a serial line into messages of MQTT-SN 1.2. Nothing stands between them on the
 * line: the length that each begins with is where the next begins (5.2.1). That is what the serial
 * bridge of mqtt-sn-tools sends, too.
 *
 * <p>A line has no checksum and may lose octets, so what is read may begin anywhere. Octets that
 * can be no beginning are skipped one by one: a length that none or not this type of message has,
 * one that is more than there is room for, a reserved type. What looks like a beginning by chance
 * swallows the octets that follow up to its length, or up to {@link #onSilence}, which whoever
 * reads the line calls when nothing came for longer than a pause within a message. What is dropped
 * then is not looked through again: it may be the rest of a message, and the payload of that is for
 * its reader alone.
 *
 * <p>What is cut out has a length that its type can have, and may still be no message; {@link
 * SnDecoder} says so. Keeps no more than one message. Owned by one thread.
 */
public final class SnLineReader {
  private static final int HEADER_MAX = 4; // the longer length and the type
  private static final int FORWARDER_MAX = 0xFF;
  private static final int UNKNOWN = 0;
  private static final int IMPOSSIBLE = -1;

  private final int messageBytesMax;
  private final byte[] kept;
  private int size;
  private long skipped;

  /** Takes what was cut out. */
  @FunctionalInterface
  public interface Messages {
    /**
     * A message came, perhaps behind the header of a forwarder (5.5).
     *
     * @param bytes valid until this returns
     */
    void onMessage(byte[] bytes, int from, int to);
  }

  /**
   * A line of which nothing was read so far.
   *
   * @param messageBytesMax the longest message, 4 to {@link SnEncoder#SIZE_MAX}; the header of a
   *     forwarder may stand before it
   */
  public SnLineReader(int messageBytesMax) {
    if (messageBytesMax < HEADER_MAX || messageBytesMax > SnEncoder.SIZE_MAX) {
      throw new IllegalArgumentException("messages of up to " + messageBytesMax + " octets");
    }
    this.messageBytesMax = messageBytesMax;
    this.kept = new byte[FORWARDER_MAX + messageBytesMax];
  }

  /** Octets were read, which are the caller's again when this returns. */
  public void onBytes(byte[] bytes, int from, int to, Messages messages) {
    for (int at = from; at < to; ) {
      int some = Math.min(kept.length - size, to - at); // there is room: what is kept is unfinished
      System.arraycopy(bytes, at, kept, size, some);
      size += some;
      at += some;
      cut(messages);
    }
  }

  /** Nothing was read for a while: what is unfinished stays so. */
  public void onSilence() {
    skipped += size;
    size = 0;
  }

  /** How many octets were no message so far. */
  public long skipped() {
    return skipped;
  }

  private void cut(Messages messages) {
    int at = 0;
    while (at < size) {
      int length = length(at);
      if (length == IMPOSSIBLE) {
        skipped++;
        at++;
      } else if (length == UNKNOWN || length > size - at) {
        break;
      } else {
        messages.onMessage(kept, at, at + length);
        at += length;
      }
    }
    size -= at;
    System.arraycopy(kept, at, kept, 0, size);
  }

  /** How long what begins there is, with the message behind a forwarder's header. */
  private int length(int at) {
    int first = lengthAlone(at);
    if (first <= 0 || !isForwarded(at)) {
      return first;
    }
    int inside = at + first;
    int second = lengthAlone(inside);
    if (second <= 0) {
      return second;
    }
    return isForwarded(inside) ? IMPOSSIBLE : first + second;
  }

  private int lengthAlone(int at) {
    int length;
    try {
      length = SnDecoder.length(kept, at, size);
    } catch (SnMalformedException none) {
      return IMPOSSIBLE;
    }
    if (length == 0) {
      return UNKNOWN;
    }
    int body = typeAt(at) + 1;
    if (body > size) {
      return UNKNOWN;
    }
    SnType type = SnType.of(kept[body - 1] & 0xFF);
    if (type == null || !SnLengths.allows(type, length - (body - at))) {
      return IMPOSSIBLE;
    }
    int most = type == SnType.ENCAPSULATED ? FORWARDER_MAX : messageBytesMax;
    return length <= most ? length : IMPOSSIBLE;
  }

  private boolean isForwarded(int at) {
    return (kept[typeAt(at)] & 0xFF) == SnType.ENCAPSULATED.code();
  }

  private int typeAt(int at) {
    return at + (kept[at] == 1 ? 3 : 1);
  }
}

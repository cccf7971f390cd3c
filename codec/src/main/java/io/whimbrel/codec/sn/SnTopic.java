package io.whimbrel.codec.sn;

/**
 * What stands for a topic in two octets (5.3.11).
 *
 * @param value 0 to 65,535; of a short name its two octets
 */
public record SnTopic(Kind kind, int value) {
  /** What the octets are: the lower two bits of the flags (5.3.4). */
  public enum Kind {
    /** An id that was registered; in SUBSCRIBE and UNSUBSCRIBE a name stands there instead. */
    NORMAL,
    /** An id that both sides know beforehand. */
    PREDEFINED,
    /** A name of two octets. */
    SHORT
  }

  /** None: of answers to requests that were refused, and to filters with wildcards (6.10). */
  public static final SnTopic NONE = new SnTopic(Kind.NORMAL, 0);

  /** Checks the value. */
  public SnTopic {
    if (value < 0 || value > 0xFFFF) {
      throw new IllegalArgumentException("a topic id is " + value);
    }
  }

  /** An id that was registered. */
  public static SnTopic normal(int id) {
    return new SnTopic(Kind.NORMAL, id);
  }

  /** An id that both sides know. */
  public static SnTopic predefined(int id) {
    return new SnTopic(Kind.PREDEFINED, id);
  }

  /**
   * A short name.
   *
   * @throws IllegalArgumentException it has not two octets
   */
  public static SnTopic shortName(byte[] name) {
    if (name.length != 2) {
      throw new IllegalArgumentException("a short topic name has two octets");
    }
    return new SnTopic(Kind.SHORT, ((name[0] & 0xFF) << 8) | (name[1] & 0xFF));
  }

  /** The two octets, as a name. */
  public byte[] octets() {
    return new byte[] {(byte) (value >>> 8), (byte) value};
  }
}

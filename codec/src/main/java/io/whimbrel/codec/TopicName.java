package io.whimbrel.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A Topic Name: what a message is published to (4.7). Immutable; equality is equality of the UTF-8
 * bytes, without any normalisation [MQTT-4.7.3-4].
 */
public final class TopicName implements Comparable<TopicName> {
  /**
   * The empty name of a PUBLISH whose Topic Alias stands for the topic; never matched or stored.
   */
  public static final TopicName NONE = new TopicName(new byte[0]);

  private static final byte[] SYS = {'$', 'S', 'Y', 'S', '/'};

  private final byte[] utf8;
  private final int hash;
  private final int levels;

  private TopicName(byte[] utf8) {
    this.utf8 = utf8;
    this.hash = Arrays.hashCode(utf8);
    this.levels = count(utf8);
  }

  /** Whether it is below {@code $SYS}, where brokers tell of themselves (4.7.2). */
  public boolean isSys() {
    int same = Arrays.mismatch(utf8, SYS);
    return same < 0 || same == SYS.length;
  }

  private static int count(byte[] utf8) {
    int levels = 1;
    for (byte b : utf8) {
      if (b == '/') {
        levels++;
      }
    }
    return levels;
  }

  /**
   * A name from text, checked.
   *
   * @throws ProtocolErrorException TOPIC_NAME_INVALID where it is empty, too long, no UTF-8 Encoded
   *     String or has wildcards
   */
  public static TopicName of(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (!Utf8.isCodable(text)) {
      throw new ProtocolErrorException(
          ReasonCode.TOPIC_NAME_INVALID, "MQTT-4.7.3-2", "topic name has U+0000 or is not Unicode");
    }
    return read(utf8, 0, utf8.length);
  }

  /**
   * A name from bytes of a packet that are already known to be a valid UTF-8 Encoded String; copies
   * them.
   *
   * @throws ProtocolErrorException TOPIC_NAME_INVALID where it is empty, too long or has wildcards
   */
  public static TopicName read(byte[] bytes, int from, int to) {
    if (from == to) {
      throw new ProtocolErrorException(
          ReasonCode.TOPIC_NAME_INVALID, "MQTT-4.7.3-1", "topic name is empty");
    }
    if (to - from > 65_535) {
      throw new ProtocolErrorException(
          ReasonCode.TOPIC_NAME_INVALID, "MQTT-4.7.3-3", "topic name is longer than 65,535 bytes");
    }
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b == '+' || b == '#') {
        throw new ProtocolErrorException(
            ReasonCode.TOPIC_NAME_INVALID, "MQTT-3.3.2-2", "topic name contains a wildcard");
      }
    }
    return new TopicName(Arrays.copyOfRange(bytes, from, to));
  }

  /** The UTF-8 bytes; not to be changed. */
  public byte[] utf8() {
    return utf8;
  }

  /** Whether this is {@link #NONE}. */
  public boolean isNone() {
    return utf8.length == 0;
  }

  /** Whether the name begins with {@code $}: filters that begin with a wildcard pass it by. */
  public boolean startsWithDollar() {
    return utf8.length > 0 && utf8[0] == '$'; // [MQTT-4.7.2-1]
  }

  /** The number of levels: separators plus one. */
  public int levels() {
    return levels;
  }

  /** Whether exactly these bytes are the name. */
  boolean isAt(byte[] bytes, int from, int to) {
    return Arrays.equals(utf8, 0, utf8.length, bytes, from, to);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TopicName name && hash == name.hash && Arrays.equals(utf8, name.utf8);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public int compareTo(TopicName other) {
    return Arrays.compareUnsigned(utf8, other.utf8);
  }

  @Override
  public String toString() {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}

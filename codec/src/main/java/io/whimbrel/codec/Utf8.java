package io.whimbrel.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The one validator for every string of every version: well-formed UTF-8 without U+0000. A byte
 * order mark and non-characters are text like any other [MQTT-1.5.4-3] [3.1.1 MQTT-1.5.3-3].
 */
public final class Utf8 {
  /** The longest UTF-8 Encoded String in bytes (1.5.4). */
  public static final int LENGTH_MAX = 65_535;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long EACH_LOW_BIT = 0x0101_0101_0101_0101L;
  private static final long EACH_HIGH_BIT = 0x8080_8080_8080_8080L;

  private Utf8() {}

  /** Whether the range may be the character data of a UTF-8 Encoded String. */
  public static boolean isValid(byte[] bytes, int from, int to) {
    return firstFault(bytes, from, to) < 0;
  }

  /**
   * The bytes of a text.
   *
   * @throws IllegalArgumentException the text has U+0000 or half a surrogate pair, or is longer
   *     than 65,535 bytes: no packet can carry it
   */
  public static byte[] encode(String text) {
    if (!isCodable(text)) {
      throw new IllegalArgumentException("text has U+0000 or half a surrogate pair");
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length > LENGTH_MAX) {
      throw new IllegalArgumentException("text is longer than 65,535 bytes");
    }
    return utf8;
  }

  /** Whether a text has neither U+0000 [MQTT-1.5.4-2] nor half a surrogate pair [MQTT-1.5.4-1]. */
  static boolean isCodable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isLowSurrogate(c)) {
        return false;
      }
      if (Character.isHighSurrogate(c)) {
        i++;
        if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
          return false;
        }
      }
    }
    return true;
  }

  /** Where the first character begins that must not be there, or -1. */
  static int firstFault(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      if (to - at >= Long.BYTES && isPlain((long) LONGS.get(bytes, at))) {
        at += Long.BYTES;
      } else if (bytes[at] > 0) {
        at++;
      } else {
        int length = sequenceLength(bytes, at, to);
        if (length == 0) {
          return at;
        }
        at += length;
      }
    }
    return -1;
  }

  /** Whether eight bytes are all 0x01 to 0x7F. */
  private static boolean isPlain(long word) {
    return ((word | (word - EACH_LOW_BIT)) & EACH_HIGH_BIT) == 0;
  }

  /**
   * The length of the well-formed sequence of two to four bytes that begins here, or 0 (Unicode,
   * table 3-7). The bounds of the second byte keep out overlong forms, surrogates [MQTT-1.5.4-1]
   * and what is beyond U+10FFFF; a lead below 0xC2 is U+0000 [MQTT-1.5.4-2], a stray continuation
   * or an overlong form.
   */
  private static int sequenceLength(byte[] bytes, int at, int to) {
    int lead = bytes[at] & 0xFF;
    int length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (length == 0 || to - at < length) {
      return 0;
    }
    int second = bytes[at + 1] & 0xFF;
    int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < least || second > most) {
      return 0;
    }
    for (int i = at + 2; i < at + length; i++) {
      if ((bytes[i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    return length;
  }
}

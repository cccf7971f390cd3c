package io.whimbrel.client.internal;

import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/**
 * A file of the log of an outbox. It begins with a header: seven letters, the version of the format
 * as a digit, the number of the segment, and a checksum (CRC-32C) of these. Owned by the log.
 */
final class OutboxSegment {
  static final int HEADER_BYTES = 16;

  private static final long LETTERS = 0x57484F5554425800L; // WHOUTBX
  private static final long VERSION = '1';
  private static final Pattern NAME = Pattern.compile("\\d{8,9}\\.log");

  final int number;

  /** What was written to it, or is about to be. */
  long size;

  OutboxSegment(int number, long size) {
    this.number = number;
    this.size = size;
  }

  String name() {
    return name(number);
  }

  static String name(int number) {
    String digits = Integer.toString(number);
    return "0".repeat(Math.max(0, 8 - digits.length())) + digits + ".log";
  }

  /** The number of the segment of that name, 0 where it is the name of none. */
  static int number(String name) {
    int number =
        NAME.matcher(name).matches()
            ? Integer.parseInt(name, 0, name.length() - ".log".length(), 10)
            : 0;
    return number > 0 && name(number).equals(name) ? number : 0;
  }

  static byte[] header(int number) {
    byte[] header = new byte[HEADER_BYTES];
    ByteBuffer.wrap(header)
        .putLong(LETTERS | VERSION)
        .putInt(number)
        .putInt(OutboxRecord.checksum(header, 0, HEADER_BYTES - 4));
    return header;
  }

  /** Whether it is a header, of this version or another one. */
  static boolean isHeader(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return (buffer.getLong(0) & ~0xFFL) == LETTERS
        && buffer.getInt(HEADER_BYTES - 4) == OutboxRecord.checksum(bytes, 0, HEADER_BYTES - 4);
  }

  static boolean isOfThisVersion(byte[] header) {
    return ByteBuffer.wrap(header).getLong(0) == (LETTERS | VERSION);
  }

  static int numberIn(byte[] header) {
    return ByteBuffer.wrap(header).getInt(8);
  }
}

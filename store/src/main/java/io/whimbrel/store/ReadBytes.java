package io.whimbrel.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link WriteBytes} wrote; a row that ends too early is damage. */
final class ReadBytes {
  private final byte[] bytes;
  private final int end;
  private int at;

  ReadBytes(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  ReadBytes(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  boolean isEmpty() {
    return at >= end;
  }

  int left() {
    return end - at;
  }

  int oneByte() {
    need(1);
    return bytes[at++] & 0xFF;
  }

  int twoBytes() {
    return oneByte() << 8 | oneByte();
  }

  long eightBytes() {
    need(8);
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = value << 8 | (bytes[at++] & 0xFF);
    }
    return value;
  }

  int varint() {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = oneByte();
      value |= (next & 0x7F) << shift;
      if ((next & 0x80) == 0) {
        return value;
      }
    }
    throw new BrokenRowException("a number without an end");
  }

  /** A number of things that follow, of a byte at least. */
  int count() {
    int count = varint();
    need(count);
    return count;
  }

  void skip(int length) {
    need(length);
    at += length;
  }

  byte[] block() {
    return take(varint());
  }

  String text() {
    return new String(block(), StandardCharsets.UTF_8);
  }

  byte[] rest() {
    return take(end - at);
  }

  private byte[] take(int length) {
    need(length);
    byte[] taken = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return taken;
  }

  private void need(int length) {
    if (length < 0 || length > end - at) {
      throw new BrokenRowException("it ends after " + end + " bytes");
    }
  }
}

package io.whimbrel.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array that rows are written into. Owned by whoever made it. */
final class WriteBytes {
  private static final int KEPT_BYTES_MAX = 8 * 1024 * 1024;

  private final int capacity;
  private byte[] bytes;
  private int size;

  WriteBytes(int capacity) {
    this.capacity = capacity;
    bytes = new byte[capacity];
  }

  /** Begins again; what one large message needed is given back. */
  void clear() {
    size = 0;
    if (bytes.length > KEPT_BYTES_MAX) {
      bytes = new byte[capacity];
    }
  }

  int size() {
    return size;
  }

  /** The array behind it; valid up to {@link #size} until the next write. */
  byte[] array() {
    return bytes;
  }

  byte[] copy() {
    return Arrays.copyOf(bytes, size);
  }

  void oneByte(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
  }

  void twoBytes(int value) {
    oneByte(value >> 8);
    oneByte(value);
  }

  /** Most significant first: keys of numbers sort like the numbers. */
  void eightBytes(long value) {
    ensure(8);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (value >>> shift);
    }
  }

  /** As RocksDB writes numbers of varying length: seven bits a byte, least significant first. */
  void varint(int value) {
    ensure(5);
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  void raw(byte[] source, int from, int length) {
    ensure(length);
    System.arraycopy(source, from, bytes, size, length);
    size += length;
  }

  void raw(byte[] source) {
    raw(source, 0, source.length);
  }

  /** Bytes behind their length. */
  void block(byte[] source) {
    varint(source.length);
    raw(source);
  }

  /** Text in UTF-8 behind its length. */
  void text(String text) {
    block(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Leaves room that is filled in later; gives its place. */
  int skip(int length) {
    ensure(length);
    int at = size;
    size += length;
    return at;
  }

  /** Replaces its first bytes. */
  void overwrite(WriteBytes first) {
    System.arraycopy(first.bytes, 0, bytes, 0, first.size);
  }

  void littleEndian(int at, long value, int length) {
    for (int i = 0; i < length; i++) {
      bytes[at + i] = (byte) (value >>> (8 * i));
    }
  }

  private void ensure(int more) {
    if (more > bytes.length - size) {
      long wanted = Math.max((long) size + more, bytes.length * 2L);
      if ((long) size + more > Integer.MAX_VALUE - 16) {
        throw new IllegalStateException("a batch of more than two gibibytes");
      }
      bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
    }
  }
}

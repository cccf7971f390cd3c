package io.whimbrel.codec;

import java.util.Arrays;

/** A growing run of bytes to write packets into; owned by one thread. */
public final class ByteWriter {
  private byte[] bytes;
  private int size;

  /** An empty writer over a first array of the given size. */
  public ByteWriter(int capacity) {
    this.bytes = new byte[capacity];
  }

  /** The array behind it; valid until the next write. Bytes 0 to {@link #size()} are written. */
  public byte[] array() {
    return bytes;
  }

  /** How many bytes are written. */
  public int size() {
    return size;
  }

  /** Forgets what was written after the given size. */
  public void truncate(int newSize) {
    size = newSize;
  }

  /** Writes the low eight bits. */
  public void putByte(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
  }

  /** Writes a Two Byte Integer, big-endian (1.5.2). */
  public void putShort(int value) {
    ensure(2);
    bytes[size++] = (byte) (value >>> 8);
    bytes[size++] = (byte) value;
  }

  /** Writes a Four Byte Integer, big-endian (1.5.3). */
  public void putInt(int value) {
    putShort(value >>> 16);
    putShort(value);
  }

  /**
   * Writes a Variable Byte Integer of 0 to 268,435,455 in its shortest form [MQTT-1.5.5-1].
   *
   * @throws IllegalArgumentException any other value
   */
  public void putVarInt(int value) {
    if (value >>> 28 != 0) {
      throw new IllegalArgumentException("no variable byte integer holds " + value);
    }
    int rest = value;
    while (rest > 0x7F) {
      putByte((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    putByte(rest);
  }

  /** Writes a range of bytes. */
  public void putBytes(byte[] source, int from, int to) {
    int length = to - from;
    ensure(length);
    System.arraycopy(source, from, bytes, size, length);
    size += length;
  }

  /**
   * Writes bytes behind a two-byte length: Binary Data or a UTF-8 Encoded String (1.5.4, 1.5.6).
   *
   * @throws IllegalArgumentException more than 65,535 bytes
   */
  public void putBlock(byte[] source) {
    checkBlock(source.length);
    putShort(source.length);
    putBytes(source, 0, source.length);
  }

  /** Leaves room for a length that {@link #closeLength} writes; returns the mark to give it. */
  int openLength() {
    putByte(0);
    return size;
  }

  /**
   * Writes how many bytes followed a mark as a Variable Byte Integer before them. One byte of room
   * is enough for nearly all; the others are moved.
   */
  void closeLength(int mark) {
    int length = size - mark;
    int wider = varIntSize(length) - 1;
    if (wider > 0) {
      ensure(wider);
      System.arraycopy(bytes, mark, bytes, mark + wider, length);
    }
    size = mark - 1;
    putVarInt(length);
    size = mark + wider + length;
  }

  /** The bytes a Variable Byte Integer takes; 5 says that the value has no encoding. */
  static int varIntSize(int value) {
    return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : value < 1 << 28 ? 4 : 5;
  }

  static void checkBlock(int length) {
    if (length > Utf8.LENGTH_MAX) {
      throw new IllegalArgumentException("more than 65,535 bytes in one field");
    }
  }

  /** The bytes written, as an array of their own. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}

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

  /** Writes a Variable Byte Integer of at most 268,435,455 in its shortest form [MQTT-1.5.5-1]. */
  public void putVarInt(int value) {
    int rest = value;
    while (rest > 0x7F) {
      putByte(rest & 0x7F | 0x80);
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

  /** Writes bytes behind a two-byte length: Binary Data or a UTF-8 Encoded String (1.5.4, 1.5.6). */
  public void putBlock(byte[] source) {
    putShort(source.length);
    putBytes(source, 0, source.length);
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

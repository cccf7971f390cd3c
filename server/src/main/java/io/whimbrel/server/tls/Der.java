package io.whimbrel.server.tls;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** As much of DER (X.690) as it takes to wrap a private key anew, and to write a certificate. */
final class Der {
  private final byte[] bytes;
  private int at;

  private Der(byte[] bytes) {
    this.bytes = bytes;
  }

  /** One value: its tag and content. */
  record Value(int tag, byte[] content) {

    /** What is inside it. */
    Der inside() {
      return new Der(content);
    }
  }

  /**
   * The one value that these bytes are.
   *
   * @throws IllegalArgumentException they are none
   */
  static Value read(byte[] bytes) {
    return new Der(bytes).next();
  }

  /** Passes over the next value. */
  Der skip() {
    next();
    return this;
  }

  /** The next value, which has this tag. */
  Value next(int tag) {
    Value value = next();
    if (value.tag != tag) {
      throw new IllegalArgumentException("not a value of type " + tag);
    }
    return value;
  }

  private Value next() {
    int tag = octet();
    int length = octet();
    if (length >= 0x80) {
      int octets = length - 0x80;
      if (octets > 3) {
        throw new IllegalArgumentException("too long");
      }
      length = 0;
      for (int i = 0; i < octets; i++) {
        length = length << 8 | octet();
      }
    }
    if (length > bytes.length - at) {
      throw new IllegalArgumentException("cut off");
    }
    at += length;
    return new Value(tag, Arrays.copyOfRange(bytes, at - length, at));
  }

  private int octet() {
    if (at == bytes.length) {
      throw new IllegalArgumentException("cut off");
    }
    return bytes[at++] & 0xFF;
  }

  /** A value of a tag. */
  static byte[] of(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 5);
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else if (content.length < 0x100) {
      out.write(0x81);
      out.write(content.length);
    } else {
      out.write(0x82);
      out.write(content.length >>> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  /** An OBJECT IDENTIFIER, written with dots. */
  static byte[] oid(String dotted) {
    String[] arcs = dotted.split("\\.", -1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
    for (int i = 2; i < arcs.length; i++) {
      int arc = Integer.parseInt(arcs[i]);
      for (int shift = 28; shift > 0; shift -= 7) {
        if (arc >>> shift != 0) {
          out.write(0x80 | (arc >>> shift & 0x7F));
        }
      }
      out.write(arc & 0x7F);
    }
    return of(0x06, out.toByteArray());
  }

  /** A BIT STRING of whole bytes. */
  static byte[] bits(byte[] bytes) {
    byte[] content = new byte[bytes.length + 1];
    System.arraycopy(bytes, 0, content, 1, bytes.length);
    return of(0x03, content);
  }

  /** A SEQUENCE of values that are encoded already. */
  static byte[] sequence(byte[]... values) {
    return of(0x30, joined(values));
  }

  /** Values one behind the other. */
  static byte[] joined(byte[]... values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] value : values) {
      out.writeBytes(value);
    }
    return out.toByteArray();
  }
}

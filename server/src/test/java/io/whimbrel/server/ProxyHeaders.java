package io.whimbrel.server;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/** Headers of the PROXY protocol, right ones and wrong ones. */
final class ProxyHeaders {
  static final int LOCAL = 0x20;
  static final int PROXY = 0x21;
  static final int UNSPECIFIED = 0x00;
  static final int TCP4 = 0x11;
  static final int TCP6 = 0x21;
  static final int UNIX = 0x31;

  private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

  private ProxyHeaders() {}

  /** A line of version 1. */
  static byte[] text(String line) {
    return (line + "\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  /** Version 2 for a client at that address, with such TLVs behind it. */
  static byte[] from(String address, int port, byte... extra) {
    try {
      byte[] source = InetAddress.getByName(address).getAddress();
      byte[] ports = {(byte) (port >> 8), (byte) port, 0x07, 0x5b};
      return binary(PROXY, source.length == 4 ? TCP4 : TCP6, join(source, source, ports), extra);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Version 2. */
  static byte[] binary(int command, int family, byte[] addresses, byte... extra) {
    int length = addresses.length + extra.length;
    byte[] head = {(byte) command, (byte) family, (byte) (length >> 8), (byte) length};
    return join(SIGNATURE, head, addresses, extra);
  }

  /** One TLV, that says it is this long. */
  static byte[] tlv(int type, int length, byte... content) {
    return join(new byte[] {(byte) type, (byte) (length >> 8), (byte) length}, content);
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}

package io.whimbrel.server.guard;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Optional;

/**
 * What counts as one address: an IPv4 address; of IPv6 the first 64 bits, since whoever has one
 * address has all of those; else what stands there, such as the path of a Unix socket.
 *
 * @param text as people write it
 */
public record AddressBlock(String text) {
  private static final int V6_BYTES = 16;
  private static final int V6_PREFIX_BYTES = 8;

  /** The one an address is in. */
  public static AddressBlock of(InetAddress address) {
    return of(address.getAddress());
  }

  /** The one of an address with its port, {@code 192.0.2.1:1883} or {@code [2001:db8::1]:1883}. */
  public static AddressBlock of(String withPort) {
    return counted(withPort).orElseGet(() -> new AddressBlock(withPort));
  }

  /** The same, where there is an address: those who come by a Unix socket share none. */
  static Optional<AddressBlock> counted(String withPort) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host(withPort));
    return bytes == null ? Optional.empty() : Optional.of(of(bytes));
  }

  /** Such a text without port and brackets. */
  public static String host(String withPort) {
    int colon = withPort.lastIndexOf(':');
    String host = colon < 0 ? withPort : withPort.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return bracketed ? host.substring(1, host.length() - 1) : host;
  }

  private static AddressBlock of(byte[] bytes) {
    if (bytes.length != V6_BYTES) {
      return new AddressBlock(NetUtil.bytesToIpAddress(bytes));
    }
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < V6_PREFIX_BYTES; at += 2) {
      int group = ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
      text.append(Integer.toHexString(group)).append(':');
    }
    return new AddressBlock(text.append(":/64").toString());
  }

  @Override
  public String toString() {
    return text;
  }
}

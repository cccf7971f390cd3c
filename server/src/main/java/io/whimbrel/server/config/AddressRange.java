package io.whimbrel.server.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One address or a network of them, in the notation of RFC 4632. An IPv4 address that is written as
 * an IPv6 address is that IPv4 address.
 *
 * @param first the lowest of them
 * @param prefixBits how many bits all of them share
 */
public record AddressRange(InetAddress first, int prefixBits) {
  private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f:.]+)(?:/(0|[1-9][0-9]{0,2}))?");

  /** Reads {@code 10.0.0.0/8} or {@code ::1}; bits behind the prefix have to be zero. */
  public static Optional<AddressRange> of(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    return Loopback.parse(parts.group(1))
        .map(
            first -> {
              int bits = 8 * first.getAddress().length;
              String prefix = parts.group(2);
              return new AddressRange(first, prefix == null ? bits : Integer.parseInt(prefix));
            })
        .filter(range -> range.prefixBits <= 8 * range.first.getAddress().length)
        .filter(AddressRange::endsInZeros);
  }

  private boolean endsInZeros() {
    byte[] bytes = first.getAddress();
    for (int i = prefixBits; i < 8 * bytes.length; i++) {
      if (bit(bytes, i) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether the address is one of them. */
  public boolean contains(InetAddress address) {
    byte[] bytes = plain(address).getAddress();
    byte[] own = first.getAddress();
    if (bytes.length != own.length) {
      return false;
    }
    for (int i = 0; i < prefixBits; i++) {
      if (bit(bytes, i) != bit(own, i)) {
        return false;
      }
    }
    return true;
  }

  private static InetAddress plain(InetAddress address) {
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible); // its length is that of an address
    }
  }

  private static int bit(byte[] bytes, int at) {
    return bytes[at / 8] >> (7 - at % 8) & 1;
  }

  @Override
  public String toString() {
    int bits = 8 * first.getAddress().length;
    String address = NetUtil.toAddressString(first);
    return prefixBits == bits ? address : address + "/" + prefixBits;
  }
}

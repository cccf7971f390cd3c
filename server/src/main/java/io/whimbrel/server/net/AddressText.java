package io.whimbrel.server.net;

import java.net.InetSocketAddress;

/** An address with its port as people and rules have it. */
public final class AddressText {
  private AddressText() {}

  /** {@code 192.0.2.1:1883} or {@code [2001:db8::1]:1883}. */
  public static String of(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return shown + ":" + address.getPort();
  }
}

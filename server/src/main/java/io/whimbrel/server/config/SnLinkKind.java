package io.whimbrel.server.config;

/** What carries MQTT-SN. */
public enum SnLinkKind {
  /** Nothing: the link is switched off. */
  OFF(ListenerKind.SN),
  UDP(ListenerKind.SN),
  DTLS(ListenerKind.SN_DTLS),
  SERIAL(ListenerKind.SN_SERIAL),
  XBEE(ListenerKind.SN_SERIAL);

  private final ListenerKind listener;

  SnLinkKind(ListenerKind listener) {
    this.listener = listener;
  }

  /** What it is for rules and chains. */
  public ListenerKind listener() {
    return listener;
  }

  /** Whether it has an address and a port. */
  boolean isNetwork() {
    return this == UDP || this == DTLS;
  }

  /** Whether it is at the end of a line. */
  boolean isLine() {
    return this == SERIAL || this == XBEE;
  }
}

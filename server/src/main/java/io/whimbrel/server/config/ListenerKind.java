package io.whimbrel.server.config;

import java.util.Locale;

/** The ways in for clients. */
public enum ListenerKind {
  TCP,
  WEBSOCKET,
  TLS,
  WSS,
  UNIX,
  /** MQTT-SN over UDP. */
  SN,
  /** MQTT-SN over DTLS. */
  SN_DTLS,
  /** MQTT-SN over serial lines, and XBee modules at them. */
  SN_SERIAL;

  /** As configuration, logs and {@code Origin} have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

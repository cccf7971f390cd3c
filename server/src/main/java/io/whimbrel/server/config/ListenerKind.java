package io.whimbrel.server.config;

import java.util.Locale;

/** The ways in for clients. */
public enum ListenerKind {
  TCP,
  WEBSOCKET,
  TLS,
  WSS,
  UNIX,
  SN;

  /** As configuration, logs and {@code Origin} have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

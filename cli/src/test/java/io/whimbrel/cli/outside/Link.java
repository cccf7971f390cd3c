package io.whimbrel.cli.outside;

import java.util.Optional;

/**
 * How a client reaches the broker.
 *
 * @param badge where it is encrypted
 */
record Link(int port, boolean websocket, Optional<Badge> badge) {
  static Link plain(BrokerProcess broker, boolean websocket) {
    return new Link(
        websocket ? broker.websocketPort() : broker.tcpPort(), websocket, Optional.empty());
  }

  static Link encrypted(BrokerProcess broker, boolean websocket, Badge badge) {
    return new Link(
        websocket ? broker.port("wss") : broker.port("mqtts"), websocket, Optional.of(badge));
  }

  /** As Paho wants it. */
  String uri() {
    String scheme =
        websocket ? (badge.isPresent() ? "wss" : "ws") : (badge.isPresent() ? "ssl" : "tcp");
    return scheme + "://127.0.0.1:" + port + (websocket ? "/mqtt" : "");
  }
}

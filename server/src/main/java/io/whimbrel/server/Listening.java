package io.whimbrel.server;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * One thing that listens.
 *
 * @param address as bound, with the real port where any was asked for; of a Unix socket, and of a
 *     serial line, its path
 * @param link name of a link of MQTT-SN; empty for others
 */
public record Listening(Kind kind, SocketAddress address, String link) {

  /** One that needs no name. */
  public Listening(Kind kind, SocketAddress address) {
    this(kind, address, "");
  }

  /** What people call it. */
  public String title() {
    return link.isEmpty() ? kind.title() : "MQTT-SN, " + link;
  }

  /** The key that says where it is. */
  public String key() {
    String place = kind == Kind.SN_SERIAL ? ".device" : ".port";
    return link.isEmpty() ? kind.key() : "sn-links." + link + place;
  }

  /** Whether it has a port, as all but Unix sockets and serial lines have. */
  public boolean hasPort() {
    return address instanceof InetSocketAddress;
  }

  /** Its port. */
  public int port() {
    if (address instanceof InetSocketAddress inet) {
      return inet.getPort();
    }
    throw new IllegalStateException("no port: " + address);
  }

  /** What is spoken there. */
  public enum Kind {
    TCP("MQTT", "--port", "listeners.tcp-port"),
    WEBSOCKET("MQTT over WebSocket", "--ws-port", "listeners.websocket-port"),
    TLS("MQTT over TLS", "--tls-port", "listeners.tls-port"),
    WSS("MQTT, WebSocket, TLS", "--wss-port", "listeners.wss-port"),
    UNIX("MQTT, Unix socket", "--unix-socket", "listeners.unix-socket"),
    SN("MQTT-SN over UDP", "--sn-port", "sn.udp-port"),
    SN_DTLS("MQTT-SN over DTLS", "", "sn-links"),
    SN_SERIAL("MQTT-SN, serial", "", "sn-links"),
    HTTP("health and metrics", "--http-port", "http.port");

    private final String title;
    private final String flag;
    private final String key;

    Kind(String title, String flag, String key) {
      this.title = title;
      this.flag = flag;
      this.key = key;
    }

    /** What people call it. */
    public String title() {
      return title;
    }

    /** The flag that moves it to another port or path. */
    public String flag() {
      return flag;
    }

    /** The key that does. */
    public String key() {
      return key;
    }
  }
}

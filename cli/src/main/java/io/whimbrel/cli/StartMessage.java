package io.whimbrel.cli;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.server.Listening;
import io.whimbrel.server.Version;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.config.SnLinkConfig;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

/** What a broker tells the person who started it. */
final class StartMessage {
  private static final String LOCAL =
      """
      Only programs on this machine can connect. The README says how to let other machines in
      safely, with TLS and passwords.
      """;
  private static final String DEVICES =
      """
      Only programs on this machine, and devices of MQTT-SN on others, can connect.
      """;
  private static final String OPEN =
      """
      Whoever reaches these ports gets in: no credentials are asked for.
      """;
  private static final String HTTP_OPEN =
      """
      Whoever reaches the port of health and metrics can read them.
      """;

  private StartMessage() {}

  static String of(ServerConfig config, List<Listening> listening) {
    StringBuilder message = new StringBuilder("Whimbrel " + Version.text() + " is running.\n");
    for (Listening one : listening) {
      line(message, one.title(), address(one, config));
    }
    lessThanDisk(message, config, listening);
    if (config.needsStore()) {
      line(
          message,
          "data directory",
          config.storage().directory().toAbsolutePath().normalize().toString());
    }
    if (config.listeners().isLoopback()) {
      message.append(config.sn().isLoopback() ? LOCAL : DEVICES);
    } else if (config.auth().allowAnonymous()) {
      message.append(OPEN);
    }
    if (!config.http().port().isOff() && !config.http().isLoopback()) {
      message.append(HTTP_OPEN);
    }
    return message.append("Ctrl-C stops it.\n").toString();
  }

  private static void line(StringBuilder message, String what, String where) {
    message.append("  ").append(what).append(" ".repeat(Math.max(1, 21 - what.length())));
    message.append(where).append('\n');
  }

  /** What may be lost, where acknowledgements do not wait for the disk. */
  private static void lessThanDisk(
      StringBuilder message, ServerConfig config, List<Listening> listening) {
    for (Listening one : listening) {
      switch (level(one, config)) {
        case DISK -> {}
        case OS ->
            line(
                message,
                "durability os",
                one.title() + ": a power cut may lose what was acknowledged last");
        case MEMORY ->
            line(
                message,
                "durability memory",
                one.title() + ": a restart loses its sessions with their messages");
      }
    }
  }

  private static DurabilityLevel level(Listening listening, ServerConfig config) {
    ServerConfig.Listeners listeners = config.listeners();
    return switch (listening.kind()) {
      case TCP, TLS, UNIX -> listeners.tcpDurability();
      case WEBSOCKET, WSS -> listeners.websocketDurability();
      case SN, SN_DTLS, SN_SERIAL ->
          config.sn().links().stream()
              .filter(link -> link.name().equals(listening.link()))
              .findFirst()
              .map(SnLinkConfig::durability)
              .orElse(DurabilityLevel.DISK);
      case HTTP -> DurabilityLevel.DISK;
    };
  }

  private static String address(Listening listening, ServerConfig config) {
    String at = at(listening.address());
    return switch (listening.kind()) {
      case TCP -> "mqtt://" + at;
      case WEBSOCKET -> "ws://" + at + config.listeners().websocketPath();
      case TLS -> "mqtts://" + at;
      case WSS -> "wss://" + at + config.listeners().websocketPath();
      case UNIX -> at;
      case SN -> "udp://" + at;
      case SN_DTLS -> "dtls://" + at;
      case SN_SERIAL -> at;
      case HTTP -> "http://" + at + "/health/ready and /metrics";
    };
  }

  private static String at(SocketAddress place) {
    if (!(place instanceof InetSocketAddress socket)) {
      return place.toString(); // of a Unix socket, its path
    }
    InetAddress address = socket.getAddress();
    String host = address == null ? socket.getHostString() : address.getHostAddress();
    return (address instanceof Inet6Address ? "[" + host + "]" : host) + ":" + socket.getPort();
  }
}

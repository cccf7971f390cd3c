package io.whimbrel.server.config;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.sn.SnSettings;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One link of devices that speak MQTT-SN.
 *
 * @param name empty for the one of {@code sn.udp-port}
 * @param bind of UDP and DTLS
 * @param port of UDP and DTLS
 * @param datagramBytesMax longest datagram, both ways
 * @param group where gateways are searched for, of UDP
 */
public record SnLinkConfig(
    String name,
    SnLinkKind kind,
    String bind,
    Port port,
    DurabilityLevel durability,
    SnSettings settings,
    int datagramBytesMax,
    Optional<Group> group,
    Dtls dtls,
    Line line) {

  /** What people call it, and the client that says what comes with QoS -1. */
  public String title(int shard) {
    return name.isEmpty() ? "sn-" + settings.gatewayId() + "-" + shard : "sn-" + name;
  }

  /**
   * A multicast group.
   *
   * @param networkInterface empty: that of the link's address
   */
  public record Group(InetAddress address, String networkInterface) {}

  /** Who is let in over DTLS, and how the broker proves who it is. */
  public record Dtls(
      Optional<Path> pskFile,
      Optional<Path> certificate,
      Optional<Path> key,
      Optional<Path> ca,
      ServerConfig.CertificateUser userFrom) {}

  /**
   * A serial line.
   *
   * @param rtsCts whether the two ends stop each other
   * @param apiMode of XBee: 1, or 2 with escapes
   */
  public record Line(Optional<Path> device, int baudRate, boolean rtsCts, int apiMode) {}
}

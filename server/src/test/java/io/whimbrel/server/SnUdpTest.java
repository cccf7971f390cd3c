package io.whimbrel.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.server.config.ServerConfig;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MQTT-SN over real datagrams. */
final class SnUdpTest {
  private static final int PATIENCE_MILLIS = 20_000;

  @TempDir Path directory;

  private Server start(String... more) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("listeners.tcp-port", "0");
    settings.put("listeners.websocket-port", "0");
    settings.put("http.port", "0");
    settings.put("sn.udp-port", "any");
    settings.put("sn.predefined-topics", "1=sn/one,2=sn/two");
    settings.put("data-dir", directory.resolve("data").toString());
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return Server.start(ServerConfig.of(settings));
  }

  private static int port(Server server) {
    return server.listening().stream()
        .filter(one -> one.kind() == Listening.Kind.SN)
        .findFirst()
        .orElseThrow()
        .port();
  }

  /** A device with a socket of its own. */
  private static final class Device implements AutoCloseable {
    private final DatagramSocket socket = new DatagramSocket();

    Device(int port) throws IOException {
      this(InetAddress.getLoopbackAddress(), port);
    }

    Device(InetAddress address, int port) throws IOException {
      socket.connect(address, port);
      socket.setSoTimeout(PATIENCE_MILLIS);
    }

    Device says(String hex) throws IOException {
      byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
      socket.send(new DatagramPacket(bytes, bytes.length));
      return this;
    }

    String hears() throws IOException {
      DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
      socket.receive(packet);
      return HexFormat.of().formatHex(Arrays.copyOf(packet.getData(), packet.getLength()));
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  @Test
  void aDeviceHearsWhatAnotherSays() throws Exception {
    Server server = start();
    try (Device pump = new Device(port(server));
        Device panel = new Device(port(server))) {
      assertThat(pump.says("0a0404 01003c 70756d70").hears()).isEqualTo("030500");
      assertThat(panel.says("0b0404 01003c 70616e656c").hears()).isEqualTo("030500");
      assertThat(panel.says("071241 0001 0002").hears()).isEqualTo("0813400002000100");
      assertThat(pump.says("080c21 0002 0007 31").hears()).isEqualTo("070d0002000700");
      assertThat(panel.hears()).isEqualTo("080c210002000131");
      panel.says("070d0002000100");
      server.stop();
      assertThat(pump.hears()).isEqualTo("0218");
    } finally {
      server.stop();
    }
  }

  @Test
  void aSleeperOutlivesTheBroker() throws Exception {
    Server first = start();
    try (Device pump = new Device(port(first));
        Device panel = new Device(port(first))) {
      assertThat(panel.says("0b0400 01003c 70616e656c").hears()).isEqualTo("030500");
      assertThat(panel.says("071241 0001 0002").hears()).isEqualTo("0813400002000100");
      assertThat(panel.says("0418012c").hears()).isEqualTo("0218");
      assertThat(pump.says("0a0404 01003c 70756d70").hears()).isEqualTo("030500");
      assertThat(pump.says("080c21 0002 0007 31").hears()).isEqualTo("070d0002000700");
    } finally {
      first.stop();
    }
    Server second = start();
    try (Device panel = new Device(port(second))) {
      assertThat(panel.says("071670616e656c").hears()).isEqualTo("0218"); // it has to connect
      assertThat(panel.says("0b0400 01003c 70616e656c").hears()).isEqualTo("030500");
      assertThat(panel.hears()).isEqualTo("080c210002000131");
    } finally {
      second.stop();
    }
  }

  @Test
  void whatIsLongerThanADatagramMayBeIsNotTaken() throws Exception {
    Server server = start("sn.datagram-bytes-max", "64");
    try (Device pump = new Device(port(server))) {
      pump.says("41 0c 62 6162 0000" + "00".repeat(59)); // 65 octets
      assertThat(pump.says("0a0404 01003c 70756d70").hears()).isEqualTo("030500");
    } finally {
      server.stop();
    }
  }

  @Test
  void devicesComeByIpv6() throws Exception {
    Server server = start("listeners.bind", "::1");
    try (Device pump = new Device(InetAddress.getByName("::1"), port(server))) {
      assertThat(pump.says("0a0404 01003c 70756d70").hears()).isEqualTo("030500");
    } finally {
      server.stop();
    }
  }

  @Test
  void severalLinksHaveSettingsOfTheirOwn() throws Exception {
    Server server =
        start(
            "sn-links.hall.kind", "udp",
            "sn-links.hall.port", "any",
            "sn-links.hall.clients", "panel*",
            "sn-links.hall.qos-minus-one", "true",
            "sn-links.hall.predefined-topics", "2=sn/hall");
    int hall =
        server.listening().stream()
            .filter(one -> one.link().equals("hall"))
            .findFirst()
            .orElseThrow()
            .port();
    try (Device pump = new Device(port(server));
        Device panel = new Device(hall)) {
      assertThat(panel.says("0a0404 01003c 70756d70").hears()).isEqualTo("030503");
      assertThat(panel.says("0b0404 01003c 70616e656c").hears()).isEqualTo("030500");
      assertThat(panel.says("071241 0001 0002").hears()).isEqualTo("0813400002000100");
      assertThat(pump.says("0a0404 01003c 70756d70").hears()).isEqualTo("030500");
      pump.says("0d0a 0000 0001 736e2f68616c6c").hears();
      assertThat(pump.says("080c20 0001 0007 31").hears()).isEqualTo("070d0001000700");
      assertThat(panel.hears()).isEqualTo("080c210002000131"); // its id of sn/hall
    } finally {
      server.stop();
    }
  }

  @Test
  void whoIsNotLetInIsTold() throws Exception {
    Server server = start("listeners.allow-anonymous", "false");
    try (Device pump = new Device(port(server))) {
      assertThat(pump.says("0a0404 01003c 70756d70").hears()).isEqualTo("030503");
    } finally {
      server.stop();
    }
  }
}

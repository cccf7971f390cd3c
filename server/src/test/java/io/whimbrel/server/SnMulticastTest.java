package io.whimbrel.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Gateways are found by multicast (6.1), here on the loopback interface alone. */
final class SnMulticastTest {
  private static final int PATIENCE_MILLIS = 20_000;
  private static final String GROUP = "239.109.113.116";

  private static int port(TestBroker broker) {
    return broker.port(Listening.Kind.SN);
  }

  /** A device in the group. */
  private static final class Searcher implements AutoCloseable {
    private final MulticastSocket socket;
    private final MulticastSocket voice = new MulticastSocket(0);
    private final InetSocketAddress group;

    Searcher(int port) throws IOException {
      NetworkInterface loopback =
          NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
      group = new InetSocketAddress(GROUP, port);
      socket = new MulticastSocket(group);
      voice.setOption(StandardSocketOptions.IP_MULTICAST_IF, loopback);
      voice.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 0);
      socket.joinGroup(group, loopback);
      socket.setSoTimeout(PATIENCE_MILLIS);
    }

    void searches() throws IOException {
      byte[] bytes = HexFormat.of().parseHex("030100");
      voice.send(new DatagramPacket(bytes, bytes.length, group));
    }

    /** The next that is none of its own. */
    String hears() throws IOException {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        socket.receive(packet);
        String heard =
            HexFormat.of().formatHex(Arrays.copyOf(packet.getData(), packet.getLength()));
        if (!heard.equals("030100")) {
          return heard;
        }
      }
    }

    @Override
    public void close() {
      voice.close();
      socket.close();
    }
  }

  @Test
  void aSearchIsAnsweredToAll() throws Exception {
    try (TestBroker broker =
            new TestBroker(
                "sn.udp-port", "any", "sn.multicast-group", GROUP, "sn.gateway-id", "7");
        Searcher device = new Searcher(port(broker))) {
      device.searches();
      assertThat(device.hears()).isEqualTo("030207");
    }
  }

  @Test
  void gatewaysAdvertiseThemselves() throws Exception {
    try (TestBroker broker =
            new TestBroker(
                "sn-links.hall.kind", "udp",
                "sn-links.hall.port", "any",
                "sn-links.hall.multicast-group", GROUP,
                "sn-links.hall.advertise-interval", "1s",
                "sn-links.hall.gateway-id", "9");
        Searcher device = new Searcher(port(broker))) {
      assertThat(device.hears()).isEqualTo("0500090001");
    }
  }
}

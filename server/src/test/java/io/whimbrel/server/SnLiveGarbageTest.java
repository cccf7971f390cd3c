package io.whimbrel.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Datagrams that nobody means, to a broker that listens. {@code -Dwhimbrel.garbage=1000000} sends a
 * million.
 */
final class SnLiveGarbageTest {
  private static final int DATAGRAMS = Integer.getInteger("whimbrel.garbage", 20_000);
  private static final int AT_ONCE = 100; // fewer than what the operating system holds for a socket
  private static final int STRANGERS = 40;
  private static final int AGAIN_MILLIS = 2_000;
  private static final int TRIES = 20;
  private static final long GROWTH_BYTES_MAX = 32L << 20;
  private static final List<String> MESSAGES =
      List.of(
          "030100",
          "0a040401003c70756d70",
          "0a040c01003c70756d71",
          "07072077696c6c",
          "0609676f6e65",
          "0a0a00000001612f6263",
          "080c200001000331",
          "080c610001000031",
          "070d0001000100",
          "0812200001612f2b",
          "0216",
          "061670756d70",
          "0218",
          "0418000a",
          "071a3077696c6c",
          "05fe0102030216",
          "fffe00" + "00".repeat(252) + "0a040401003c70756d70",
          "010131fe00" + "00".repeat(300) + "0a040401003c70756d70",
          "07fe01020304050a040401003c32");

  private static byte[] garbage(SplittableRandom random) {
    if (random.nextInt(4) == 0) {
      byte[] noise = new byte[random.nextInt(1, 200)];
      random.nextBytes(noise);
      return noise;
    }
    byte[] bytes = HexFormat.of().parseHex(MESSAGES.get(random.nextInt(MESSAGES.size())));
    for (int changes = random.nextInt(4); changes > 0; changes--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(1, 12)) : bytes;
  }

  @Test
  void whateverComesTheHeapIsFlatAndWhoTalksIsServed() throws Exception {
    try (TestBroker broker =
            new TestBroker(
                "sn.udp-port", "any",
                "sn.predefined-topics", "1=sn/one",
                "sn.qos-minus-one", "true",
                "sn.forwarders", "true",
                "sn.moving-devices", "true",
                "sn.devices-max", "100",
                "sn.topics-per-device-max", "20",
                "sn.retry-delay", "1s",
                "rates.connects-per-client-max", "0");
        DatagramSocket talker = socket(broker)) {
      DatagramSocket[] strangers = new DatagramSocket[STRANGERS];
      for (int i = 0; i < STRANGERS; i++) {
        strangers[i] = socket(broker);
      }
      assertThat(ask(talker, "0a0404010e1074616c6b")).isEqualTo("030500");
      SplittableRandom random = new SplittableRandom(7);
      long before = 0;
      for (int sent = 0; sent < DATAGRAMS; sent += AT_ONCE) {
        for (int i = 0; i < AT_ONCE; i++) {
          byte[] bytes = garbage(random);
          strangers[random.nextInt(STRANGERS)].send(new DatagramPacket(bytes, bytes.length));
        }
        String id = HexFormat.of().toHexDigits((char) (1 + sent / AT_ONCE % 0xFFFE));
        assertThat(ask(talker, "080c210001" + id + "31")).isEqualTo("070d0001" + id + "00");
        if (before == 0 && sent >= DATAGRAMS / 10) {
          before = heapBytes();
        }
      }
      assertThat(heapBytes() - before).isLessThan(GROWTH_BYTES_MAX);
      assertThat(broker.metric("whimbrel_sn_malformed_total")).isPositive();
      assertThat(broker.metric("whimbrel_internal_errors_total")).isZero();
      try (DatagramSocket fresh = socket(broker)) { // is answered, if only that there is no room
        assertThat(ask(fresh, "0a0404010e1066726573")).startsWith("0305");
      }
      for (DatagramSocket stranger : strangers) {
        stranger.close();
      }
    }
  }

  private static long heapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static DatagramSocket socket(TestBroker broker) throws IOException {
    DatagramSocket socket = new DatagramSocket();
    socket.connect(InetAddress.getLoopbackAddress(), broker.port(Listening.Kind.SN));
    socket.setSoTimeout(AGAIN_MILLIS);
    return socket;
  }

  /** Asks again where no answer came: the operating system may have had no room. */
  private static String ask(DatagramSocket socket, String hex) throws IOException {
    byte[] bytes = HexFormat.of().parseHex(hex);
    for (int i = 0; i < TRIES; i++) {
      socket.send(new DatagramPacket(bytes, bytes.length));
      try {
        DatagramPacket packet = new DatagramPacket(new byte[300], 300);
        socket.receive(packet);
        return HexFormat.of().formatHex(Arrays.copyOf(packet.getData(), packet.getLength()));
      } catch (SocketTimeoutException lost) {
        // once more
      }
    }
    throw new IOException("no answer to " + hex);
  }
}

package io.whimbrel.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.sn.XbeeMode;
import io.whimbrel.line.PtyPair;
import io.whimbrel.server.sn.Radio;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Octets that nobody means, over serial lines of the operating system to a whole broker. {@code
 * -Dwhimbrel.garbage=1000000} sends a million messages of them.
 */
final class SnPtyGarbageTest {
  private static final int MESSAGES = Integer.getInteger("whimbrel.garbage", 20_000);
  private static final int TALKS = 20; // of the device that is to be served between
  private static final int TRIES = 60;
  private static final int AGAIN_MILLIS = 2_000;
  private static final long PAUSE_MILLIS = 300; // a silence, on any line
  private static final long TALKER = 7;
  private static final long GROWTH_BYTES_MAX = 32L << 20;
  private static final List<String> MEANT =
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
          "0218",
          "0418000a",
          "05fe0001020216",
          "01012c0c0000010000");

  @TempDir Path directory;

  private static byte[] garbage(SplittableRandom random) {
    byte[] bytes = HexFormat.of().parseHex(MEANT.get(random.nextInt(MEANT.size())));
    return garbled(random, bytes);
  }

  private static byte[] garbled(SplittableRandom random, byte[] bytes) {
    for (int changes = random.nextInt(4); changes > 0; changes--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(1, 40)) : bytes;
  }

  /** The other end: what it hears is looked through, and forgotten. */
  private static final class Device implements AutoCloseable {
    private static final int HEARD_MAX = 1_000;
    private final FileOutputStream out;
    private final LinkedBlockingQueue<byte[]> heard = new LinkedBlockingQueue<>(HEARD_MAX);

    Device(Path line) throws IOException {
      out = new FileOutputStream(line.toFile());
      FileInputStream in = new FileInputStream(line.toFile());
      Thread reader = new Thread(() -> read(in), "device");
      reader.setDaemon(true);
      reader.start();
    }

    private void read(FileInputStream in) {
      byte[] octets = new byte[1_024];
      try (in) {
        for (int count = in.read(octets); count >= 0; count = in.read(octets)) {
          if (!heard.offer(Arrays.copyOf(octets, count))) {
            heard.clear();
          }
        }
      } catch (IOException gone) {
        heard.clear();
      }
    }

    void says(byte[] octets) throws IOException {
      out.write(octets);
    }

    /** Says nothing for so long, whatever comes. */
    void listens(long millis) throws InterruptedException {
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
      for (long left = millis; left > 0; left = (until - System.nanoTime()) / 1_000_000) {
        heard.poll(left, TimeUnit.MILLISECONDS);
      }
    }

    boolean hears(String hex) throws InterruptedException {
      StringBuilder last = new StringBuilder();
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(AGAIN_MILLIS);
      for (long left = AGAIN_MILLIS; left > 0; left = (until - System.nanoTime()) / 1_000_000) {
        byte[] octets = heard.poll(left, TimeUnit.MILLISECONDS);
        if (octets != null) {
          last.append(HexFormat.of().formatHex(octets));
        }
        if (last.indexOf(hex) >= 0) {
          return true;
        }
        last.delete(0, Math.max(0, last.length() - hex.length()));
      }
      return false;
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** How a device's datagram stands on the line. */
  @FunctionalInterface
  private interface Framing {
    byte[] of(String hex);
  }

  @Test
  void whateverStoodOnTheLineADeviceIsServedBehindIt() throws Exception {
    run("serial", (random, device) -> device.says(garbage(random)), HexFormat.of()::parseHex);
  }

  @Test
  void whateverOthersSayToTheRadioADeviceIsServed() throws Exception {
    Radio radio = new Radio(XbeeMode.ESCAPED);
    run(
        "xbee",
        (random, device) -> {
          long from = 100 + random.nextInt(60);
          byte[] frame = radio.received(from, HexFormat.of().formatHex(garbage(random)));
          device.says(random.nextInt(4) == 0 ? garbled(random, frame) : frame);
        },
        hex -> radio.received(TALKER, hex));
  }

  /** Says one thing that nobody means. */
  @FunctionalInterface
  private interface Noise {
    void say(SplittableRandom random, Device device) throws IOException;
  }

  private void run(String kind, Noise noise, Framing framing) throws Exception {
    try (PtyPair pair = new PtyPair(directory);
        TestBroker broker =
            new TestBroker(
                "sn-links.line.kind", kind,
                "sn-links.line.device", pair.broker().toString(),
                "sn.predefined-topics", "1=sn/one",
                "sn.qos-minus-one", "true",
                "sn.forwarders", "true",
                "sn.devices-max", "50",
                "sn.topics-per-device-max", "20",
                "sn.retry-delay", "1s",
                "rates.connects-per-client-max", "0");
        Device device = new Device(pair.device())) {
      SplittableRandom random = new SplittableRandom(11);
      long before = 0;
      for (int talk = 0; talk < TALKS; talk++) {
        for (int i = 0; i < MESSAGES / TALKS; i++) {
          noise.say(random, device);
        }
        assertThat(isServed(device, framing, talk)).as("talk " + talk).isTrue();
        if (talk == TALKS / 10) {
          before = heapBytes();
        }
      }
      assertThat(heapBytes() - before).isLessThan(GROWTH_BYTES_MAX);
      assertThat(broker.metric("whimbrel_sn_malformed_total")).isPositive();
      assertThat(broker.metric("whimbrel_internal_errors_total")).isZero();
    }
  }

  /** Whether its message is acknowledged; it says it again where the line was too full for it. */
  private static boolean isServed(Device device, Framing framing, int talk) throws Exception {
    String id = HexFormat.of().toHexDigits((char) (0x7020 + talk));
    for (int i = 0; i < TRIES; i++) {
      for (String hex : List.of("0218", "0a0404010e1074616c6b", "080c210001" + id + "31")) {
        device.listens(PAUSE_MILLIS);
        device.says(framing.of(hex));
      }
      if (device.hears("070d0001" + id + "00")) {
        return true;
      }
    }
    return false;
  }

  private static long heapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}

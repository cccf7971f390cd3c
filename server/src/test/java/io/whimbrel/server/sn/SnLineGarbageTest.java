package io.whimbrel.server.sn;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.sn.XbeeMode;
import io.whimbrel.sn.SnSettings;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Octets that nobody means, on lines: messages with some of them changed, cut, doubled or made up,
 * without a pause between. {@code -Dwhimbrel.garbage=} says how many.
 */
final class SnLineGarbageTest {
  private static final int RUNS = Integer.getInteger("whimbrel.garbage", 10_000);
  private static final int BURSTS = 100; // before a silence
  private static final long TALKER = 7;
  private static final SnSettings SETTINGS =
      new SnSettings(1, 0, 1_000, 2, 50, 20, Map.of(1, "sn/one"), true, true, true);
  private static final List<String> MESSAGES =
      List.of(
          "030100",
          "0a0404 01003c 70756d70",
          "0a040c 01003c 70756d71",
          "070720 77696c6c",
          "0609676f6e65",
          "0a0a 0000 0001 612f6263",
          "070b 0001 0001 00",
          "080c20 0001 0003 31",
          "080c61 0001 0000 31",
          "070d 0001 0001 00",
          "040e0001",
          "040f0001",
          "04100001",
          "081220 0001 612f2b",
          "071421 0001 0002",
          "0216",
          "061670756d70",
          "0218",
          "0418000a",
          "071a30 77696c6c",
          "061c64656164",
          "05fe000102 0216",
          "07fe00010203040a0404 01003c 32",
          "01012c0c 00 0001 0000");

  private int strange;

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void whateverStoodOnTheLineADeviceIsServedBehindIt(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    try (VirtualLine line = VirtualLine.serial(SETTINGS).plugged()) {
      for (int i = 0; i < RUNS; i++) {
        line.says(garbage(random, MESSAGES.get(random.nextInt(MESSAGES.size()))));
        if (i % BURSTS == 0) {
          line.silence().lets(500);
          line.says("0218"); // whoever it was
          line.says("0a0404 01003c 74616c6b").silence();
          line.says("080c21 0001 0007 31");
          awaitWrites(line, "070d0001000700");
        }
        drain(line);
      }
      line.lets(1_000_000).silence();
      assertThat(line.devices()).isLessThanOrEqualTo(50);
      assertThat(strange).isGreaterThan(RUNS / 10);
    }
  }

  @ParameterizedTest
  @EnumSource(XbeeMode.class)
  void whateverOthersSayToTheRadioADeviceIsServed(XbeeMode mode) throws Exception {
    Radio radio = new Radio(mode);
    SplittableRandom random = new SplittableRandom(3);
    try (VirtualLine line = VirtualLine.xbee(mode, SETTINGS).plugged()) {
      line.says(radio.received(TALKER, "0a0404 010000 74616c6b"));
      for (int i = 0; i < RUNS; i++) {
        long from = 100 + random.nextInt(60);
        String message = MESSAGES.get(random.nextInt(MESSAGES.size()));
        byte[] datagram = garbage(random, message);
        byte[] frame = radio.received(from, HexFormat.of().formatHex(datagram));
        line.says(random.nextInt(4) == 0 ? garbled(random, frame) : frame);
        if (i % BURSTS == 0) {
          line.silence().lets(500);
          line.says(radio.received(TALKER, "080c21 0001 0007 31"));
          awaitWrites(line, "070d0001000700");
        }
        drain(line);
      }
      line.lets(1_000_000);
      assertThat(line.devices()).isLessThanOrEqualTo(50);
      assertThat(strange).isGreaterThan(RUNS / 10);
    }
  }

  @Test
  void aMessageIsFoundAmongTheOthers() throws Exception { // that the test above can fail
    try (VirtualLine line = VirtualLine.serial(SETTINGS).plugged()) {
      line.says("0218 030100");
      awaitWrites(line, "030201");
      assertThat(line.line().hasHeard()).isNull();
    }
  }

  private static void awaitWrites(VirtualLine line, String hex) throws InterruptedException {
    while (!HexFormat.of().formatHex(line.line().hears()).contains(hex)) {
      // an answer to somebody else
    }
  }

  private void drain(VirtualLine line) {
    while (line.line().hasHeard() != null) {
      // answers to nobody
    }
    strange += line.malformed.size();
    line.malformed.clear();
    line.drops.clear();
  }

  private static byte[] garbage(SplittableRandom random, String hex) {
    return garbled(random, HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  private static byte[] garbled(SplittableRandom random, byte[] bytes) {
    byte[] garbled = bytes.clone();
    for (int changes = random.nextInt(4); changes > 0; changes--) {
      garbled[random.nextInt(garbled.length)] = (byte) random.nextInt(256);
    }
    return switch (random.nextInt(8)) {
      case 0 -> Arrays.copyOf(garbled, 1 + random.nextInt(garbled.length));
      case 1 -> Arrays.copyOf(garbled, garbled.length + random.nextInt(40));
      case 2 -> Arrays.copyOfRange(garbled, random.nextInt(garbled.length), garbled.length);
      default -> garbled;
    };
  }
}

package io.whimbrel.sn;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.core.VirtualBroker;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams that nobody means: messages with octets changed, cut, or made up. */
final class SnGarbageTest {
  private static final int DATAGRAMS = Integer.getInteger("whimbrel.garbage", 30_000);
  private static final int STRANGERS = 40;
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
          "fffe00" + "00".repeat(252) + "0a040401003c70756d70",
          "010131fe00" + "00".repeat(300) + "0a040401003c70756d70",
          "07fe00010203040a0404 01003c 32");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whateverComesWhoTalksIsServed(long seed) {
    VirtualBroker broker = new VirtualBroker();
    VirtualLink link =
        new VirtualLink(
            broker, new SnSettings(1, 0, 1_000, 2, 50, 20, Map.of(1, "one"), true, true, true));
    VirtualLink.Device talker = link.at("talker");
    talker.says("0a0404 010000 74616c6b").hears("030500");
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < DATAGRAMS; i++) {
      VirtualLink.Device stranger = link.at("s" + random.nextInt(STRANGERS));
      stranger.says(HexFormat.of().formatHex(garbage(random)));
      if (i % 1_000 == 0) {
        talker.says("080c21 0001 0007 31").hears("070d 0001 0007 00");
        broker.pass(500);
      }
    }
    broker.pass(1_000_000);
    assertThat(link.gateway.devices()).isLessThanOrEqualTo(50);
    talker.says("0216").hears("0217");
    link.at("fresh").says("0a0404 010000 6e657721").hears("030500"); // all others are lost by now
  }

  private static byte[] garbage(SplittableRandom random) {
    String hex = MESSAGES.get(random.nextInt(MESSAGES.size())).replace(" ", "");
    byte[] bytes = HexFormat.of().parseHex(hex);
    for (int changes = random.nextInt(4); changes > 0; changes--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    int length = random.nextInt(8) == 0 ? 1 + random.nextInt(bytes.length) : bytes.length;
    byte[] cut = Arrays.copyOf(bytes, length);
    if (random.nextBoolean()) {
      cut[0] = (byte) length;
    }
    return cut;
  }
}

package io.whimbrel.codec.sn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages on a serial line, octet by octet (5.2.1). */
final class SnLineReaderTest {
  private static final int ROOM = 64;

  private final List<String> heard = new ArrayList<>();
  private final SnLineReader reader = new SnLineReader(ROOM);

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private void hear(byte[] bytes, int from, int to) {
    heard.add(HexFormat.of().formatHex(bytes, from, to));
  }

  private void read(byte[] bytes) {
    reader.onBytes(bytes, 0, bytes.length, this::hear);
  }

  private void read(String hex) {
    read(bytes(hex));
  }

  /**
   * Each line ends with a CONNACK, whose length is no type: what stands before it is not longer.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "030500 | 030500 | 0",
        "0216 0217 0218 030500 | 0216,0217,0218,030500 | 0",
        "0a0404 01003c 70756d70 030500 | 0a040401003c70756d70,030500 | 0",
        "080c21 0002 0007 31 030500 | 080c210002000731,030500 | 0",
        "01 0004 16 030500 | 01000416,030500 | 0",
        // behind a forwarder (5.5)
        "05fe010a0b 0216 030500 | 05fe010a0b0216,030500 | 0",
        "03fe00 01000416 030500 | 03fe0001000416,030500 | 0",
        // lengths that are none
        "00 030500 | 030500 | 1",
        "000000 030500 | 030500 | 3",
        "01 0003 ff 030500 | 030500 | 4",
        "01 0000 030500 | 030500 | 3",
        // a length that this type has not
        "0317 030500 | 030500 | 2",
        "0405 030500 | 030500 | 2",
        "0518 030500 | 030500 | 2",
        "0318 030500 | 030500 | 2",
        "040c 030500 | 030500 | 2",
        "02fe 030500 | 030500 | 2",
        // a reserved type
        "0203 030500 | 030500 | 2",
        "0311 030500 | 030500 | 2",
        "ffffffff 030500 | 030500 | 4",
        "01 0004 03 030500 | 030500 | 4",
        // one forwarder inside another, and what is none behind a forwarder
        "03fe00 03fe00 030500 | 03fe00030500 | 3",
        "03fe00 0203 030500 | 030500 | 5",
        // a length for which there is no room, alone or behind a forwarder
        "41 0c 030500 | 030500 | 2",
        "01 0041 0c 030500 | 030500 | 4",
        "03fe00 410c 030500 | 030500 | 5",
        "01 0100 fe 030500 | 030500 | 4",
      })
  void messagesAreCutAsTheirLengthsSay(String line, String messages, long skipped) {
    read(line);

    assertThat(heard).containsExactly(messages.split(","));
    assertThat(reader.skipped()).isEqualTo(skipped);

    heard.clear();
    for (byte octet : bytes(line)) {
      read(new byte[] {octet});
    }
    assertThat(heard).as("octet by octet").containsExactly(messages.split(","));
    assertThat(reader.skipped()).isEqualTo(2 * skipped);
  }

  @Test
  void aMessageThatStopsHalfwayIsDroppedWhenNothingMoreComes() {
    read("0a0404 01003c 7075");
    reader.onSilence();
    read("030500");

    assertThat(heard).containsExactly("030500");
    assertThat(reader.skipped()).isEqualTo(8);
  }

  @Test
  void whatOnlyLooksLikeABeginningEndsWithTheSilence() {
    read("200c 030500"); // a PUBLISH of 32 octets?
    assertThat(heard).isEmpty();
    reader.onSilence();
    read("030500");

    assertThat(heard).containsExactly("030500");
    assertThat(reader.skipped()).isEqualTo(5);
  }

  @Test
  void theRestOfAMessageIsNotTakenForOthersAfterASilence() {
    read("0b0c00 0001 0000 0218"); // two octets were lost, and DISCONNECT is in its payload
    reader.onSilence();

    assertThat(heard).isEmpty();
  }

  @Test
  void theLongestMessageThereIsRoomForComesThrough() throws Exception {
    SnMessage most =
        new SnMessage.Publish(false, 0, false, SnTopic.normal(1), 0, new byte[ROOM - 7]);
    SnMessage forwarded = new SnMessage.Encapsulated(0, new byte[252], SnEncoder.bytes(most));
    for (int i = 0; i < 3; i++) {
      read(SnEncoder.bytes(most));
      read(SnEncoder.bytes(forwarded));
    }

    assertThat(heard)
        .containsExactlyElementsOf(
            List.of(
                hex(most), hex(forwarded), hex(most), hex(forwarded), hex(most), hex(forwarded)));
    assertThat(reader.skipped()).isZero();
  }

  private static String hex(SnMessage message) {
    return HexFormat.of().formatHex(SnEncoder.bytes(message));
  }

  @Test
  void aLineMayHaveMessagesAsLongAsTheyCanBe() {
    SnLineReader wide = new SnLineReader(SnEncoder.SIZE_MAX);
    SnMessage.Publish most =
        new SnMessage.Publish(false, 0, false, SnTopic.normal(1), 0, new byte[65_526]);
    byte[] line = SnEncoder.bytes(most);
    wide.onBytes(line, 0, 40_000, this::hear);
    wide.onBytes(line, 40_000, line.length, this::hear);

    assertThat(heard).containsExactly(HexFormat.of().formatHex(line));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 3, 65_536})
  void roomIsWithinBounds(int room) {
    assertThatThrownBy(() -> new SnLineReader(room)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whateverIsAMessageComesThroughAsItIsHoweverItIsRead(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SnDecoder decoder = new SnDecoder();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    List<String> said = new ArrayList<>();
    byte[] drawn = new byte[ROOM];
    for (int i = 0; i < 50_000; i++) {
      random.nextBytes(drawn);
      int length = 2 + random.nextInt(ROOM - 2);
      drawn[0] = (byte) length;
      drawn[1] = (byte) random.nextInt(0x1e);
      try {
        decoder.decode(drawn, 0, length);
        said.add(HexFormat.of().formatHex(drawn, 0, length));
        line.write(drawn, 0, length);
      } catch (SnMalformedException none) {
        // another one, then
      }
    }
    byte[] all = line.toByteArray();
    for (int at = 0; at < all.length; ) {
      int some = Math.min(all.length - at, 1 + random.nextInt(200));
      reader.onBytes(all, at, at + some, this::hear);
      at += some;
    }

    assertThat(said).hasSizeGreaterThan(10_000);
    assertThat(heard).isEqualTo(said);
    assertThat(reader.skipped()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void behindAnySilenceAMessageIsHeard(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long[] octets = new long[2]; // read, and heard
    for (int i = 0; i < 20_000; i++) {
      byte[] garbage = new byte[1 + random.nextInt(100)];
      random.nextBytes(garbage);
      if (random.nextBoolean()) { // so that much of it begins well
        garbage[0] = (byte) (2 + random.nextInt(20));
        garbage[Math.min(1, garbage.length - 1)] = (byte) random.nextInt(0x1e);
      }
      read(garbage);
      reader.onSilence();
      read("030500");
      octets[0] += garbage.length + 3;
      assertThat(heard.get(heard.size() - 1)).isEqualTo("030500");
      heard.forEach(message -> octets[1] += message.length() / 2);
      heard.clear();
    }
    assertThat(reader.skipped() + octets[1]).isEqualTo(octets[0]);
  }

  @ParameterizedTest
  @EnumSource(value = SnType.class, mode = EnumSource.Mode.EXCLUDE, names = "ENCAPSULATED")
  void aTypeCanHaveTheLengthsThatADecoderTakesOfIt(SnType type) {
    SnDecoder decoder = new SnDecoder();
    for (int octets = 0; octets <= 12; octets++) {
      byte[] message = new byte[2 + Math.max(octets, 2)];
      message[0] = (byte) (2 + octets);
      message[1] = (byte) type.code();
      message[3] = 1; // the protocol id, where there is one
      boolean taken = false;
      for (int flags = 0; flags < 256; flags++) {
        message[2] = (byte) flags;
        try {
          taken |= decoder.decode(message, 0, 2 + octets).type() == type;
        } catch (SnMalformedException none) {
          // other flags, then
        }
      }
      assertThat(SnLengths.allows(type, octets)).as("%d octets", octets).isEqualTo(taken);
    }
  }

  @Test
  void whatIsCutOutHasALengthThatADecoderTakes() {
    SplittableRandom random = new SplittableRandom(11);
    SnDecoder decoder = new SnDecoder();
    List<String> wrong = new ArrayList<>();
    byte[] garbage = new byte[1_000];
    int[] cut = new int[1];
    for (int i = 0; i < 2_000; i++) {
      random.nextBytes(garbage);
      for (int at = 0; at < garbage.length; at++) {
        garbage[at] = (byte) (garbage[at] & 0x1f);
      }
      reader.onBytes(
          garbage,
          0,
          garbage.length,
          (bytes, from, to) -> {
            cut[0]++;
            try {
              decoder.decode(bytes, from, to);
            } catch (SnMalformedException refused) {
              if (refused.section().startsWith("5.2")) {
                wrong.add(HexFormat.of().formatHex(Arrays.copyOfRange(bytes, from, to)));
              }
            }
          });
    }
    assertThat(cut[0]).isGreaterThan(10_000);
    assertThat(wrong).isEmpty();
  }
}

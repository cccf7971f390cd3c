package io.whimbrel.codec.sn;

import static io.whimbrel.codec.sn.XbeeMode.ESCAPED;
import static io.whimbrel.codec.sn.XbeeMode.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** API frames of XBee radios, octet by octet. */
final class XbeeTest {
  private final List<String> heard = new ArrayList<>();
  private final XbeeReader.Frames frames =
      new XbeeReader.Frames() {
        @Override
        public void onReceived(long from, int options, byte[] bytes, int begin, int end) {
          String said = HexFormat.of().formatHex(bytes, begin, end);
          heard.add(HexFormat.of().toHexDigits(from) + "/" + options + ":" + said);
        }

        @Override
        public void onStatus(int frameId, int delivery) {
          heard.add("status " + frameId + " " + delivery);
        }
      };

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private void read(XbeeReader reader, byte[] bytes) {
    reader.onBytes(bytes, 0, bytes.length, frames);
  }

  // ---------------------------------------------------------------- written

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Digi's own example: "TxData0A" to 0013A200400A0127
        "PLAIN | 1 | 0013a200400a0127 | 0 | 5478446174613041"
            + " | 7e0016 10 01 0013a200400a0127 fffe 00 00 5478446174613041 13",
        "ESCAPED | 1 | 0013a200400a0127 | 0 | 5478446174613041"
            + " | 7e0016 10 01 007d33a200400a0127 fffe 00 00 5478446174613041 7d33",
        "PLAIN | 0 | 000000000000ffff | 3 | 0216"
            + " | 7e0010 10 00 000000000000ffff fffe 03 00 0216 d9",
        "PLAIN | 255 | 0000000000000000 | 0 | '' | 7e000e 10 ff 0000000000000000 fffe 00 00 f3",
        "PLAIN | 2 | 0102030405060708 | 0 | 7e7d1113"
            + " | 7e0012 10 02 0102030405060708 fffe 00 00 7e7d1113 ad",
        "ESCAPED | 2 | 0102030405060708 | 0 | 7e7d1113"
            + " | 7e0012 10 02 0102030405060708 fffe 00 00 7d5e7d5d7d317d33 ad",
        // the length itself is 0x11, and the frame id 0x7E
        "ESCAPED | 126 | 0000000000000001 | 0 | 022233"
            + " | 7e007d31 10 7d5e 0000000000000001 fffe 00 00 022233 1c",
      })
  void aRequestIsTheseOctets(
      XbeeMode mode, int frameId, String to, int radius, String datagram, String frame) {
    long address = HexFormat.fromHexDigitsToLong(to);
    byte[] octets = bytes(datagram == null ? "" : datagram);

    assertThat(hex(XbeeWriter.transmit(mode, frameId, address, radius, octets)))
        .isEqualTo(frame.replace(" ", ""));
  }

  @Test
  void aRequestThatNoFrameHoldsIsNotWritten() {
    byte[] longest = new byte[XbeeWriter.DATAGRAM_BYTES_MAX];
    assertThat(XbeeWriter.transmit(PLAIN, 1, 0, 0, longest)).startsWith(0x7e, 0xff, 0xff);

    for (int[] each : new int[][] {{256, 0, 0}, {-1, 0, 0}, {1, 256, 0}, {1, 0, 65_522}}) {
      assertThatThrownBy(() -> XbeeWriter.transmit(PLAIN, each[0], 0, each[1], new byte[each[2]]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  // ---------------------------------------------------------------- read

  /** Skipped octets, wrong checksums, frames of other types. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Digi's own example: "RxData" from 0013A20040522BAA, 16-bit address 7D84
        "PLAIN | 7e0012 90 0013a20040522baa 7d84 01 527844617461 0d"
            + " | 0013a20040522baa/1:527844617461 | 0 0 0",
        "ESCAPED | 7e0012 90 007d33a20040522baa 7d5d84 01 527844617461 0d"
            + " | 0013a20040522baa/1:527844617461 | 0 0 0",
        "PLAIN | 7e000e 90 0000000000000007 fffe 02 0216 51 | 0000000000000007/2:0216 | 0 0 0",
        "PLAIN | 7e0010 90 0000000000000007 fffe 01 7e7d1113 4b"
            + " | 0000000000000007/1:7e7d1113 | 0 0 0",
        "ESCAPED | 7e0010 90 0000000000000007 fffe 01 7d5e7d5d7d317d33 4b"
            + " | 0000000000000007/1:7e7d1113 | 0 0 0",
        // no datagram at all, and too short to be a Receive Packet
        "PLAIN | 7e000c 90 0000000000000007 fffe 01 6a | 0000000000000007/1: | 0 0 0",
        "PLAIN | 7e000b 90 0000000000000007 fffe 6b | '' | 0 0 1",
        // Transmit Status: delivered, and network ACK failure
        "PLAIN | 7e0007 8b 01 7d84 00 00 01 71 | status 1 0 | 0 0 0",
        "PLAIN | 7e0007 8b 47 fffe 00 21 00 0f | status 71 33 | 0 0 0",
        "PLAIN | 7e0006 8b 01 7d84 00 00 72 | '' | 0 0 1",
        // Modem Status, and a type that nobody knows
        "PLAIN | 7e0002 8a 06 6f 7e000e 90 0000000000000007 fffe 02 0216 51"
            + " | 0000000000000007/2:0216 | 0 0 1",
        "ESCAPED | 7e0001 77 88 | '' | 0 0 1",
        // before it, between
        "PLAIN | 001122 7e000e 90 0000000000000007 fffe 02 0216 51 ff"
            + " 7e0007 8b 01 7d84 00 00 01 71 | 0000000000000007/2:0216,status 1 0 | 4 0 0",
        "ESCAPED | 00117d 7e000e 90 0000000000000007 fffe 02 0216 51 ff"
            + " 7e0007 8b 01 7d5d84 00 00 01 71 | 0000000000000007/2:0216,status 1 0 | 4 0 0",
        // lengths that are none
        "PLAIN | 7e0000 7e0007 8b 01 7d84 00 00 01 71 | status 1 0 | 3 0 0",
        "PLAIN | 7e012d 7e0007 8b 01 7d84 00 00 01 71 | status 1 0 | 3 0 0",
        "ESCAPED | 7e0000 ff 7e0007 8b 01 7d5d84 00 00 01 71 | status 1 0 | 4 0 0",
        "PLAIN | 7e7e7e7e0007 8b 01 7d84 00 00 01 71 | status 1 0 | 3 0 0",
        // a wrong checksum, and one whose frame hides the beginning of a right one
        "PLAIN | 7e000e 90 0000000000000007 fffe 02 0216 54 7e0007 8b 01 7d84 00 00 01 71"
            + " | status 1 0 | 18 1 0",
        "ESCAPED | 7e000e 90 0000000000000007 fffe 02 0216 54 7e0007 8b 01 7d5d84 00 00 01 71"
            + " | status 1 0 | 18 1 0",
        "PLAIN | 7e0004 7e0007 8b 01 7d84 00 00 01 71 | status 1 0 | 3 1 0",
        // a frame that was cut off by the next one
        "ESCAPED | 7e000e 90 00000000 7e0007 8b 01 7d5d84 00 00 01 71 | status 1 0 | 8 0 0",
        "ESCAPED | 7e000e 90 000000 7d 7e0007 8b 01 7d5d84 00 00 01 71 | status 1 0 | 7 0 0",
      })
  void framesAreReadAndAllElseIsSkipped(XbeeMode mode, String line, String said, String counts) {
    XbeeReader reader = new XbeeReader(mode);
    List<String> expected = said == null || said.isEmpty() ? List.of() : List.of(said.split(","));

    read(reader, bytes(line));
    assertThat(heard).isEqualTo(expected);
    assertThat(counts(reader)).isEqualTo(counts);

    heard.clear();
    XbeeReader slow = new XbeeReader(mode);
    for (byte octet : bytes(line)) {
      read(slow, new byte[] {octet});
    }
    assertThat(heard).as("octet by octet").isEqualTo(expected);
    assertThat(counts(slow)).isEqualTo(counts);
  }

  private static String counts(XbeeReader reader) {
    return reader.skipped() + " " + reader.miscounted() + " " + reader.others();
  }

  @ParameterizedTest
  @EnumSource(XbeeMode.class)
  void aFrameThatStopsHalfwayIsDroppedWhenNothingMoreComes(XbeeMode mode) {
    XbeeReader reader = new XbeeReader(mode);
    read(reader, bytes("7e000e 90 0000000000"));
    reader.onSilence(frames);
    assertThat(reader.skipped()).isEqualTo(9);
    read(reader, bytes("7e0007 8b 01 fffe 00 00 01 75"));

    assertThat(heard).containsExactly("status 1 0");
    assertThat(reader.skipped()).isEqualTo(9);
  }

  @Test
  void aFrameBehindAFalseBeginningIsFoundWhenNothingMoreComes() {
    XbeeReader reader = new XbeeReader(PLAIN);
    read(reader, bytes("7e00ff 7e0007 8b 01 fffe 00 00 01 75"));
    assertThat(heard).isEmpty();
    reader.onSilence(frames);

    assertThat(heard).containsExactly("status 1 0");
    assertThat(reader.skipped()).isEqualTo(3);
  }

  @Test
  void anEscapeBeforeASilenceChangesNothingBehindIt() {
    XbeeReader reader = new XbeeReader(ESCAPED);
    read(reader, bytes("7e00 7d"));
    reader.onSilence(frames);
    read(reader, bytes("7e0007 8b 01 fffe 00 00 01 75"));

    assertThat(heard).containsExactly("status 1 0");
  }

  // ---------------------------------------------------------------- whatever comes

  @ParameterizedTest
  @EnumSource(XbeeMode.class)
  void whateverANodeSaysIsReadHoweverItIsSplitAndWhateverStandsBetween(XbeeMode mode) {
    SplittableRandom random = new SplittableRandom(5);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    List<String> said = new ArrayList<>();
    long between = 0;
    for (int i = 0; i < 5_000; i++) {
      for (int noise = random.nextInt(4); noise > 0; noise--) {
        line.write(random.nextInt(0x7d)); // no beginning
        between++;
      }
      long from = random.nextInt(8) == 0 ? 0x7e7d11137e7d1113L : random.nextLong();
      byte[] datagram = new byte[random.nextInt(100)];
      random.nextBytes(datagram);
      line.writeBytes(frame(mode, from, datagram));
      said.add(HexFormat.of().toHexDigits(from) + "/1:" + hex(datagram));
    }
    XbeeReader reader = new XbeeReader(mode);
    byte[] all = line.toByteArray();
    for (int at = 0; at < all.length; ) {
      int some = Math.min(all.length - at, 1 + random.nextInt(200));
      reader.onBytes(all, at, at + some, frames);
      at += some;
    }

    assertThat(heard).isEqualTo(said);
    assertThat(counts(reader)).isEqualTo(between + " 0 0");
  }

  @ParameterizedTest
  @EnumSource(XbeeMode.class)
  void behindAnySilenceAFrameIsHeard(XbeeMode mode) {
    SplittableRandom random = new SplittableRandom(6);
    XbeeReader reader = new XbeeReader(mode);
    byte[] frame = frame(mode, 7, bytes("0216"));
    for (int i = 0; i < 20_000; i++) {
      byte[] garbage = new byte[1 + random.nextInt(400)];
      random.nextBytes(garbage);
      for (int begins = random.nextInt(4); begins > 0; begins--) {
        int at = random.nextInt(garbage.length);
        garbage[at] = 0x7e;
        garbage[Math.min(at + 1, garbage.length - 1)] = 0;
      }
      read(reader, garbage);
      reader.onSilence(frames);
      read(reader, frame);
      assertThat(heard.get(heard.size() - 1)).isEqualTo("0000000000000007/1:0216");
      heard.clear();
    }
    assertThat(reader.skipped()).isGreaterThan(20_000);
    assertThat(reader.miscounted()).isGreaterThan(100);
  }

  /** A Receive Packet, as the writer would write it if radios wrote with it. */
  private static byte[] frame(XbeeMode mode, long from, byte[] datagram) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    plain.write(0x90);
    for (int shift = 56; shift >= 0; shift -= 8) {
      plain.write((int) (from >>> shift));
    }
    plain.writeBytes(bytes("fffe01"));
    plain.writeBytes(datagram);
    byte[] data = plain.toByteArray();
    int sum = 0;
    for (byte octet : data) {
      sum += octet;
    }
    plain.reset();
    plain.write(data.length >>> 8);
    plain.write(data.length);
    plain.writeBytes(data);
    plain.write(0xFF - (sum & 0xFF));
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(0x7e);
    for (byte octet : plain.toByteArray()) {
      boolean escaped = octet == 0x7e || octet == 0x7d || octet == 0x11 || octet == 0x13;
      if (mode == ESCAPED && escaped) {
        frame.write(0x7d);
        frame.write(octet ^ 0x20);
      } else {
        frame.write(octet);
      }
    }
    return frame.toByteArray();
  }
}

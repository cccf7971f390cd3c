package io.whimbrel.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.whimbrel.codec.PacketDecoder.Sender;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes at all. Without JAZZER_FUZZ these replay the table of the wire and what was found and
 * kept in the resources; with JAZZER_FUZZ=1 and one of them named they look for more. The first
 * byte of an input draws sender and version, then comes what is said.
 */
final class CodecFuzzTest {
  /** What a decoder made of its bytes: packets, and the reason it stopped, if it did. */
  private record Heard(List<Packet> packets, String end) {}

  static Stream<Arguments> wire() {
    return WireCases.all().stream()
        .map(
            wire -> {
              int version = wire.version() == null ? 3 : wire.version().ordinal();
              int kind = wire.sender().ordinal() | version << 1;
              byte[] seed = new byte[wire.bytes().length + 1];
              seed[0] = (byte) kind;
              System.arraycopy(wire.bytes(), 0, seed, 1, wire.bytes().length);
              return Arguments.of((Object) seed);
            });
  }

  static Stream<Arguments> texts() {
    return Stream.of(
            "a/b",
            "+/#",
            "#/a",
            "a+",
            "$share/g/+",
            "$share//a",
            "$share/g/",
            "日本/😀",
            "\uFFFF",
            "")
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
  }

  @MethodSource("wire")
  @FuzzTest(maxDuration = "1m")
  void fragmentsAreHeardAsOnePiece(byte[] input) {
    if (input.length < 2) {
      return;
    }
    byte[] said = Arrays.copyOfRange(input, 1, input.length);
    Heard whole = hear(decoder(input[0]), said, 0);

    assertThat(hear(decoder(input[0]), said, 1)).isEqualTo(whole);
    assertThat(hear(decoder(input[0]), said, input[0] & 0xFF)).isEqualTo(whole);
  }

  @MethodSource("wire")
  @FuzzTest(maxDuration = "1m")
  void whatIsHeardCanBeSaidAgain(byte[] input) {
    if (input.length < 2) {
      return;
    }
    byte[] said = Arrays.copyOfRange(input, 1, input.length);
    PacketDecoder first = decoder(input[0]);
    Heard heard = hear(first, said, 0);
    ProtocolVersion version = first.version();
    if (version == null) {
      return;
    }
    ByteWriter out = new ByteWriter(64);
    heard.packets().forEach(packet -> PacketEncoder.encode(packet, version, out));

    Heard again = hear(decoder(input[0]), out.toByteArray(), 0);
    assertThat(again.packets()).isEqualTo(heard.packets());
    assertThat(again.end()).isEmpty();
    for (Packet packet : heard.packets()) {
      assertThat(packet.toString()).isNotEmpty();
    }
  }

  @MethodSource("texts")
  @FuzzTest(maxDuration = "1m")
  void stringsAreJudgedAsTheJdkJudgesThem(byte[] input) {
    assertThat(Utf8.isValid(input, 0, input.length)).isEqualTo(Utf8Test.isValidToTheJdk(input));
  }

  @MethodSource("texts")
  @FuzzTest(maxDuration = "1m")
  void filtersAreReadAsTheirRulesSay(byte[] input) {
    if (!Utf8.isValid(input, 0, input.length)) {
      return;
    }
    try {
      TopicFilter filter = TopicFilter.read(input, 0, input.length);
      assertThat(NaiveFilter.isValid(filter.toString())).isTrue();
      assertThat(filter.utf8()).isEqualTo(input);
      if (filter.isShared()) {
        assertThat(filter).hasToString("$share/" + filter.shareName() + "/" + inner(filter));
      } else {
        assertThat(filter).hasToString(inner(filter));
      }
    } catch (ProtocolErrorException refused) {
      assertThat(NaiveFilter.isValid(text(input))).isFalse();
      assertThat(refused.reason()).isEqualTo(ReasonCode.TOPIC_FILTER_INVALID);
    }
  }

  private static PacketDecoder decoder(byte kind) {
    Sender sender = (kind & 1) == 0 ? Sender.CLIENT : Sender.SERVER;
    PacketDecoder decoder = new PacketDecoder(sender, 1 << 20);
    int version = (kind & 0xFF) >>> 1 & 3;
    if (sender == Sender.SERVER || version < 3) {
      decoder.version(ProtocolVersion.values()[Math.min(version, 2)]);
    }
    return decoder; // else a client that has not sent CONNECT
  }

  /** Lends the bytes in pieces of a size, or at once where it is 0. */
  private static Heard hear(PacketDecoder decoder, byte[] said, int piece) {
    List<Packet> packets = new ArrayList<>();
    try {
      int step = piece == 0 ? said.length : piece;
      for (int from = 0; from < said.length; from += step) {
        decoder.offer(said, from, Math.min(said.length, from + step));
        for (Packet next = decoder.poll(); next != null; next = decoder.poll()) {
          packets.add(next);
        }
      }
    } catch (ProtocolErrorException refused) {
      return new Heard(packets, refused.clause());
    }
    return new Heard(packets, "");
  }

  private static String inner(TopicFilter filter) {
    return text(filter.inner());
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}

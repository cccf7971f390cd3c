package io.whimbrel.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds decoder and encoder against the table. */
final class WireCasesTest {
  static List<WireCase> accepted() {
    return WireCases.accepted();
  }

  static List<WireCase> refused() {
    return WireCases.refused();
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void meansThePacket(WireCase wire) {
    PacketDecoder decoder = wire.decoder();
    decoder.offer(wire.bytes(), 0, wire.bytes().length);

    assertThat(decoder.poll()).isEqualTo(wire.packet()).hasSameHashCodeAs(wire.packet());
    assertThat(decoder.poll()).isNull();
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void isWrittenAsInTheTable(WireCase wire) {
    ByteWriter out = new ByteWriter(0);
    PacketEncoder.encode(wire.packet(), spoken(wire), out);

    if (wire.kind() == WireCase.Kind.SAYS) {
      assertThat(out.toByteArray()).isEqualTo(wire.bytes());
    } else {
      assertThat(out.toByteArray()).isNotEqualTo(wire.bytes());
    }
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void meansNothingUntilItsLastByte(WireCase wire) {
    PacketDecoder decoder = wire.decoder();
    byte[] bytes = wire.bytes();
    for (int i = 0; i < bytes.length - 1; i++) {
      decoder.offer(bytes, i, i + 1);
      assertThat(decoder.poll()).isNull();
    }
    decoder.offer(bytes, bytes.length - 1, bytes.length);
    assertThat(decoder.poll()).isEqualTo(wire.packet());
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void isRefusedIfItsLengthEndsItEarlier(WireCase wire) {
    byte[] bytes = wire.bytes();
    boolean mayBeShorter = wire.kind() == WireCase.Kind.READS || wire.packet() instanceof Publish;
    if (mayBeShorter || bytes.length > 127) {
      return;
    }
    for (int length = 0; length < bytes.length - 2; length++) {
      byte[] shorter = Arrays.copyOf(bytes, length + 2);
      shorter[1] = (byte) length;
      try {
        PacketDecoder decoder = wire.decoder();
        decoder.offer(shorter, 0, shorter.length);
        assertThat(decoder.poll()).isNotEqualTo(wire.packet());
      } catch (ProtocolErrorException refused) {
        assertThat(refused.reason().isError()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("refused")
  void isRefusedForItsRule(WireCase wire) {
    PacketDecoder decoder = wire.decoder();
    decoder.offer(wire.bytes(), 0, wire.bytes().length);

    ProtocolErrorException refused =
        catchThrowableOfType(ProtocolErrorException.class, decoder::poll);
    assertThat(refused).isNotNull();
    assertThat(refused.clause()).as(refused.explanation()).isEqualTo(wire.bareClause());
    assertThat(refused.reason()).isEqualTo(wire.reason());
    assertThat(decoder.heldBytes()).isZero();
  }

  @Test
  void everyCaseHasItsOwnName() {
    List<String> names = new ArrayList<>();
    WireCases.all().forEach(wire -> names.add(wire.toString()));

    assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThan(300);
  }

  private static ProtocolVersion spoken(WireCase wire) {
    return wire.packet() instanceof Connect connect ? connect.version() : wire.version();
  }
}

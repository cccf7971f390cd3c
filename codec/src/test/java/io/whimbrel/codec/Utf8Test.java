package io.whimbrel.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The validator of strings, held against the JDK's. */
final class Utf8Test {
  // [MQTT-1.5.4-1] [MQTT-1.5.4-2] [3.1.1 MQTT-1.5.3-1] [3.1.1 MQTT-1.5.3-2]
  @Test
  void acceptsEveryCharacterButNullAndSurrogates() {
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      boolean surrogate = point >= 0xD800 && point <= 0xDFFF;
      byte[] bytes = surrogate ? threeBytes(point) : utf8(Character.toString(point));

      assertThat(Utf8.isValid(bytes, 0, bytes.length))
          .as("U+%X", point)
          .isEqualTo(point != 0 && !surrogate);
    }
  }

  @Test
  void judgesEveryPairOfBytesAsTheJdkDoes() {
    byte[] bytes = new byte[2];
    for (int pair = 0; pair < 0x1_0000; pair++) {
      bytes[0] = (byte) (pair >>> 8);
      bytes[1] = (byte) pair;
      assertThat(Utf8.isValid(bytes, 0, 2)).as("%04X", pair).isEqualTo(isValidToTheJdk(bytes));
    }
  }

  @Test
  void findsABadByteWhereverItStandsInALongText() {
    for (int length = 1; length < 40; length++) {
      for (int at = 0; at < length; at++) {
        byte[] bytes = utf8("x".repeat(length));
        bytes[at] = (byte) (at % 2 == 0 ? 0 : 0x80);

        assertThat(Utf8.firstFault(bytes, 0, length)).isEqualTo(at);
      }
    }
  }

  @Test
  void looksAtItsRangeAlone() {
    byte[] bytes = {0, 'a', 'b', (byte) 0xC3, (byte) 0xA4, (byte) 0xFF};

    assertThat(Utf8.isValid(bytes, 1, 5)).isTrue();
    assertThat(Utf8.isValid(bytes, 1, 4)).isFalse();
    assertThat(Utf8.isValid(bytes, 2, 2)).isTrue();
  }

  // [MQTT-1.5.4-3] [3.1.1 MQTT-1.5.3-3]
  @Test
  void aByteOrderMarkIsTextLikeAnyOther() {
    TopicName marked = TopicName.of("\uFEFFa");

    assertThat(marked.utf8()).containsExactly(0xEF, 0xBB, 0xBF, 'a');
    assertThat(marked).isNotEqualTo(TopicName.of("a"));
  }

  @Property(tries = 5_000)
  void judgesAnyBytesAsTheJdkDoes(@ForAll byte[] bytes) {
    assertThat(Utf8.isValid(bytes, 0, bytes.length)).isEqualTo(isValidToTheJdk(bytes));
  }

  @Property(tries = 5_000)
  void encodesWhatTheValidatorAccepts(@ForAll String text) {
    byte[] bytes = utf8(text);
    if (Utf8.isCodable(text)) {
      assertThat(Utf8.encode(text)).isEqualTo(bytes);
      assertThat(Utf8.isValid(bytes, 0, bytes.length)).isTrue();
    } else {
      assertThatIllegalArgumentException().isThrownBy(() -> Utf8.encode(text));
    }
  }

  @Test
  void encodesNoTextThatFitsNoPacket() {
    assertThat(Utf8.encode("x".repeat(65_535))).hasSize(65_535);
    assertThatIllegalArgumentException().isThrownBy(() -> Utf8.encode("x".repeat(65_536)));
    assertThatIllegalArgumentException().isThrownBy(() -> Utf8.encode("a\0"));
    assertThatIllegalArgumentException().isThrownBy(() -> Utf8.encode("a\uD83D"));
    assertThatIllegalArgumentException().isThrownBy(() -> Utf8.encode("\uDE00\uD83D"));
  }

  /** The judgement of the JDK's decoder, and no U+0000. */
  static boolean isValidToTheJdk(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.indexOf('\0') < 0;
    } catch (CharacterCodingException malformed) {
      return false;
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] threeBytes(int point) {
    return new byte[] {
      (byte) (0xE0 | point >>> 12), (byte) (0x80 | point >>> 6 & 0x3F), (byte) (0x80 | point & 0x3F)
    };
  }
}

package io.whimbrel.codec.scram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and passwords as RFC 4013 has them. */
final class SaslPrepTest {
  /** The examples of RFC 4013, section 3, and some more. */
  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "I\u00ADX,IX",
        "user,user",
        "USER,USER",
        "\u00AA,a",
        "\u2168,IX",
        "a\u00A0b,a b",
        "a\u3000b,a b",
        "e\u0301,\u00E9",
        "\u0627\u0031\u0628,\u0627\u0031\u0628",
        "\uD83D\uDE00,\uD83D\uDE00",
        "a\uFE0Fb,ab",
      })
  void twoSpellingsBecomeOne(String text, String prepared) throws Exception {
    assertThat(SaslPrep.prepare(text)).isEqualTo(prepared);
    assertThat(SaslPrep.prepare(prepared)).isEqualTo(prepared);
  }

  /** The first two are those of RFC 4013, section 3. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0007",
        "\u0627\u0031",
        "",
        "\u00AD",
        "a\u007F",
        "a\u0000",
        "a\u0085",
        "a\uE000",
        "a\uD800",
        "a\uFDD0",
        "a\uFFFD",
        "a\u200E",
        "a\u2028",
        "\u0627a\u0628",
        "\u0378",
      })
  void whatMayNotBeIsRefused(String text) {
    assertThatThrownBy(() -> SaslPrep.prepare(text)).isInstanceOf(ScramException.class);
  }
}

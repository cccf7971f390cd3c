package io.whimbrel.server.ask;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void readsWhatAnObjectHas() {
    String text =
        "{\"a\":\"x\",\"b\":true,\"c\":1,\"d\":1.5,\"e\":[1,\"y\",{}],\"f\":{\"g\":[]},\"h\":null,"
            + "\"i\":123456789012345678901234567890} ";

    assertThat(Json.object(text.getBytes(UTF_8)))
        .contains(
            Map.of(
                "a",
                "x",
                "b",
                true,
                "c",
                1L,
                "d",
                1.5,
                "e",
                List.of(1L, "y", Map.of()),
                "f",
                Map.of("g", List.of()),
                "i",
                1.2345678901234568e29));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[]",
        "1",
        "null",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1",
        "{\"a\":1}{}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":[null]}",
        "{\"a\":'x'}",
        "{\"a\":NaN}",
        "<html>",
      })
  void anythingElseIsNone(String text) {
    assertThat(Json.object(text.getBytes(UTF_8))).isEmpty();
  }

  @Test
  void whatIsTooDeepOrTooMuchIsNone() {
    assertThat(Json.object(deep(15))).isPresent();
    assertThat(Json.object(deep(16))).isEmpty();
    assertThat(Json.object(deep(200_000))).isEmpty();
    assertThat(Json.object(wide(9_999))).isPresent();
    assertThat(Json.object(wide(10_000))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'result':1,'resu\u00fflt':2}", "{'a':'\u00ff'}", "{'\u00c3':1}"})
  void whatIsNotUtf8IsNone(String text) {
    assertThat(Json.object(text.replace('\'', '"').getBytes(ISO_8859_1))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"})
  void noOtherEncodingIsGuessed(String encoding) {
    assertThat(Json.object("{\"a\":1}".getBytes(Charset.forName(encoding)))).isEmpty();
  }

  @Test
  void nobodyChangesWhatWasRead() {
    Map<String, Object> read = Json.object("{\"a\":[1]}".getBytes(UTF_8)).orElseThrow();

    assertThatThrownBy(() -> read.put("b", 1)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> ((List<?>) read.get("a")).clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private static byte[] deep(int levels) {
    return ("{\"a\":" + "[".repeat(levels) + "]".repeat(levels) + "}").getBytes(UTF_8);
  }

  private static byte[] wide(int values) {
    return ("{\"a\":[1" + ",1".repeat(values - 1) + "]}").getBytes(UTF_8);
  }
}

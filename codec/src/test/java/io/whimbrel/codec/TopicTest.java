package io.whimbrel.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Topic Names and Topic Filters (4.7, 4.8.2). */
final class TopicTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "/", "//", " ", "a/b/c", "$SYS/x", "$share/a/b", "日本/ä", "\uFEFF"})
  void anyTextWithoutWildcardsNamesATopic(String text) {
    assertThat(TopicName.of(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    "'', MQTT-4.7.3-1",
    "a/+, MQTT-3.3.2-2",
    "#, MQTT-3.3.2-2",
    "a+b, MQTT-3.3.2-2",
  })
  void namesNoTopic(String text, String clause) {
    assertThat(refusal(() -> TopicName.of(text)).clause()).isEqualTo(clause);
    assertThat(refusal(() -> TopicName.of(text)).reason()).isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
  }

  // [MQTT-4.7.3-2] [3.1.1 MQTT-4.7.3-2]
  @Test
  void nullCharactersAndHalfSurrogatesAreInNeither() {
    assertThat(refusal(() -> TopicName.of("a\0")).clause()).isEqualTo("MQTT-4.7.3-2");
    assertThat(refusal(() -> TopicFilter.of("a\0")).clause()).isEqualTo("MQTT-4.7.3-2");
    assertThat(refusal(() -> TopicName.of("\uD800")).clause()).isEqualTo("MQTT-4.7.3-2");
    assertThat(refusal(() -> TopicFilter.of("\uD800")).clause()).isEqualTo("MQTT-4.7.3-2");
  }

  // [MQTT-4.7.3-3] [3.1.1 MQTT-4.7.3-3]
  @Test
  void neitherIsLongerThanAString() {
    assertThat(TopicName.of("x".repeat(65_535)).utf8()).hasSize(65_535);
    assertThat(refusal(() -> TopicName.of("x".repeat(65_536))).clause()).isEqualTo("MQTT-4.7.3-3");
    assertThat(refusal(() -> TopicFilter.of("x".repeat(65_536))).clause())
        .isEqualTo("MQTT-4.7.3-3");
  }

  @Test
  void sixtyFiveThousandLevelsAreCountedWithoutRecursion() {
    assertThat(TopicName.of("/".repeat(65_535)).levels()).isEqualTo(65_536);
    assertThat(TopicFilter.of("+/".repeat(32_767) + "#").levels()).isEqualTo(32_768);
  }

  // [MQTT-4.7.3-4] [3.1.1 MQTT-4.7.3-4]
  @Test
  void whatLooksAlikeIsNotTheSame() {
    assertThat(TopicName.of("\u00E4")).isNotEqualTo(TopicName.of("a\u0308"));
    assertThat(TopicName.of("A")).isNotEqualTo(TopicName.of("a"));
    assertThat(TopicName.of("/a")).isNotEqualTo(TopicName.of("a"));
  }

  // [MQTT-4.7.1-1] [MQTT-4.7.1-2] [3.1.1 MQTT-4.7.1-2] [3.1.1 MQTT-4.7.1-3]
  @ParameterizedTest
  @ValueSource(
      strings = {"#", "+", "a/#", "a/+", "+/b", "+/+/#", "/+", "/#", "a//#", "$share", "$sharex/+"})
  void filters(String text) {
    TopicFilter filter = TopicFilter.of(text);

    assertThat(filter).hasToString(text);
    assertThat(filter.isShared()).isFalse();
    assertThat(filter.hasWildcard()).isEqualTo(text.contains("+") || text.contains("#"));
  }

  // [MQTT-4.8.2-1] [MQTT-4.8.2-2]
  @ParameterizedTest
  @CsvSource({
    "$share/g/a, g, a",
    "$share/g//, g, /",
    "$share/日本/+/#, 日本, +/#",
    "$share/g/$share/h/a, g, $share/h/a"
  })
  void sharedFilters(String text, String shareName, String inner) {
    TopicFilter filter = TopicFilter.of(text);

    assertThat(filter).hasToString(text);
    assertThat(filter.isShared()).isTrue();
    assertThat(filter.shareName()).isEqualTo(shareName);
    assertThat(filter.inner()).isEqualTo(TopicFilter.of(inner).utf8());
  }

  private static ProtocolErrorException refusal(ThrowingCallable attempt) {
    return Objects.requireNonNull(catchThrowableOfType(ProtocolErrorException.class, attempt));
  }
}

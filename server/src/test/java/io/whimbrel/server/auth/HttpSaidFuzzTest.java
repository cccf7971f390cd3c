package io.whimbrel.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.whimbrel.codec.Utf8;
import io.whimbrel.server.ask.AskException;
import io.whimbrel.server.ask.AskException.Why;
import io.whimbrel.server.ask.Reply;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes at all as what a server says of a client. Without JAZZER_FUZZ this replays what stands
 * here and in the resources; with JAZZER_FUZZ=1 it looks for more.
 */
final class HttpSaidFuzzTest {
  private static final long NOW = 1_700_000_000_000L;

  static Stream<Arguments> answers() {
    return Stream.of(
            "{\"result\":\"allow\",\"user\":\"a\",\"groups\":[\"g\"],\"expiresInSeconds\":1e9}",
            "{\"result\":\"allow\",\"expire_at\":-0.0,\"user\":\"\\ud800\"}",
            "{\"result\":\"allow\",\"expire_at\":1e999}",
            "{\"result\":\"deny\",\"x\":" + "[".repeat(5_000),
            "{\"result\":\"ignore\",\"x\":" + "9".repeat(2_000) + "}",
            "{\"result\":\"ignore\"}\u0000",
            "\ufeff{\"result\":\"allow\"}",
            "[{\"result\":\"allow\"}]")
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
  }

  @MethodSource("answers")
  @FuzzTest(maxDuration = "10m")
  void anAnswerMeansSomethingWholeOrNothing(byte[] input) {
    HttpSaid said;
    try {
      said = HttpSaid.of(new Reply(200, input, -1), NOW);
    } catch (AskException nothing) {
      assertThat(nothing.why()).isEqualTo(Why.USELESS);
      return;
    }
    if (said instanceof HttpSaid.Allowed allowed) {
      assertThat(new String(input, StandardCharsets.UTF_8)).contains("result");
      assertThat(allowed.expiresMillis()).isNotNegative();
      allowed.user().ifPresent(Utf8::encode);
      assertThat(allowed.groups()).doesNotContain("");
    }
  }
}

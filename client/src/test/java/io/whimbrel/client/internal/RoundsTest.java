package io.whimbrel.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.ReasonCode;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Which server comes when. */
final class RoundsTest {
  private final Rounds rounds =
      new Rounds(
          List.of(server("a"), server("b"), server("c")),
          new Backoff(100, 100_000, new SplittableRandom(1)));

  private static Server server(String host) {
    return new Server(host, 1_883, null, false, null);
  }

  @Test
  void aRoundTriesEachServerOnceAndTheOneThatWasReachedIsTheFirstOfTheNext() {
    assertThat(rounds.server().host()).isEqualTo("a");
    assertThat(rounds.failed()).isFalse();
    assertThat(rounds.server().host()).isEqualTo("b");
    rounds.succeeded();
    assertThat(rounds.server().host()).isEqualTo("b");
    assertThat(rounds.failed()).isFalse();
    assertThat(rounds.failed()).isFalse();
    assertThat(rounds.server().host()).isEqualTo("a");
    assertThat(rounds.failed()).isTrue();
    assertThat(rounds.server().host()).isEqualTo("b");
    assertThat(rounds.failed()).isFalse();
  }

  @Test
  void waitsGrowAndALastingRefusalHasTheLongestAtOnce() {
    assertThat(rounds.waitAfter(null)).isBetween(50L, 100L);
    assertThat(rounds.waitAfter(ReasonCode.SERVER_BUSY)).isBetween(100L, 200L);
    assertThat(rounds.waitAfter(ReasonCode.NOT_AUTHORIZED)).isBetween(50_000L, 100_000L);
    rounds.succeeded();
    assertThat(rounds.waitAfter(null)).isBetween(50L, 100L);
  }
}

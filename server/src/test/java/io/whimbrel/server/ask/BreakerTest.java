package io.whimbrel.server.ask;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BreakerTest {
  private final Breaker breaker = new Breaker(3, 1_000);

  @Test
  void opensAfterFailuresOneAfterTheOther() {
    fail(0, 0);
    breaker.answered();
    fail(0, 0);
    assertThat(breaker.state()).isEqualTo(Breaker.State.CLOSED);
    assertThat(breaker.lets(0)).isTrue();
    breaker.failed(0);

    assertThat(breaker.state()).isEqualTo(Breaker.State.OPEN);
    assertThat(breaker.lets(999)).isFalse();
  }

  @Test
  void letsOneThroughAfterAWhileWhoseAnswerCloses() {
    fail(0, 0, 0);

    assertThat(breaker.lets(1_000)).isTrue();
    assertThat(breaker.state()).isEqualTo(Breaker.State.HALF_OPEN);
    assertThat(breaker.lets(5_000)).as("the first one is not back").isFalse();
    breaker.answered();
    assertThat(breaker.state()).isEqualTo(Breaker.State.CLOSED);
    assertThat(breaker.lets(5_000)).isTrue();
    assertThat(breaker.lets(5_000)).isTrue();
  }

  @Test
  void opensAgainWhereTheOneFails() {
    fail(0, 0, 0, 1_500);

    assertThat(breaker.state()).isEqualTo(Breaker.State.OPEN);
    assertThat(breaker.lets(2_499)).isFalse();
    assertThat(breaker.lets(2_500)).isTrue();
  }

  @Test
  void letsTheNextThroughWhereTheOneWasNotAskedAfterAll() {
    fail(0, 0, 0);
    assertThat(breaker.lets(1_000)).isTrue();
    breaker.unasked(1_000);

    assertThat(breaker.state()).isEqualTo(Breaker.State.OPEN);
    assertThat(breaker.lets(1_000)).isTrue();
  }

  @Test
  void aLateFailureOfEarlierOnesDoesNotPutOffTheNext() {
    fail(0, 0, 0);
    breaker.failed(900);

    assertThat(breaker.lets(1_000)).isTrue();
  }

  @Test
  void aClockThatIsPutBackDoesNotKeepItOpen() {
    fail(1_000_000, 1_000_000, 1_000_000);

    assertThat(breaker.lets(1_000_000)).isFalse();
    assertThat(breaker.lets(5_000)).isTrue();
  }

  private void fail(long... times) {
    for (long now : times) {
      assertThat(breaker.lets(now)).isTrue();
      breaker.failed(now);
    }
  }
}

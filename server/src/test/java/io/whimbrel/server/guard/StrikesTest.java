package io.whimbrel.server.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StrikesTest {
  private static final Fingerprint ONE = Fingerprint.of("one");
  private static final Fingerprint OTHER = Fingerprint.of("other");

  private final Strikes strikes = new Strikes(3, 1_000, 5_000, 64);

  @Test
  void theThirdOneWithinTheWindowIsTheLast() {
    assertThat(strikes.strike(ONE, 0)).isFalse();
    assertThat(strikes.strike(ONE, 500)).isFalse();
    assertThat(strikes.isOut(ONE, 998)).isFalse();
    assertThat(strikes.strike(ONE, 999)).isTrue();

    assertThat(strikes.isOut(ONE, 999)).isTrue();
    assertThat(strikes.isOut(OTHER, 999)).isFalse();
    assertThat(strikes.isOut(ONE, 5_998)).isTrue();
    assertThat(strikes.isOut(ONE, 5_999)).isFalse();
    assertThat(strikes.begun()).isEqualTo(1);
  }

  @Test
  void whoIsOutAlreadyMakesItNotLonger() {
    for (int i = 0; i < 10; i++) {
      assertThat(strikes.strike(ONE, i)).isEqualTo(i == 2);
    }

    assertThat(strikes.isOut(ONE, 5_001)).isTrue();
    assertThat(strikes.isOut(ONE, 5_002)).isFalse();
    assertThat(strikes.strike(ONE, 5_002)).isFalse(); // it begins anew
  }

  @Test
  void aWindowThatPassedCountsNoMore() {
    strikes.strike(ONE, 0);
    strikes.strike(ONE, 999);

    assertThat(strikes.strike(ONE, 1_000)).isFalse();
    assertThat(strikes.strike(ONE, 1_001)).isFalse();
    assertThat(strikes.strike(ONE, 1_002)).isTrue();
  }

  @Test
  void whatIsForgivenDoesNotCount() {
    strikes.strike(ONE, 0);
    strikes.strike(ONE, 1);
    strikes.forgive(ONE);
    strikes.forgive(OTHER);

    assertThat(strikes.strike(ONE, 2)).isFalse();
    assertThat(strikes.isOut(ONE, 2)).isFalse();
  }

  @Test
  void nobodyIsEverOutWhereThatIsNotWanted() {
    Strikes none = new Strikes(0, 1_000, 5_000, 64);
    for (int i = 0; i < 10; i++) {
      assertThat(none.strike(ONE, 0)).isFalse();
    }
    assertThat(none.isOut(ONE, 0)).isFalse();
  }

  @Test
  void otherLimitsCountWhatWasBeforeAndLetNobodyInEarlier() {
    Strikes changing = new Strikes(10, 1_000, 5_000, 64);
    for (int i = 0; i < 5; i++) {
      changing.strike(ONE, 0);
    }
    changing.limits(3, 2_000);
    assertThat(changing.isOut(ONE, 0)).isFalse();
    assertThat(changing.strike(ONE, 0)).isTrue();
    assertThat(changing.strike(ONE, 0)).isFalse();

    changing.limits(100, 1);
    assertThat(changing.isOut(ONE, 1_999)).isTrue();
    assertThat(changing.isOut(ONE, 2_000)).isFalse();
    assertThat(changing.begun()).isEqualTo(1);
    changing.limits(0, 1);
    assertThat(changing.isOut(ONE, 1_999)).isFalse();
  }

  @Test
  void whatIsRememberedIsBoundedAndTheOldestGoesFirst() {
    long out =
        IntStream.range(0, 10_000)
            .filter(
                i -> {
                  Fingerprint who = Fingerprint.of("name " + i);
                  strikes.strike(who, i);
                  strikes.strike(who, i);
                  return strikes.strike(who, i);
                })
            .count();
    long remembered =
        IntStream.range(0, 10_000)
            .filter(i -> strikes.isOut(Fingerprint.of("name " + i), 0))
            .count();

    assertThat(out).isEqualTo(10_000);
    assertThat(remembered).isEqualTo(64);
    assertThat(strikes.isOut(Fingerprint.of("name 9999"), 0)).isTrue();
  }
}

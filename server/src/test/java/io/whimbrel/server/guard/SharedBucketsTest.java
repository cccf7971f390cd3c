package io.whimbrel.server.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SharedBucketsTest {
  private static final Fingerprint ALICE = Fingerprint.of("alice");

  private final SharedBuckets buckets = new SharedBuckets(10);

  @Test
  void whoHasTheSameNameTakesFromTheSameBucket() {
    TokenBucket one = buckets.enter(ALICE);

    assertThat(buckets.enter(ALICE)).isSameAs(one);
    assertThat(buckets.enter(Fingerprint.of("bob"))).isNotSameAs(one);
  }

  @Test
  void aDebtIsNotLostByComingAgain() {
    buckets.enter(ALICE).take(1_000, 0);
    buckets.leave(ALICE, 0);

    assertThat(buckets.enter(ALICE).take(1, 0)).isPositive();
  }

  @Test
  void whoOwesNothingIsForgottenWithItsLastConnection() {
    buckets.enter(ALICE).take(10, 0);
    buckets.enter(ALICE);
    buckets.leave(ALICE, 1_000);
    assertThat(buckets.size()).isEqualTo(1);

    buckets.leave(ALICE, 1_000);
    assertThat(buckets.size()).isZero();
  }

  @Test
  void whoPaysLaterIsForgottenThen() {
    buckets.enter(ALICE).take(20, 0);
    buckets.leave(ALICE, 0);

    buckets.sweep(1_999);
    assertThat(buckets.size()).isEqualTo(1);
    buckets.sweep(2_000);
    assertThat(buckets.size()).isZero();
  }

  @Test
  void whoComesAgainIsNotSwept() {
    buckets.enter(ALICE).take(20, 0);
    buckets.leave(ALICE, 0);
    TokenBucket bucket = buckets.enter(ALICE);
    buckets.sweep(2_000);

    assertThat(buckets.enter(ALICE)).isSameAs(bucket);
  }

  @Test
  void theDebtsOfThoseWhoHaveGoneAreBounded() {
    for (int i = 0; i < SharedBuckets.LEFT_MAX + 500; i++) {
      Fingerprint who = Fingerprint.of("name " + i);
      buckets.enter(who).take(1_000, 0);
      buckets.leave(who, 0);
    }
    assertThat(buckets.size()).isEqualTo(SharedBuckets.LEFT_MAX);

    for (int rest = SharedBuckets.LEFT_MAX; rest > 0; rest -= SharedBuckets.SWEPT_MAX) {
      assertThat(buckets.size()).as("a slice at a time").isEqualTo(rest);
      buckets.sweep(100_000);
    }
    assertThat(buckets.size()).isZero();
    buckets.enter(ALICE).take(1_000, 0);
    buckets.leave(ALICE, 0);
    assertThat(buckets.size()).isEqualTo(1); // there is room again
  }
}

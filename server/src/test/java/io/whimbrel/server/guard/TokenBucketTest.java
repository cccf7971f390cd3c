package io.whimbrel.server.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long NOW = 1_800_000_000_000L;

  @Test
  void aSecondsWorthMayBeTakenAtOnceAndThenOneByOne() {
    TokenBucket bucket = new TokenBucket(4);

    for (int i = 0; i < 4; i++) {
      assertThat(bucket.tryTake(NOW)).isTrue();
    }
    assertThat(bucket.tryTake(NOW)).isFalse();
    assertThat(bucket.tryTake(NOW + 249)).isFalse();
    assertThat(bucket.tryTake(NOW + 250)).isTrue();
    assertThat(bucket.tryTake(NOW + 250)).isFalse();
  }

  @Test
  void whoTakesMoreThanThereIsWaitsUntilItIsPaid() {
    TokenBucket bucket = new TokenBucket(1_000);

    assertThat(bucket.take(999, NOW)).isZero();
    assertThat(bucket.take(1, NOW)).isEqualTo(1);
    assertThat(bucket.take(5_000, NOW)).isEqualTo(5_001);
    assertThat(bucket.take(1, NOW + 5_001)).isEqualTo(1);
  }

  @Test
  void whatIsNotTakenIsNotSavedBeyondASecond() {
    TokenBucket bucket = new TokenBucket(2);

    bucket.take(2, NOW);
    assertThat(bucket.isFull(NOW + 999)).isFalse();
    assertThat(bucket.isFull(NOW + 1_000)).isTrue();
    assertThat(bucket.take(2, NOW + 100_000)).isEqualTo(500);
  }

  @Test
  void aDebtHasAnEnd() {
    TokenBucket bucket = new TokenBucket(1);

    for (int i = 0; i < 1_000; i++) {
      assertThat(bucket.take(268_435_455, NOW)).isEqualTo(3_600_000);
    }
    assertThat(bucket.take(1, NOW - 5_000)).isEqualTo(3_605_000); // nor does a late clock pay it
  }

  @Test
  void ratesOfAllSizesAreKeptToTheMillisecond() {
    for (long rate : new long[] {1, 3, 7, 1_000, 999_983, 1_000_000_000, 1L << 40}) {
      TokenBucket bucket = new TokenBucket(rate);
      assertThat(bucket.take(11 * rate, NOW)).as("at %s", rate).isBetween(10_000L, 11_000L);
      assertThat(bucket.isFull(NOW + 10_999)).isFalse();
      assertThat(bucket.isFull(NOW + 11_001)).isTrue();
    }
  }

  /** However one asks: in any time no more is let through than its rate and one burst. */
  @Property(tries = 200)
  void noMoreIsTakenThanTheRateAndOneBurst(
      @ForAll @LongRange(min = 1, max = 10_000) long rate,
      @ForAll @Size(min = 1, max = 200) java.util.List<@IntRange(max = 400) Integer> pauses) {
    TokenBucket bucket = new TokenBucket(rate);
    long now = NOW;
    long taken = 0;
    for (int pause : pauses) {
      now += pause;
      while (bucket.tryTake(now)) {
        taken++;
      }
    }

    long atMost = rate + (now - NOW) * rate / 1_000;
    long rounded = 1 + taken * rate / TokenBucket.SECOND_NANOS; // less than a nanosecond for each
    assertThat(taken).isLessThanOrEqualTo(atMost + rounded);
    assertThat(taken).isGreaterThanOrEqualTo(rate);
  }

  @Test
  void severalThreadsTogetherTakeNoMoreThanThereIs() throws Exception {
    TokenBucket bucket = new TokenBucket(10_000);
    AtomicInteger taken = new AtomicInteger();
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          new Thread(
              () -> {
                for (int tries = 0; tries < 10_000; tries++) {
                  taken.addAndGet(bucket.tryTake(NOW) ? 1 : 0);
                }
              });
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(taken).hasValue(10_000);
  }
}

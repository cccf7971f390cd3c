package io.whimbrel.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When the committer waits for others, in virtual time. */
final class CommitPaceTest {
  private static final long DELAY = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long SYNC = TimeUnit.MICROSECONDS.toNanos(700);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final CommitPace pace = new CommitPace(DELAY);
  private long now;
  private long syncs;
  private long done;

  @Test
  void itWaitsForMessagesThatComeAnyway() {
    comeAnyway(2_000, 5 * SECOND);

    assertThat(syncs).as("syncs for 10,000 messages").isBetween(800L, 2_500L);
  }

  @Test
  void itDoesNotHoldUpClientsThatSendWhenTheyAreAnswered() {
    sendWhenAnswered(10, 20 * SECOND);
    long withPace = done;

    assertThat(withPace).isGreaterThan((long) (0.9 * 10 * 20 * SECOND / SYNC));
  }

  @Test
  void itDoesNotWaitForMessagesThatComeSeldom() {
    comeAnyway(100, 5 * SECOND);

    assertThat(syncs).isEqualTo(done);
  }

  @Test
  void itDoesNotWaitWhereBatchesAreLargeByThemselves() {
    comeAnyway(200_000, 2 * SECOND);

    assertThat(syncs).isGreaterThan((long) (0.9 * 2 * SECOND / SYNC));
  }

  @Test
  void afterASilenceItBeginsWithoutWaiting() {
    comeAnyway(2_000, 2 * SECOND);
    now += 60 * SECOND;
    pace.synced(now, 1);

    assertThat(pace.waitNanos()).isZero();
  }

  /** Messages come at a rate, whether others were answered or not. */
  private void comeAnyway(long rate, long nanos) {
    long began = now;
    for (long taken = 0; now < began + nanos; ) {
      long next = began + (taken + 1) * SECOND / rate;
      now = Math.max(now, next) + pace.waitNanos() + SYNC;
      int waited = (int) ((now - SYNC - began) * rate / SECOND - taken);
      taken += waited;
      sync(waited);
    }
  }

  /** So many clients send their next message when the last is acknowledged. */
  private void sendWhenAnswered(int clients, long nanos) {
    for (long end = now + nanos; now < end; ) {
      now += pace.waitNanos() + SYNC;
      sync(clients);
    }
  }

  private void sync(int waited) {
    syncs++;
    done += waited;
    pace.synced(now, waited);
  }
}

package io.whimbrel.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What an outbox said. */
final class Heard implements Outbox.Listener {
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final List<String> failures = new ArrayList<>();
  private long safe;

  @Override
  public synchronized void onSafe(long position) {
    assertThat(failures).as("failures before position %s", position).isEmpty();
    assertThat(position).isGreaterThan(safe);
    safe = position;
    notifyAll();
  }

  @Override
  public synchronized void onFailed(String why) {
    failures.add(why);
    notifyAll();
  }

  synchronized long safe() {
    return safe;
  }

  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /** Whether it became safe: else the outbox failed. */
  synchronized boolean awaitSafe(long position) {
    await(() -> safe >= position);
    return safe >= position;
  }

  synchronized void awaitFailure() {
    await(() -> false);
  }

  private void await(java.util.function.BooleanSupplier condition) {
    long end = System.nanoTime() + WAIT_NANOS;
    while (!condition.getAsBoolean() && failures.isEmpty()) {
      long left = end - System.nanoTime();
      assertThat(left).as("time left to wait, safe up to " + safe).isPositive();
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException stopped) {
        throw new IllegalStateException(stopped);
      }
    }
  }
}

package io.whimbrel.server.metrics;

import java.util.concurrent.atomic.AtomicLong;

/**
 * So many lines a second of one kind; the rest is counted. A flood of events must fill neither disk
 * nor the log of everything else. Callable from every thread.
 */
public final class LineBudget {
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final int linesPerSecond;
  private final AtomicLong second = new AtomicLong(Long.MIN_VALUE);
  private final AtomicLong spent = new AtomicLong();
  private final AtomicLong withheld = new AtomicLong();

  /** All of it is left. */
  public LineBudget(int linesPerSecond) {
    this.linesPerSecond = linesPerSecond;
  }

  /** Whether one more line may be written at this time, by {@link System#nanoTime}. */
  public boolean allows(long nanos) {
    long now = Math.floorDiv(nanos, SECOND_NANOS);
    long before = second.get();
    if (now != before && second.compareAndSet(before, now)) {
      spent.set(0);
    }
    if (spent.incrementAndGet() <= linesPerSecond) {
      return true;
    }
    withheld.incrementAndGet();
    return false;
  }

  /** How many were not written since the last call. */
  public long takeWithheld() {
    return withheld.get() == 0 ? 0 : withheld.getAndSet(0);
  }

  /** So many that were taken could not be told: the next call takes them again. */
  public void giveBack(long lines) {
    withheld.addAndGet(lines);
  }
}

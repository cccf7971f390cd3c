package io.whimbrel.client.internal;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: each time up to twice as long, and at random in the upper
 * half, so that a thousand clients do not come back in the same moment. Owned by one thread.
 */
public final class Backoff {
  private final long minMillis;
  private final long maxMillis;
  private final RandomGenerator random;
  private long next;

  /**
   * Nothing has failed yet.
   *
   * @param minMillis after the first failure, at most; positive
   * @param maxMillis ever, at most
   */
  public Backoff(long minMillis, long maxMillis, RandomGenerator random) {
    this.minMillis = minMillis;
    this.maxMillis = maxMillis;
    this.random = random;
    this.next = minMillis;
  }

  /** A try has failed: so long until the next. */
  public long failed() {
    long most = next;
    next = Math.min(maxMillis, next * 2);
    return most / 2 + random.nextLong(most / 2 + 1);
  }

  /** What would not be different soon has failed: the longest wait. */
  public long failedForLong() {
    next = maxMillis;
    return failed();
  }

  /** A try has succeeded. */
  public void succeeded() {
    next = minMillis;
  }
}

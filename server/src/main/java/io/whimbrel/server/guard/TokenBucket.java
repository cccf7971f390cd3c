package io.whimbrel.server.guard;

import java.util.concurrent.atomic.AtomicLong;

/**
 * So many tokens a second, and at most one second's worth of them at once. Callable from every
 * thread: all there is to know is the time at which the bucket will be full, one number, so that
 * taking is one addition to it and needs no lock (the generic cell rate algorithm of ITU-T I.371,
 * which counts like a bucket and needs no refilling). In whole nanoseconds, rounded down: a million
 * takes may be a millisecond early.
 */
final class TokenBucket {
  static final long SECOND_NANOS = 1_000_000_000L;

  /** What may be owed; who owes more, owes this. */
  static final long DEBT_NANOS_MAX = 3_600 * SECOND_NANOS;

  private static final long MILLI_NANOS = 1_000_000L;

  private final long rate;
  private final AtomicLong fullAt = new AtomicLong(Long.MIN_VALUE);

  /**
   * A full one.
   *
   * @param rate tokens per second, 1 or more
   */
  TokenBucket(long rate) {
    if (rate < 1) {
      throw new IllegalArgumentException("a bucket that never fills: " + rate);
    }
    this.rate = rate;
  }

  /**
   * Takes tokens, into debt where there are not that many.
   *
   * @param nowMillis the time, which may go back a little between threads
   * @return milliseconds until there is a token again; 0: there is one
   */
  long take(long tokens, long nowMillis) {
    long now = nanos(nowMillis);
    long cost = cost(tokens);
    while (true) {
      long before = fullAt.get();
      long after = Math.min(Math.max(before, now) + cost, now + DEBT_NANOS_MAX);
      after = Math.max(before, after); // a clock that is late takes nothing back
      if (fullAt.compareAndSet(before, after)) {
        long wait = after + cost(1) - SECOND_NANOS - now;
        return Math.max(0, -Math.floorDiv(-wait, MILLI_NANOS));
      }
    }
  }

  /** Takes one token if there is one, and says whether there was. */
  boolean tryTake(long nowMillis) {
    long now = nanos(nowMillis);
    long cost = cost(1);
    while (true) {
      long before = fullAt.get();
      long after = Math.max(before, now) + cost;
      if (after - now > SECOND_NANOS) {
        return false;
      }
      if (fullAt.compareAndSet(before, after)) {
        return true;
      }
    }
  }

  /** Whether nothing of it is missing, so that a new one would do as well. */
  boolean isFull(long nowMillis) {
    return fullAt.get() <= nanos(nowMillis);
  }

  private long cost(long tokens) {
    long whole = tokens / rate;
    return whole * SECOND_NANOS + tokens % rate * SECOND_NANOS / rate;
  }

  private static long nanos(long millis) {
    return millis * MILLI_NANOS;
  }
}

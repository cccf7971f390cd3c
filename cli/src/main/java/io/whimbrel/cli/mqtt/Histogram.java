package io.whimbrel.cli.mqtt;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long each of many things took, at most 3 % above what it was: counters that are linear within
 * a power of two, 32 of them, as in HdrHistogram. For any thread.
 */
final class Histogram {
  private static final int BITS = 5;
  private static final int LINEAR = 1 << BITS;

  private final AtomicLongArray counts = new AtomicLongArray((64 - BITS) * LINEAR);
  private final LongAdder all = new LongAdder();
  private final LongAccumulator most = new LongAccumulator(Math::max, 0);

  void add(long nanos) {
    long value = Math.max(0, nanos);
    counts.incrementAndGet(index(value));
    all.increment();
    most.accumulate(value);
  }

  private static int index(long value) {
    int shift = Math.max(0, 63 - BITS - Long.numberOfLeadingZeros(value | 1));
    return shift * LINEAR + (int) (value >>> shift);
  }

  long count() {
    return all.sum();
  }

  long max() {
    return most.get();
  }

  /** The value in nanoseconds that this part of all did not exceed, 0 of nothing. */
  long quantile(double part) {
    long rank = Math.max(1, (long) Math.ceil(part * count()));
    long seen = 0;
    for (int i = 0; i < counts.length(); i++) {
      seen += counts.get(i);
      if (seen >= rank) {
        int shift = Math.max(0, i / LINEAR - 1);
        return Math.min(max(), ((i - shift * LINEAR + 1L) << shift) - 1);
      }
    }
    return max();
  }
}

package io.whimbrel.bench;

import java.util.Arrays;

/** How long each of many things took; exact, in microseconds. Used by one thread. */
final class Latencies {
  private int[] micros = new int[1 << 16];
  private int count;

  void add(long nanos) {
    if (count == micros.length) {
      micros = Arrays.copyOf(micros, count * 2);
    }
    micros[count++] = (int) Math.min(Integer.MAX_VALUE, nanos / 1_000);
  }

  void clear() {
    count = 0;
  }

  int count() {
    return count;
  }

  /** The value that this part of all did not exceed, microseconds. */
  int quantile(double part) {
    if (count == 0) {
      return 0;
    }
    int[] sorted = Arrays.copyOf(micros, count);
    Arrays.sort(sorted);
    return sorted[(int) Math.min(count - 1L, (long) (part * count))];
  }
}

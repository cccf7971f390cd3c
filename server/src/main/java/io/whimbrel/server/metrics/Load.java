package io.whimbrel.server.metrics;

import java.util.function.LongSupplier;

/**
 * How often something happens per minute, averaged over one, five and fifteen minutes with older
 * minutes counting less, as Mosquitto computes it. Owned by one thread.
 */
final class Load {
  static final int[] MINUTES = {1, 5, 15};

  private static final double MINUTE_SECONDS = 60;

  private final LongSupplier total;
  private final double[] averages = new double[MINUTES.length];
  private long before;

  Load(LongSupplier total) {
    this.total = total;
    this.before = total.getAsLong();
  }

  /** So many seconds have passed since the last time. */
  void advance(double seconds) {
    long now = total.getAsLong();
    double perMinute = (now - before) * MINUTE_SECONDS / seconds;
    before = now;
    for (int i = 0; i < MINUTES.length; i++) {
      double old = Math.exp(-seconds / (MINUTES[i] * MINUTE_SECONDS));
      averages[i] = perMinute + old * (averages[i] - perMinute);
    }
  }

  double average(int index) {
    return averages[index];
  }
}

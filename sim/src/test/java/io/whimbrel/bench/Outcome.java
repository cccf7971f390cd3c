package io.whimbrel.bench;

import java.util.Locale;

/**
 * What one run came to.
 *
 * @param cpuMicros CPU time of the process that did the work, for each message
 * @param p50 microseconds
 * @param p99 microseconds
 */
record Outcome(long messages, double perSecond, double cpuMicros, int p50, int p99) {
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%,10d messages, %,9.0f/s, %5.2f us CPU each, p50 %,6d us, p99 %,7d us",
        messages,
        perSecond,
        cpuMicros,
        p50,
        p99);
  }
}

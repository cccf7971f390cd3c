package io.whimbrel.junit;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How long a broker of a test takes to start and to end, once the classes are loaded. A program and
 * no test: none may fail because a machine is slow. {@code junit/start-time} runs it.
 */
final class StartTime {
  private static final int ROUNDS = 20;
  private static final int WARM_UP = 20;

  private StartTime() {}

  public static void main(String[] arguments) {
    measure("started, with its recorder", Map.of());
    measure("started, with recorder=off", Map.of("recorder", "off"));
    measure(
        "started, with nothing on disk",
        Map.of(
            "listeners.tcp-durability", "memory",
            "listeners.websocket-durability", "memory"));
  }

  private static void measure(String what, Map<String, String> settings) {
    long[] starts = new long[ROUNDS];
    long[] ends = new long[ROUNDS];
    for (int i = -WARM_UP; i < ROUNDS; i++) {
      long begun = System.nanoTime();
      EmbeddedBroker broker = EmbeddedBroker.start(settings);
      long started = System.nanoTime();
      broker.close();
      long ended = System.nanoTime();
      if (i == -WARM_UP) {
        System.out.printf(Locale.ROOT, "%s: the first in %d ms%n", what, millis(started - begun));
      }
      if (i >= 0) {
        starts[i] = started - begun;
        ends[i] = ended - started;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%s: median of %d: %d ms (%d to %d); ended: %d ms (%d to %d)%n",
        what,
        ROUNDS,
        millis(median(starts)),
        millis(starts[0]),
        millis(starts[ROUNDS - 1]),
        millis(median(ends)),
        millis(ends[0]),
        millis(ends[ROUNDS - 1]));
  }

  /** Sorts them, too. */
  private static long median(long[] nanos) {
    Arrays.sort(nanos);
    return (nanos[ROUNDS / 2 - 1] + nanos[ROUNDS / 2]) / 2;
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}

package io.whimbrel.cli.mqtt;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What {@code whimbrel bench} has seen so far. For any thread; its lock is that of the errors. */
final class BenchTally {
  private static final int KINDS_MAX = 20;

  final Histogram latencies = new Histogram();
  final AtomicInteger connected = new AtomicInteger();
  final AtomicInteger lost = new AtomicInteger();
  final AtomicLong sent = new AtomicLong();
  final AtomicLong received = new AtomicLong();
  final AtomicLong bytes = new AtomicLong();

  /** Sent, and arrived or known not to. */
  final AtomicLong done = new AtomicLong();

  /** Sent, and not done when the time was over. */
  final AtomicLong unanswered = new AtomicLong();

  /** Due, and not sent, as those before were not done. */
  final AtomicLong unsent = new AtomicLong();

  /** When one was done last. */
  final AtomicLong lastNanos = new AtomicLong(System.nanoTime());

  /** What failed, and how often; guarded by this. */
  private final Map<String, Long> errors = new TreeMap<>();

  private int firstCode = ExitCode.DONE; // guarded by this

  void error(String what, int code) {
    errors(what, 1, code);
  }

  synchronized void errors(String what, long count, int code) {
    boolean room = errors.size() < KINDS_MAX || errors.containsKey(what);
    errors.merge(room ? what : "others", count, Long::sum);
    firstCode = firstCode == ExitCode.DONE ? code : firstCode;
  }

  synchronized Map<String, Long> errors() {
    return new TreeMap<>(errors);
  }

  /** Nobody let in, somebody lost, or no answer is a failure; what else failed is told. */
  synchronized int code() {
    if (connected.get() == 0) {
      return firstCode == ExitCode.DONE ? ExitCode.FAILED : firstCode;
    }
    return lost.get() > 0
        ? ExitCode.CONNECTION_LOST
        : unanswered.get() > 0 ? ExitCode.TIMED_OUT : ExitCode.DONE;
  }
}

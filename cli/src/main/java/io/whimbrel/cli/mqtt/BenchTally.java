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

  /** What failed, and how often; guarded by this. */
  private final Map<String, Long> errors = new TreeMap<>();

  private int firstCode = ExitCode.DONE; // guarded by this

  synchronized void error(String what, int code) {
    boolean room = errors.size() < KINDS_MAX || errors.containsKey(what);
    errors.merge(room ? what : "others", 1L, Long::sum);
    firstCode = firstCode == ExitCode.DONE ? code : firstCode;
  }

  synchronized Map<String, Long> errors() {
    return new TreeMap<>(errors);
  }

  /** Nobody let in, or somebody lost, is a failure; what else failed is told. */
  synchronized int code() {
    return connected.get() == 0
        ? (firstCode == ExitCode.DONE ? ExitCode.FAILED : firstCode)
        : lost.get() > 0 ? ExitCode.CONNECTION_LOST : ExitCode.DONE;
  }
}

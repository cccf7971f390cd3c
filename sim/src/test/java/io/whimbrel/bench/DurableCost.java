package io.whimbrel.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What durability costs: QoS 1 into persistent sessions that are away, at the levels disk and
 * memory, beside the engine alone writing rows of the same size, by turns in one run.
 *
 * <pre>
 * arguments: launcher, directory, rounds, seconds of each run, [rate: this alone]
 * </pre>
 */
final class DurableCost {
  private static final int CONNECTIONS = 16;
  private static final int SESSIONS = 100;
  private static final int WINDOW = 1_024;
  private static final int PAYLOAD_BYTES = 200;

  /** A queue row of such a message: flags, publisher, topic, expiry and the payload. */
  private static final int ROW_BYTES = PAYLOAD_BYTES + 34;

  private final Path launcher;
  private final Path directory;
  private final double seconds;
  private final List<Outcome> raw = new ArrayList<>();
  private final List<Outcome> disk = new ArrayList<>();
  private final List<Outcome> memory = new ArrayList<>();

  private DurableCost(Path launcher, Path directory, double seconds) {
    this.launcher = launcher;
    this.directory = directory;
    this.seconds = seconds;
  }

  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory(Path.of(args[1]), "durable-cost");
    DurableCost bench = new DurableCost(Path.of(args[0]), directory, Double.parseDouble(args[3]));
    try {
      int rounds = Integer.parseInt(args[2]);
      if (args.length < 5) {
        bench.saturate(rounds);
        bench.halfSaturation(rounds);
        bench.paced(rounds, 2_000);
      } else {
        bench.paced(rounds, Double.parseDouble(args[4]));
      }
    } finally {
      BenchBroker.delete(directory);
    }
  }

  private void saturate(int rounds) throws Exception {
    say("Saturated, window %,d, payload %d bytes", WINDOW, PAYLOAD_BYTES);
    all(rounds, 0, 0);
    say(
        "median rate, disk / raw: %.0f %%; CPU, disk - memory: %.2f us a message",
        100 * rate(disk) / rate(raw), cpu(disk) - cpu(memory));
  }

  private void halfSaturation(int rounds) throws Exception {
    double half = rate(disk) / 2;
    say("Half of the broker's saturation: %,.0f messages a second for both", half);
    raw.clear();
    disk.clear();
    memory.clear();
    all(rounds, half, half);
    say("median p99, disk / raw: %.2f", p99(disk) / p99(raw));
  }

  private void paced(int rounds, double rate) throws Exception {
    say("Paced: %,.0f messages a second", rate);
    raw.clear();
    disk.clear();
    memory.clear();
    all(rounds, rate, rate);
    say("median CPU: raw %.1f, disk %.1f, memory %.1f us", cpu(raw), cpu(disk), cpu(memory));
  }

  private void all(int rounds, double rawRate, double brokerRate) throws Exception {
    for (int round = 0; round <= rounds; round++) { // the first warms up
      Outcome one = engine(rawRate);
      Outcome two = broker("disk", brokerRate);
      Outcome three = broker("memory", brokerRate);
      say("%s raw    %s", round == 0 ? "(warm-up)" : "round " + round, one);
      say("          disk   %s", two);
      say("          memory %s", three);
      if (round > 0) {
        raw.add(one);
        disk.add(two);
        memory.add(three);
      }
    }
  }

  private Outcome engine(double rate) throws Exception {
    Path files = directory.resolve("raw");
    try (RawGroupCommit engine = new RawGroupCommit(files, ROW_BYTES)) {
      engine.run(seconds / 2, WINDOW, rate); // warm
      return engine.run(seconds, WINDOW, rate);
    } finally {
      BenchBroker.delete(files);
    }
  }

  private Outcome broker(String level, double rate) throws Exception {
    Path files = directory.resolve(level);
    try (BenchBroker broker =
        new BenchBroker(
            launcher,
            files,
            "--durability",
            level,
            "--limit",
            "queue-messages-max=100000000",
            "--limit",
            "queue-bytes-max=1024GiB",
            "--limit",
            "memory-bytes-max=4GiB")) {
      PublishLoad.subscribeAndLeave(broker.port, "bench", SESSIONS);
      try (PublishLoad load =
          new PublishLoad(broker.port, CONNECTIONS, "bench", SESSIONS, PAYLOAD_BYTES)) {
        load.run(broker.pid(), Math.max(12, seconds), WINDOW, 0); // the JIT has to see it
        return load.run(broker.pid(), seconds, WINDOW, rate);
      }
    } finally {
      BenchBroker.delete(files);
    }
  }

  private static double rate(List<Outcome> outcomes) {
    return median(outcomes.stream().mapToDouble(Outcome::perSecond).toArray());
  }

  private static double cpu(List<Outcome> outcomes) {
    return median(outcomes.stream().mapToDouble(Outcome::cpuMicros).toArray());
  }

  private static double p99(List<Outcome> outcomes) {
    return median(outcomes.stream().mapToDouble(Outcome::p99).toArray());
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}

package io.whimbrel.sim;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs many seeds, and stops at the first that breaks a law: {@code --from S --seeds N --minutes
 * T}, or runs on over failures: {@code --all}, or shows all of one: {@code --seed S --trace}. With
 * {@code --clients}, the client library's sessions against the broker ({@link ClientSimulation});
 * with {@code --sn}, devices that speak MQTT-SN ({@link SnSimulation}).
 */
public final class Campaign {
  /** What no campaign of at least {@link #MARKS_SEEDS} may fail to reach with the broker. */
  private static final List<String> REQUIRED =
      List.of(
          "claim replaced by a newer one",
          "claim waits for a QoS 2 promise",
          "claim waits for fences",
          "delivery forwarded",
          "delivery waits for a session to arrive",
          "in flight message read back",
          "page came for a session that moved",
          "page read",
          "queue spilled",
          "shared message redistributed",
          "spilled message dropped as oldest",
          "transaction over shards",
          "will published",
          "sim: CONNECT again before CONNACK",
          "sim: DISCONNECT SESSION_TAKEN_OVER",
          "sim: PUBLISH refused",
          "sim: SUBSCRIBE refused",
          "sim: a client no longer knows which session it has",
          "sim: a batch stays behind",
          "sim: a will is owed",
          "session of memory becomes durable",
          "sim: crash lost a batch that stayed behind",
          "sim: crash kept part of a sync",
          "sim: crash kept what was written",
          "sim: crash lost a sync",
          "sim: several batches in one sync",
          "sim: takeover");

  private static final long MARKS_SEEDS = 300;

  private final PrintStream out;
  private final Map<String, Long> marks = new TreeMap<>();
  private final boolean goOn;
  private final Scenario scenario;
  private long ran;
  private long failures;

  /** What is simulated. */
  private enum Scenario {
    BROKER,
    CLIENTS,
    DEVICES;

    /** What no campaign of enough seeds may fail to reach. */
    List<String> required() {
      return switch (this) {
        case BROKER -> REQUIRED;
        case CLIENTS -> List.of();
        case DEVICES -> SnSimulation.REQUIRED;
      };
    }
  }

  /**
   * @param out where progress is printed
   * @param goOn whether seeds follow one that fails
   */
  public Campaign(PrintStream out, boolean goOn) {
    this(out, goOn, Scenario.BROKER);
  }

  private Campaign(PrintStream out, boolean goOn, Scenario scenario) {
    this.out = out;
    this.goOn = goOn;
    this.scenario = scenario;
  }

  private void once(long seed, @Nullable Consumer<String> trace) {
    switch (scenario) {
      case BROKER -> {
        Simulation simulation = new Simulation(seed, trace);
        simulation.run();
        count(simulation.marks());
      }
      case CLIENTS -> {
        ClientSimulation simulation = new ClientSimulation(seed, trace);
        simulation.run();
        count(simulation.marks());
      }
      case DEVICES -> {
        SnSimulation simulation = new SnSimulation(seed, trace);
        simulation.run();
        count(simulation.marks());
      }
    }
  }

  private void count(Map<String, Integer> reached) {
    reached.forEach((mark, times) -> marks.merge(mark, (long) times, Long::sum));
  }

  /** The command; see the class. */
  public static void main(String[] args) {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    long from = 0;
    long seeds = 1_000;
    long minutes = 0;
    boolean trace = false;
    boolean goOn = false;
    Scenario scenario = Scenario.BROKER;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--from" -> from = Long.parseLong(args[++i]);
        case "--seeds" -> seeds = Long.parseLong(args[++i]);
        case "--minutes" -> minutes = Long.parseLong(args[++i]);
        case "--seed" -> {
          from = Long.parseLong(args[++i]);
          seeds = 1;
        }
        case "--trace" -> trace = true;
        case "--all" -> goOn = true;
        case "--clients" -> scenario = Scenario.CLIENTS;
        case "--sn" -> scenario = Scenario.DEVICES;
        default -> throw new IllegalArgumentException("unknown: " + args[i]);
      }
    }
    Campaign campaign = new Campaign(out, goOn, scenario);
    boolean passed = trace ? campaign.trace(from) : campaign.run(from, seeds, minutes);
    out.flush();
    if (!passed) {
      System.exit(1);
    }
  }

  /** Prints the whole history of one seed; whether it keeps the laws. */
  public boolean trace(long seed) {
    try {
      once(seed, out::println);
      return true;
    } catch (LawBrokenException e) {
      out.println(e.getMessage());
      return false;
    }
  }

  /**
   * Runs seeds until one fails, all are run or time is up.
   *
   * @param minutes 0 for any
   */
  public boolean run(long from, long seeds, long minutes) {
    long began = System.nanoTime();
    long until = minutes == 0 ? Long.MAX_VALUE : began + minutes * 60_000_000_000L;
    for (long seed = from; seed < from + seeds && System.nanoTime() < until; seed++) {
      try {
        once(seed, null);
      } catch (LawBrokenException e) {
        if (!goOn) {
          e.tail().forEach(out::println);
        }
        out.println(e.getMessage());
        failures++;
        if (!goOn) {
          return false;
        }
      } catch (RuntimeException e) {
        throw new IllegalStateException("seed " + seed, e);
      }
      ran++;
      if (ran % 1_000 == 0) {
        report(began);
      }
    }
    report(began);
    marks.forEach((mark, times) -> out.println("  " + times + "  " + mark));
    List<String> missed =
        scenario.required().stream().filter(mark -> !marks.containsKey(mark)).toList();
    if (ran >= MARKS_SEEDS && !missed.isEmpty()) {
      out.println("never reached: " + missed);
      return false;
    }
    return failures == 0;
  }

  private void report(long began) {
    double seconds = (System.nanoTime() - began) / 1e9;
    out.println(ran + " seeds kept the laws, " + Math.round(ran / seconds) + " a second");
  }
}

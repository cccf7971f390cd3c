package io.whimbrel.cli.outside.crash;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Starts a broker, loads it, kills it, and starts it again, round by round:
 *
 * <pre>
 * start ─► [killed while it starts] ─► [audit] ─► load ─► SIGKILL ─► start ...
 * </pre>
 *
 * <p>Order, repetition and sessions are held against the model with every packet. In an audit
 * nothing new is said, everybody returns, and all that was acknowledged has to come.
 */
final class CrashLoop {
  private static final long START_NANOS_MAX = SECONDS.toNanos(60);
  private static final int FRESH_EVERY = 40;

  /**
   * What to run.
   *
   * @param command the JVM and the arguments that make it a Whimbrel
   * @param directory where data, logs and what is temporary go
   */
  record Plan(List<String> command, Path directory, int rounds, long seed, int minutes) {}

  private final Plan plan;
  private final PrintStream out;
  private final Random moments;
  private final Counts counts = new Counts();
  private final Chronicle chronicle;
  private final Path data;
  private final Path temporary;
  private World world;
  private Cast cast;
  private Victim victim;
  private long usualStartNanos = SECONDS.toNanos(2);
  private String level = "disk";
  private int round;

  CrashLoop(Plan plan, PrintStream out) throws IOException {
    this.plan = plan;
    this.out = out;
    this.moments = new Random(plan.seed());
    this.chronicle = new Chronicle(plan.directory().resolve("rounds"));
    this.data = plan.directory().resolve("data");
    this.temporary = plan.directory().resolve("tmp");
  }

  /** Runs all rounds. Throws where a promise is broken; all there is to look at is kept. */
  Counts run() throws IOException, InterruptedException {
    out.println("seed " + plan.seed() + ", in " + plan.directory());
    long end = System.nanoTime() + MINUTES.toNanos(plan.minutes());
    try {
      begin();
      for (round = 1; round <= plan.rounds() && end - System.nanoTime() > 0; round++) {
        counts.rounds++;
        chronicle.round(round);
        if (round > 1 && round % FRESH_EVERY == 1) {
          delete(data);
          begin();
        }
        killOnce();
        if (round % 20 == 0) {
          out.println(counts);
        }
      }
      finish();
      return counts;
    } catch (BrokenPromiseException broken) {
      throw new BrokenPromiseException(
          broken.getMessage() + " (seed " + plan.seed() + ", round " + round + ")");
    } finally {
      if (victim != null) {
        victim.killAt(System.nanoTime());
        victim.exitCode();
      }
      world.close();
      chronicle.close();
    }
  }

  private void begin() throws IOException {
    if (world != null) {
      world.close();
    }
    world = new World(new Random(moments.nextLong()), chronicle, counts);
    cast = new Cast(world);
    level =
        moments.nextInt(3) == 0
            ? "os"
            : "disk"; // a process that is killed loses nothing either way
  }

  // ---------------------------------------------------------------- a round

  private void killOnce() throws IOException, InterruptedException {
    start();
    boolean early = moments.nextInt(4) == 0;
    if (early) {
      victim.killAt(victim.startedNanos + part(usualStartNanos * 13 / 10));
    }
    if (!awaitReady()) {
      counts.earlyKills++;
      dead();
      return;
    }
    if (!early) {
      if (moments.nextInt(2) == 0) {
        audit();
      }
      double part = moments.nextDouble();
      victim.killAt(System.nanoTime() + part(MILLISECONDS.toNanos((long) (4_000 * part))));
    }
    while (victim.isAlive()) {
      world.step();
    }
    dead();
  }

  private long part(long nanos) {
    return (long) (nanos * moments.nextDouble());
  }

  private void start() throws IOException {
    delete(temporary);
    Files.createDirectories(temporary);
    Path output = plan.directory().resolve("broker.log");
    victim = new Victim(plan.command(), level, data, temporary, output, Map.of());
    world.started(victim);
  }

  /** Whether it came so far; if not, it was killed. */
  private boolean awaitReady() throws InterruptedException {
    while (victim.port() == 0) {
      if (!victim.isAlive()) {
        victim.exitCode();
        if (!victim.wasKilled()) {
          throw new BrokenPromiseException("the broker does not start: " + victim.lines());
        }
        return false;
      }
      if (System.nanoTime() - victim.startedNanos > START_NANOS_MAX) {
        throw new BrokenPromiseException("the broker does not start: " + victim.lines());
      }
      world.step();
    }
    long took = victim.readyNanos() - victim.startedNanos;
    usualStartNanos = (usualStartNanos * 3 + took) / 4;
    counts.restarts++;
    counts.slowestNanos = Math.max(counts.slowestNanos, took);
    return true;
  }

  private void dead() throws InterruptedException {
    counts.kills++;
    victim.exitCode();
    if (!victim.wasKilled()) {
      throw new BrokenPromiseException("the broker ended by itself: " + victim.lines());
    }
    world.crashed();
    List<String> errors = victim.lines().stream().filter(line -> line.contains(" ERROR ")).toList();
    if (!errors.isEmpty()) {
      throw new BrokenPromiseException("the broker logged " + errors);
    }
    if (victim.port() != 0 && !isEmpty(temporary)) {
      throw new BrokenPromiseException("the broker left something behind in " + temporary);
    }
  }

  private void audit() {
    counts.audits++;
    cast.audit();
    chronicle.forgetEarlier();
  }

  /** Everything is there once more; and after an orderly stop too. */
  private void finish() throws IOException, InterruptedException {
    chronicle.round(++round);
    start();
    awaitReady();
    audit();
    victim.terminate();
    while (victim.isAlive()) {
      world.step();
    }
    int code = victim.exitCode();
    if (code != 0) {
      throw new BrokenPromiseException("exit code " + code + ": " + victim.lines());
    }
    world.crashed();
    start();
    awaitReady();
    audit();
  }

  private static boolean isEmpty(Path directory) {
    String[] files = directory.toFile().list();
    return files == null || files.length == 0;
  }

  static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}

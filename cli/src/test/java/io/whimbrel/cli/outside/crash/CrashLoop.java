package io.whimbrel.cli.outside.crash;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.whimbrel.cli.outside.crash.DiskImage.Rest;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * Starts a broker, loads it, kills it, and starts it again, round by round:
 *
 * <pre>
 * start ─► [killed while it starts] ─► [audit] ─► load ─► SIGKILL ─► [power cut] ─► start ...
 * start ─► load while something fails ─► it ends ─► [power cut] ─► start ─► audit ...
 * </pre>
 *
 * <p>Order, repetition and sessions are held against the model with every packet. In an audit
 * nothing new is said, everybody returns, and all that was acknowledged has to come.
 */
final class CrashLoop {
  private static final long START_NANOS_MAX = SECONDS.toNanos(60);
  private static final long FAULT_NANOS_MAX = SECONDS.toNanos(6);
  private static final int FRESH_EVERY = 40;

  /** What happens to the broker. */
  enum Kind {
    KILLS,
    POWER_CUTS,
    FAULTS
  }

  /**
   * What to run.
   *
   * @param command the JVM and the arguments that make it a Whimbrel
   * @param directory where data, logs and what is temporary go
   * @param shim for power cuts and faults, else null
   */
  record Plan(
      Kind kind,
      List<String> command,
      Path directory,
      Path shim,
      int rounds,
      long seed,
      int minutes) {}

  private final Plan plan;
  private final PrintStream out;
  private final Random moments;
  private final Counts counts = new Counts();
  private final Chronicle chronicle;
  private final Path data;
  private final Path temporary;
  private final Disk disk;
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
    Path directory = plan.directory().toRealPath();
    this.chronicle = new Chronicle(directory.resolve("rounds"));
    this.data = directory.resolve("data");
    this.temporary = directory.resolve("tmp");
    this.disk = new Disk(data, plan.shim(), directory);
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
        if (plan.kind() == Kind.FAULTS) {
          failOnce();
        } else {
          killOnce();
        }
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
    Disk.delete(data);
    world = new World(new Random(moments.nextLong()), chronicle, counts);
    cast = new Cast(world);
    // The operating system does not forget what a process wrote that is killed.
    level = !disk.mayForget() && moments.nextInt(3) == 0 ? "os" : "disk";
  }

  // ---------------------------------------------------------------- a round of killing

  private void killOnce() throws IOException, InterruptedException {
    if (round > 1 && round % FRESH_EVERY == 1) {
      begin();
    }
    start("");
    boolean early = moments.nextInt(4) == 0;
    if (early) {
      victim.killAt(victim.startedNanos + part(usualStartNanos * 13 / 10));
    }
    if (!awaitReady()) {
      counts.earlyKills++;
    } else {
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
    }
    dead();
    if (disk.mayForget()) {
      Rest[] rests = {Rest.LOST, Rest.LOST, Rest.BEGINNING, Rest.SOME, Rest.SOME, Rest.ZEROS};
      forget(rests[moments.nextInt(rests.length)]);
    }
  }

  private long part(long nanos) {
    return (long) (nanos * moments.nextDouble());
  }

  private void forget(Rest rest) throws IOException {
    counts.powerCuts++;
    chronicle.line(world.tick(), "-", "power is cut: " + disk.forget(rest, moments));
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
    String[] left = temporary.toFile().list();
    if (victim.port() != 0 && left != null && left.length > 0) {
      throw new BrokenPromiseException("the broker left something behind in " + temporary);
    }
  }

  private void noErrors(String part) {
    List<String> errors = victim.lines().stream().filter(line -> line.contains(part)).toList();
    if (!errors.isEmpty()) {
      throw new BrokenPromiseException("the broker logged " + errors.get(0));
    }
  }

  // ---------------------------------------------------------------- a round of failing

  private void failOnce() throws IOException, InterruptedException {
    if (round > 1 && moments.nextInt(3) != 0) {
      begin();
    }
    String fault = Fault.ofRound(round, moments);
    chronicle.line(world.tick(), "-", "fails: " + fault);
    start(fault);
    world.tolerant = true;
    while (victim.isAlive() && !isOverdue()) {
      world.step();
    }
    if (victim.isAlive()) {
      victim.killAt(System.nanoTime());
    }
    int code = victim.exitCode();
    world.crashed();
    world.tolerant = false;
    noErrors("internal error");
    List<String> failures = disk.failures();
    if (victim.wasKilled()) {
      counts.unnoticed += failures.isEmpty() ? 0 : 1;
      counts.unreached += failures.isEmpty() ? 1 : 0;
    } else {
      counts.faults++;
      Fault.judge(fault, failures, code, victim.lines());
    }
    Rest[] rests = {Rest.LOST, Rest.LOST, Rest.BEGINNING, Rest.SOME, null, null};
    Rest rest = rests[moments.nextInt(rests.length)];
    if (rest != null) {
      forget(rest);
    }
    start("");
    awaitReady();
    audit();
    victim.killAt(System.nanoTime());
    dead();
  }

  private boolean isOverdue() {
    long now = System.nanoTime();
    return victim.port() == 0
        ? now - victim.startedNanos > START_NANOS_MAX
        : now - victim.readyNanos() > FAULT_NANOS_MAX;
  }

  // ---------------------------------------------------------------- starting

  private void start(String fault) throws IOException {
    Disk.delete(temporary);
    Files.createDirectories(temporary);
    Path output = plan.directory().resolve("broker.log");
    victim = new Victim(plan.command(), level, data, temporary, output, disk.begin(fault));
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

  private void audit() {
    counts.audits++;
    cast.audit();
    chronicle.forgetEarlier();
  }

  /** Everything is there once more; and after an orderly stop too. */
  private void finish() throws IOException, InterruptedException {
    chronicle.round(++round);
    start("");
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
    if (disk.mayForget()) {
      forget(Rest.LOST);
    }
    start("");
    awaitReady();
    audit();
  }
}

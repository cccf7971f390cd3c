package io.whimbrel.cli.mqtt;

import io.whimbrel.cli.mqtt.BenchPlan.Mode;
import io.whimbrel.client.MqttClientException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * {@code whimbrel bench}: many clients of one broker. They come one after the other; when all are
 * there, or have failed, one thread publishes for them in turn. With a rate, a message counts from
 * when it was due, not from when it was sent, so that a broker that stops does not hide it. Used
 * once.
 */
final class Benching {
  private static final int THREADS = 4;
  private static final int CONNECT_SECONDS_MAX = 30;
  private static final int LAST_MILLIS_MAX = 2_000;

  private final Flags flags;
  private final OutputStream out;
  private final Telling telling;
  private final Connection connection;
  private final BenchPlan plan;
  private final BenchTally tally = new BenchTally();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final List<BenchClient> clients = new ArrayList<>();

  /** Reads the flags, and may find a mistake in them. */
  Benching(Mode mode, Flags flags, Streams streams, Telling telling) {
    this.flags = flags;
    this.telling = telling;
    out = streams.out();
    connection = Connection.of(flags);
    plan = BenchPlan.of(mode, flags, connection);
    if (flags.has(Flag.JSON) && flags.has(Flag.CSV)) {
      throw new MistakeException("--json and --csv do not go together");
    }
  }

  /**
   * Runs until it is done.
   *
   * @param onSignal is given what ends it in good order
   */
  int run(Consumer<Runnable> onSignal) {
    onSignal.accept(stopped::countDown);
    ExecutorService pool =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "whimbrel-bench");
              thread.setDaemon(true);
              return thread;
            });
    boolean shown = Rate.isTerminal() && !flags.has(Flag.QUIET);
    try (Rate rate = new Rate(shown ? telling.err() : null, words(), true)) {
      Semaphore free = new Semaphore(plan.clients() * plan.inFlight());
      Stamps stamps = plan.mode() == Mode.ROUNDTRIP ? Stamps.own() : Stamps.shared();
      BenchClient.Shared shared = new BenchClient.Shared(plan, tally, stamps, rate, free, pool);
      long begin = System.nanoTime();
      rate.toward(() -> tally.connected.get() / (double) plan.clients());
      connect(shared);
      long end = System.nanoTime();
      if (plan.mode() != Mode.CONNECTIONS) {
        begin = end;
        rate.toward(shareSince(begin));
        end = work(shared, begin + TimeUnit.SECONDS.toNanos(plan.seconds()));
      }
      double seconds = (end - begin) / 1e9;
      clients.forEach(BenchClient::isEnding);
      print(new BenchReport(plan, tally, seconds));
      return tally.code();
    } catch (IOException unread) {
      return ExitCode.FAILED;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED;
    } finally {
      clients.forEach(BenchClient::close);
      pool.shutdownNow();
    }
  }

  private String words() {
    return switch (plan.mode()) {
      case CONNECTIONS -> "clients connected";
      case PUB -> "messages published";
      case SUB, ROUNDTRIP -> "messages received";
    };
  }

  /** How much is done: of the time, or of the messages, whichever is further. */
  private DoubleSupplier shareSince(long begin) {
    return () -> {
      double time = (System.nanoTime() - begin) / 1e9 / plan.seconds();
      long counted = plan.mode() == Mode.SUB ? tally.received.get() : tally.done.get();
      return plan.messages() == 0 ? time : Math.max(time, counted / (double) plan.messages());
    };
  }

  /** Short enough to be 23 characters with a number behind it [MQTT-3.1.3-5]. */
  private String id() {
    return flags.has(Flag.ID) || flags.has(Flag.ID_PREFIX)
        ? connection.clientId()
        : "bench" + Long.toString(new SplittableRandom().nextLong(1L << 40), Character.MAX_RADIX);
  }

  private void connect(BenchClient.Shared shared) throws InterruptedException {
    String id = id();
    List<CompletableFuture<?>> coming = new ArrayList<>();
    long begin = System.nanoTime();
    for (int i = 1; i <= plan.clients(); i++) {
      long due = begin + (i - 1) * 1_000_000_000L / plan.ramp();
      if (stopped.await(Math.max(0, due - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        return;
      }
      try {
        BenchClient client = new BenchClient(id, i, connection, shared);
        clients.add(client);
        coming.add(client.connect());
      } catch (IllegalArgumentException | MqttClientException wrong) {
        throw new MistakeException(String.valueOf(wrong.getMessage()));
      }
    }
    CompletableFuture<?> all = CompletableFuture.allOf(coming.toArray(new CompletableFuture<?>[0]));
    CompletableFuture<?> late =
        new CompletableFuture<>()
            .completeOnTimeout(true, CONNECT_SECONDS_MAX + 5L, TimeUnit.SECONDS);
    CompletableFuture.anyOf(all, late).join();
    clients.removeIf(client -> !client.isReady() && client.closed());
  }

  /** Returns when the last of it was done, or when it was told to stop. */
  private long work(BenchClient.Shared shared, long end) throws InterruptedException {
    if (plan.mode() == Mode.SUB) {
      shared.awaitReceived(stopped, end);
      return System.nanoTime();
    }
    long begin = System.nanoTime();
    long sent = send(shared.free(), begin, end);
    long over = System.nanoTime();
    if (stopped.getCount() == 0) {
      return over;
    }
    if (plan.rate() > 0) {
      // What was due and not sent is no latency, as it was not sent; but it does not vanish.
      long due = (long) Math.ceil((end - begin) / 1e9 * plan.rate());
      long unsent = Math.max(0, plan.messages() == 0 ? due - sent : 0);
      tally.unsent.set(unsent);
      if (unsent > 0) {
        tally.errors("due and not sent in time", unsent, ExitCode.FAILED);
      }
    }
    shared.awaitIdle(stopped, LAST_MILLIS_MAX); // what is on its way still counts, for a while
    clients.forEach(BenchClient::giveUp);
    return Math.max(over, tally.lastNanos.get());
  }

  /** Returns how many were sent. */
  private long send(Semaphore free, long begin, long end) throws InterruptedException {
    int turn = 0;
    long last = begin;
    for (long i = 0; plan.messages() == 0 || i < plan.messages(); i++) {
      long now = System.nanoTime();
      long due = plan.rate() == 0 ? now : begin + i * 1_000_000_000L / plan.rate();
      long wait = Math.min(due, end) - now;
      if (wait > 0 ? stopped.await(wait, TimeUnit.NANOSECONDS) : stopped.getCount() == 0) {
        return i;
      }
      long left = end - System.nanoTime();
      if (left <= 0 || !free.tryAcquire(left, TimeUnit.NANOSECONDS)) {
        return i;
      }
      turn = nextReady(turn);
      if (turn < 0) {
        return i;
      }
      last = Math.max(last + 1, plan.rate() == 0 ? System.nanoTime() : due); // no two alike
      clients.get(turn).publish(last);
    }
    return plan.messages();
  }

  /** The next client that can publish, behind this one; -1 for none. */
  private int nextReady(int behind) {
    for (int i = 1; i <= clients.size(); i++) {
      int next = (behind + i) % clients.size();
      if (clients.get(next).isReady()) {
        return next;
      }
    }
    return -1;
  }

  private void print(BenchReport report) throws IOException {
    String text =
        flags.has(Flag.JSON)
            ? report.json(flags.has(Flag.PRETTY))
            : flags.has(Flag.CSV) ? report.csv() : report.text();
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}

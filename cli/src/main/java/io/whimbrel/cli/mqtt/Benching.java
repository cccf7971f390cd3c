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
      Semaphore free = new Semaphore(plan.clients() * Math.min(plan.inFlight(), 1_000));
      BenchClient.Shared shared =
          new BenchClient.Shared(plan, tally, new Stamps(), rate, free, pool);
      long begin = System.nanoTime();
      connect(shared);
      if (plan.mode() != Mode.CONNECTIONS) {
        begin = System.nanoTime();
        work(shared, begin + TimeUnit.SECONDS.toNanos(plan.seconds()));
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
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
      case CONNECTIONS -> "(clients connected)";
      case PUB -> "published";
      case SUB, ROUNDTRIP -> "received";
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

  private void work(BenchClient.Shared shared, long end) throws InterruptedException {
    List<BenchClient> ready = clients.stream().filter(BenchClient::isReady).toList();
    if (ready.isEmpty()) {
      return;
    }
    if (plan.mode() == Mode.SUB) {
      shared.awaitReceived(stopped, end);
      return;
    }
    long begin = System.nanoTime();
    for (long i = 0; plan.messages() == 0 || i < plan.messages(); i++) {
      long now = System.nanoTime();
      long due = plan.rate() == 0 ? now : begin + i * 1_000_000_000L / plan.rate();
      long wait = Math.min(due, end) - now;
      if (wait > 0 ? stopped.await(wait, TimeUnit.NANOSECONDS) : stopped.getCount() == 0) {
        return;
      }
      long left = end - System.nanoTime();
      if (left <= 0 || !shared.free().tryAcquire(left, TimeUnit.NANOSECONDS)) {
        break;
      }
      ready.get((int) (i % ready.size())).publish(plan.rate() == 0 ? System.nanoTime() : due);
    }
    // what is on its way still counts, for a while
    shared.awaitIdle(stopped, LAST_MILLIS_MAX);
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

package io.whimbrel.cli.mqtt;

import io.whimbrel.cli.mqtt.BenchPlan.Mode;
import io.whimbrel.client.ClientListener;
import io.whimbrel.client.ConnectResult;
import io.whimbrel.client.Disconnection;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.PublishResult;
import io.whimbrel.client.ReceivedMessage;
import io.whimbrel.client.SubscribeResult;
import io.whimbrel.client.Subscription;
import io.whimbrel.codec.ProtocolVersion;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One of the clients of {@code whimbrel bench}. For any thread. */
final class BenchClient implements ClientListener, AutoCloseable {
  /** What all of them share. For any thread. */
  record Shared(
      BenchPlan plan,
      BenchTally tally,
      Stamps stamps,
      Rate rate,
      Semaphore free,
      Executor executor) {
    private static final long LOOK_MILLIS = 5;

    /** Waits until what was wanted has come. */
    void awaitReceived(CountDownLatch stopped, long end) throws InterruptedException {
      while (end - System.nanoTime() > 0
          && (plan.messages() == 0 || tally.received.get() < plan.messages())
          && !stopped.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        // as long as that
      }
    }

    /** Waits until nothing is on its way. */
    void awaitIdle(CountDownLatch stopped, long millisMax) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millisMax);
      while (tally.done.get() < tally.sent.get()
          && end - System.nanoTime() > 0
          && !stopped.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        // as long as that
      }
    }
  }

  private final Shared shared;
  private final BenchPlan plan;
  private final BenchTally tally;
  private final ProtocolVersion version;
  private final String topic;
  private final MqttClient client;
  private final Set<Long> underWay = ConcurrentHashMap.newKeySet();
  private volatile boolean ready;
  private volatile boolean ending;

  BenchClient(String id, int number, Connection connection, Shared shared) {
    this.shared = shared;
    plan = shared.plan();
    tally = shared.tally();
    version = connection.version();
    topic = plan.topic(number);
    client =
        connection
            .builder()
            .clientId(id + "-" + number)
            .withoutReconnecting()
            .inFlightMaximum(plan.inFlight())
            .executor(shared.executor())
            .listener(this)
            .build();
    client.handle("#", this::onMessage);
  }

  /** Connects, and subscribes where that is measured; completes in any case. */
  CompletableFuture<?> connect() {
    long begin = System.nanoTime();
    return client
        .connect()
        .thenCompose(result -> onAnswer(result, begin))
        .handle(
            (done, failed) -> {
              if (failed != null) {
                Throwable cause = failed.getCause() == null ? failed : failed.getCause();
                String why = String.valueOf(cause.getMessage());
                tally.error("not connected: " + why, ExitCode.ofFailure(why));
              }
              return true;
            })
        .toCompletableFuture();
  }

  private CompletionStage<?> onAnswer(ConnectResult result, long begin) {
    if (result.isRefused()) {
      tally.error(
          "connection refused: " + Reasons.words(result.reason()),
          ExitCode.ofRefusal(result.reason(), version));
      return CompletableFuture.completedFuture(true);
    }
    tally.connected.incrementAndGet();
    if (plan.mode() == Mode.CONNECTIONS) {
      tally.latencies.add(System.nanoTime() - begin);
      shared.rate().passed(0);
    }
    if (!plan.mode().subscribes()) {
      ready = true;
      return CompletableFuture.completedFuture(true);
    }
    return client.subscribe(Subscription.of(topic, plan.qos())).thenAccept(this::onSubscribed);
  }

  private void onSubscribed(SubscribeResult result) {
    ready = result.isGranted();
    if (!ready) {
      tally.error(
          "subscription refused: " + Reasons.words(result.reasons().get(0)), ExitCode.FAILED);
    }
  }

  boolean isReady() {
    return ready;
  }

  // ---------------------------------------------------------------- messages

  /**
   * Publishes one.
   *
   * @param due when it counts from
   */
  void publish(long due) {
    byte[] payload = shared.stamps().payload(plan.size(), due);
    tally.sent.incrementAndGet();
    underWay.add(due);
    client
        .publish(Message.to(topic).payload(payload).qos(plan.qos()).build())
        .result()
        .whenComplete((result, lost) -> onPublished(result, lost, due));
  }

  private void onPublished(@Nullable PublishResult result, @Nullable Throwable lost, long due) {
    if (result == null) {
      fail(due, lost == null ? "given up" : String.valueOf(lost.getMessage()));
    } else if (result.isRefused()) {
      fail(due, "message refused: " + Reasons.words(result.reason()));
    } else if (plan.mode() == Mode.PUB && isDone(due)) {
      passed(System.nanoTime() - due, plan.size());
    }
  }

  /** Whether it was under way; it is not any more. */
  private boolean isDone(long due) {
    boolean done = underWay.remove(due);
    if (done) {
      tally.done.incrementAndGet();
      shared.free().release();
    }
    return done;
  }

  private void fail(long due, String why) {
    if (!ending && isDone(due)) {
      tally.error(why, ExitCode.FAILED);
    }
  }

  /** What has no answer by now counts as long as it has waited so far. */
  void giveUp() {
    long now = System.nanoTime();
    for (long due : underWay) {
      if (isDone(due)) {
        tally.latencies.add(now - due);
        tally.unanswered.incrementAndGet();
        tally.error("no answer by the end", ExitCode.TIMED_OUT);
      }
    }
  }

  private void onMessage(ReceivedMessage message) {
    byte[] bytes = message.payload();
    tally.received.incrementAndGet();
    OptionalLong sentAt = shared.stamps().sentAt(bytes);
    boolean own = plan.mode() == Mode.ROUNDTRIP;
    if (sentAt.isPresent() && (!own || isDone(sentAt.getAsLong()))) {
      passed(Math.max(0, System.nanoTime() - sentAt.getAsLong()), bytes.length);
    } else {
      shared.rate().passed(bytes.length);
      tally.bytes.addAndGet(bytes.length);
    }
  }

  private void passed(long nanos, int size) {
    tally.latencies.add(nanos);
    tally.bytes.addAndGet(size);
    tally.lastNanos.accumulateAndGet(System.nanoTime(), Math::max);
    shared.rate().passed(size);
  }

  // ---------------------------------------------------------------- the end

  @Override
  public void onDisconnected(Disconnection how) {
    if (ready && !ending) {
      ready = false;
      tally.lost.incrementAndGet();
      tally.error("connection lost: " + how.why(), ExitCode.CONNECTION_LOST);
      for (long due : underWay) { // nobody answers them, and others have work to do
        fail(due, "no answer: connection lost");
      }
    }
  }

  /** What is lost from here on does not count. */
  void isEnding() {
    ending = true;
  }

  /** Lets go of it, and gives true. */
  boolean closed() {
    close();
    return true;
  }

  @Override
  public void close() {
    ending = true;
    client.close();
  }
}

package io.whimbrel.server.ask;

import io.whimbrel.server.ask.Answers.Answer;
import io.whimbrel.server.ask.AskException.Why;
import io.whimbrel.server.metrics.AskVitals;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Another server that is asked: through a breaker, and not for what is known or under way. What
 * goes wrong is told to people, and not again within a second. It counts as a failure of the server
 * where it does not answer in time, or says itself that it cannot (429, 5xx); an answer that means
 * nothing does not, as else one odd question could shut everybody out. Callable from every thread.
 */
public final class Enquiry<V> implements AskVitals {
  private static final int FAILURES_MAX = 5;
  private static final long OPEN_MILLIS = 5_000;
  private static final int ANSWERS_MAX = 10_000;
  private static final long TOLD_AGAIN_MILLIS = 1_000;

  private final String name;
  private final Web web;
  private final LongSupplier millis;
  private final Consumer<String> told;
  private final Breaker breaker = new Breaker(FAILURES_MAX, OPEN_MILLIS);
  private final Answers<String, V> answers = new Answers<>(ANSWERS_MAX);
  private final LongAdder asked = new LongAdder();
  private final LongAdder begun = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder unasked = new LongAdder();
  private volatile long toldUntil = Long.MIN_VALUE;

  /** What a reply means. */
  @FunctionalInterface
  public interface Reading<V> {
    /**
     * Reads it.
     *
     * @throws AskException it means nothing
     */
    Answer<V> of(Reply reply);
  }

  /**
   * One that knows nothing yet.
   *
   * @param name what people know the server by: the key of its URL
   * @param millis the time of day
   * @param told hears a sentence for people, on any thread
   */
  public Enquiry(String name, Web web, LongSupplier millis, Consumer<String> told) {
    this.name = name;
    this.web = web;
    this.millis = millis;
    this.told = told;
  }

  /**
   * Asks, where it is not known.
   *
   * @param key of the question; no secret
   * @return fails with an {@link AskException}, which may be wrapped
   */
  public CompletionStage<V> ask(String key, Supplier<Question> question, Reading<V> reading) {
    asked.increment();
    return answers.of(key, millis.getAsLong(), () -> send(question, reading));
  }

  private CompletionStage<Answer<V>> send(Supplier<Question> question, Reading<V> reading) {
    begun.increment();
    if (!breaker.lets(millis.getAsLong())) {
      unasked.increment();
      return CompletableFuture.failedFuture(
          new AskException(Why.PAUSED, "did not answer, and is left alone for a while"));
    }
    CompletionStage<Reply> replied;
    try {
      replied = web.send(question.get());
    } catch (RuntimeException broken) {
      replied = CompletableFuture.failedFuture(broken);
    }
    return replied
        .thenApply(reply -> read(reply, reading))
        .whenComplete((answer, error) -> count(error));
  }

  private static <V> Answer<V> read(Reply reply, Reading<V> reading) {
    int status = reply.status();
    if (status == 429 || status >= 500) {
      throw new AskException(Why.DOWN, "answered with status " + status);
    }
    return reading.of(reply);
  }

  private void count(@Nullable Throwable error) {
    if (error == null) {
      answered.increment();
      breaker.answered();
      return;
    }
    AskException wrong = AskException.of(error);
    long now = millis.getAsLong();
    switch (wrong.why()) {
      case BUSY, PAUSED -> {
        unasked.increment();
        breaker.unasked(now);
      }
      case DOWN -> {
        failed.increment();
        breaker.failed(now);
      }
      case USELESS -> {
        failed.increment();
        breaker.answered();
      }
    }
    if (now >= toldUntil || toldUntil - now > TOLD_AGAIN_MILLIS) {
      toldUntil = now + TOLD_AGAIN_MILLIS;
      told.accept(name + ": the server " + wrong.getMessage() + "; who asked was refused");
    }
  }

  @Override
  public long answered() {
    return answered.sum();
  }

  @Override
  public long shared() {
    return Math.max(0, asked.sum() - begun.sum());
  }

  @Override
  public long failed() {
    return failed.sum();
  }

  @Override
  public long unasked() {
    return unasked.sum();
  }

  @Override
  public boolean isOpen() {
    return breaker.state() != Breaker.State.CLOSED;
  }
}

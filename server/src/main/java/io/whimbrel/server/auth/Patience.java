package io.whimbrel.server.auth;

import io.whimbrel.spi.Plugin;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How long a plugin may take for an answer. One that fails or takes longer is told to people, and
 * not again within a second. Callable from every thread.
 */
final class Patience {
  private static final long TOLD_AGAIN_NANOS = 1_000_000_000L;

  private final long millis;
  private final Consumer<String> told;
  private final LongAdder failures = new LongAdder();
  private volatile long toldAt = System.nanoTime() - TOLD_AGAIN_NANOS;

  /**
   * @param told hears a sentence for people
   */
  Patience(long millis, Consumer<String> told) {
    this.millis = millis;
    this.told = told;
  }

  /** Asks; one of the two is called once, on any thread. */
  <T> void ask(
      Plugin plugin, Supplier<CompletionStage<T>> question, Consumer<T> heard, Runnable failed) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      question
          .get()
          .whenComplete(
              (value, error) -> {
                if (error != null) {
                  answer.completeExceptionally(error);
                } else if (value == null) {
                  answer.completeExceptionally(new IllegalStateException("it answered null"));
                } else {
                  answer.complete(value);
                }
              });
    } catch (Exception | Error broken) { // of others' making
      answer.completeExceptionally(broken);
    }
    answer
        .orTimeout(millis, TimeUnit.MILLISECONDS)
        .whenComplete(
            (value, error) -> {
              Throwable wrong = error == null ? heardOf(value, heard) : error;
              if (wrong != null) {
                tell(plugin, wrong);
                failed.run();
              }
            });
  }

  /** What is wrong with an answer, or null. */
  private static <T> @Nullable Throwable heardOf(T value, Consumer<T> heard) {
    try {
      heard.accept(value);
      return null;
    } catch (RuntimeException useless) { // a name that no packet can carry, for example
      return useless;
    }
  }

  private void tell(Plugin plugin, Throwable error) {
    failures.increment();
    long now = System.nanoTime();
    if (now - toldAt >= TOLD_AGAIN_NANOS) {
      toldAt = now;
      String why =
          error instanceof TimeoutException
              ? "gave no answer within " + millis + " ms"
              : "failed: " + error;
      told.accept("plugin '" + plugin.name() + "' " + why + "; who asked was refused");
    }
  }

  /** Answers that did not come. */
  long failures() {
    return failures.sum();
  }
}

package io.whimbrel.cli.mqtt;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** How a tool ends: with the first exit code that anything gives. For any thread. */
final class Ending {
  private final AtomicBoolean decided = new AtomicBoolean();
  private final CompletableFuture<Integer> code = new CompletableFuture<>();
  private final Telling telling;

  Ending(Telling telling) {
    this.telling = telling;
  }

  /** The tool ends with this code, unless another was first. */
  void end(int with) {
    if (decided.compareAndSet(false, true)) {
      code.complete(with);
    }
  }

  boolean isThere() {
    return code.isDone();
  }

  /**
   * From here on the tool has so many seconds, whatever it waits for; 0 for as many as it takes.
   */
  void limit(int seconds) {
    if (seconds > 0) {
      CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS)
          .execute(
              () -> {
                if (decided.compareAndSet(false, true)) {
                  telling.failure("timed out: not done within " + seconds + " s");
                  code.complete(ExitCode.TIMED_OUT); // behind the words, which would be cut off
                }
              });
    }
  }

  /** Waits for it. */
  int await() {
    try {
      return code.get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED;
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Waits for it so long at most. */
  void await(long millis) {
    try {
      code.get(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      end(ExitCode.FAILED);
    } catch (TimeoutException goesOn) {
      return;
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * Waits until something is done, but not beyond the end.
   *
   * @throws ExecutionException it failed
   */
  void orDone(CompletableFuture<?> something) throws ExecutionException {
    try {
      CompletableFuture.anyOf(something, code).get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      end(ExitCode.FAILED);
    }
  }
}

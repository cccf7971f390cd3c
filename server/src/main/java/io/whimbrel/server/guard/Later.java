package io.whimbrel.server.guard;

/** Runs something later, on a thread that must not be kept; callable from every thread. */
@FunctionalInterface
public interface Later {
  /** Runs it in so many milliseconds; throws RejectedExecutionException where all has ended. */
  void run(long millis, Runnable action);
}

package io.whimbrel.client;

/** Calls back later, on the event loop of a client. For any thread. */
@FunctionalInterface
interface Timers {
  /**
   * Runs it after so long.
   *
   * @param task must not block
   * @return lets go of it; once it has run, that does nothing
   */
  Runnable after(long millis, Runnable task);
}

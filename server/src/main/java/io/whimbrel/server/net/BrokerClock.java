package io.whimbrel.server.net;

import java.util.concurrent.TimeUnit;

/**
 * Broker time: begins at the time of day, or at what a store remembers if that is later, and then
 * runs evenly whatever is done to the time of day. Immutable, readable from any thread.
 */
public final class BrokerClock {
  private final long startMillis;
  private final long startNanos = System.nanoTime();

  /**
   * @param markMillis the newest broker time that is known
   */
  public BrokerClock(long markMillis) {
    startMillis = Math.max(System.currentTimeMillis(), markMillis);
  }

  /** The time now. */
  public long millis() {
    return startMillis + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
  }
}

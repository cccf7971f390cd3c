package io.whimbrel.server.net;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Broker time: begins at the time of day, or at what a store remembers if that is later, and then
 * runs evenly whatever is done to the time of day. Immutable, readable from any thread.
 */
public final class BrokerClock {
  private final LongSupplier nanos;
  private final long startMillis;
  private final long startNanos;

  /**
   * @param markMillis the newest broker time that is known
   */
  public BrokerClock(long markMillis) {
    this(markMillis, System.currentTimeMillis(), System::nanoTime);
  }

  /**
   * @param dayMillis the time of day as it begins
   * @param nanos the time that passes
   */
  BrokerClock(long markMillis, long dayMillis, LongSupplier nanos) {
    this.nanos = nanos;
    this.startMillis = Math.max(dayMillis, markMillis);
    this.startNanos = nanos.getAsLong();
  }

  /** The time now. */
  public long millis() {
    return startMillis + TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - startNanos);
  }
}

package io.whimbrel.server.net;

import io.whimbrel.server.guard.Overload;
import java.util.function.IntSupplier;

/**
 * Runs on a loop at a steady beat, and so knows how late the loop is. Beaten by its loop, read by
 * any thread.
 */
final class Pulse implements Runnable {
  private static final int BEATS = 60;

  private final BrokerClock clock;
  private final long beatMillis;
  private final IntSupplier promises;
  private final Overload.Watch watch;
  private final long[] delays = new long[BEATS];
  private int beat;
  private volatile long worstMillis;
  private volatile long dueAt;
  private volatile int promisesPending;

  Pulse(BrokerClock clock, long beatMillis, IntSupplier promises, Overload.Watch watch) {
    this.clock = clock;
    this.beatMillis = beatMillis;
    this.promises = promises;
    this.watch = watch;
    this.dueAt = clock.millis();
  }

  @Override
  public void run() {
    long now = clock.millis();
    delays[beat] = Math.max(0, now - dueAt);
    watch.onBeat(delays[beat]);
    beat = (beat + 1) % BEATS;
    long worst = 0;
    for (long delay : delays) {
      worst = Math.max(worst, delay);
    }
    worstMillis = worst;
    dueAt = now + beatMillis;
    promisesPending = promises.getAsInt();
  }

  /** The worst delay of the last beats, or of the one that has not come yet. */
  long delayMillis() {
    return Math.max(worstMillis, clock.millis() - dueAt);
  }

  int promisesPending() {
    return promisesPending;
  }
}

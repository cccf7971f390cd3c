package io.whimbrel.server.guard;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/**
 * Whether the broker has more to do than it can: an event loop came to what it had planned later
 * than it may, at two beats in a row. One pause, such as a collection of garbage, makes one beat
 * late and not two. Over when all loops were early enough for ten beats in a row. Told by every
 * loop of itself, read by every thread.
 */
public final class Overload {
  private static final int LATE_BEATS = 2;
  private static final int EARLY_BEATS = 10;

  private volatile long delayMaxMillis;
  private final LongConsumer onBegin;
  private final Runnable onEnd;
  private final AtomicInteger loopsBehind = new AtomicInteger();

  /**
   * No loop is late so far.
   *
   * @param delayMaxMillis how late is late; 0: nothing ever is
   * @param onBegin told that it begins, with how late a loop is in milliseconds; on that loop
   * @param onEnd told that it is over, likewise
   */
  public Overload(long delayMaxMillis, LongConsumer onBegin, Runnable onEnd) {
    this.delayMaxMillis = delayMaxMillis;
    this.onBegin = onBegin;
    this.onEnd = onEnd;
  }

  /** From now on this is late; an overload that is on ends as ever. */
  public void limit(long delayMillis) {
    delayMaxMillis = delayMillis;
  }

  /** What is known of one loop. Owned by it. */
  public final class Watch {
    private int late;
    private int early;
    private boolean behind;

    /** The loop's beat has come, so late. */
    public void onBeat(long delayMillis) {
      long asked = delayMaxMillis;
      long max = asked == 0 ? Long.MAX_VALUE : asked;
      late = delayMillis > max ? late + 1 : 0;
      early = delayMillis <= max / 2 ? early + 1 : 0;
      if (!behind && late >= LATE_BEATS) {
        behind = true;
        if (loopsBehind.getAndIncrement() == 0) {
          onBegin.accept(delayMillis);
        }
      } else if (behind && early >= EARLY_BEATS) {
        behind = false;
        if (loopsBehind.decrementAndGet() == 0) {
          onEnd.run();
        }
      }
    }
  }

  /** One more loop. */
  public Watch watch() {
    return new Watch();
  }

  /** Whether new connections had better not come now. */
  public boolean isOn() {
    return loopsBehind.get() > 0;
  }
}

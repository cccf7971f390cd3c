package io.whimbrel.core.session;

/**
 * One thing a shard does later: armed, moved and cancelled at will for the life of its owner.
 * Moving a deadline outwards costs nothing. Owned by its shard.
 */
public final class Timer {
  static final long OFF = Long.MAX_VALUE;

  private final Timers timers;
  private final Runnable action;
  private long due = OFF;
  private long queuedAt = OFF;

  Timer(Timers timers, Runnable action) {
    this.timers = timers;
    this.action = action;
  }

  /** Runs the action once the broker time is reached, instead of when it was armed for before. */
  public void arm(long atMillis) {
    due = atMillis;
    if (atMillis < queuedAt) {
      queuedAt = atMillis;
      timers.enqueue(this, atMillis);
    }
  }

  /** Runs nothing until armed again. */
  public void cancel() {
    due = OFF;
  }

  /** Called as an entry of the queue comes up; stale entries do nothing. */
  void reached(long entryAt, long now) {
    if (entryAt != queuedAt) {
      return; // an earlier entry took its place
    }
    queuedAt = OFF;
    if (due == OFF) {
      return;
    }
    if (due > now) {
      arm(due);
      return;
    }
    due = OFF;
    action.run();
  }
}

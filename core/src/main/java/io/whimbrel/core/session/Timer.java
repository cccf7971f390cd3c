package io.whimbrel.core.session;

import org.jspecify.annotations.Nullable;

/**
 * One thing a shard does later: armed, moved and cancelled at will for the life of its owner.
 * Moving a deadline outwards costs nothing. Owned by its shard.
 */
public final class Timer {
  static final long OFF = Long.MAX_VALUE;

  private final Timers timers;
  private final Runnable action;
  private long due = OFF;
  private Timers.@Nullable Entry queued;

  Timer(Timers timers, Runnable action) {
    this.timers = timers;
    this.action = action;
  }

  /** Runs the action once the broker time is reached, instead of when it was armed for before. */
  public void arm(long atMillis) {
    Timers.Entry was = queued;
    if (was != null && due == OFF) {
      timers.wasStale();
    }
    due = atMillis;
    if (was == null || atMillis < was.at()) {
      queued = timers.enqueue(this, atMillis);
      if (was != null) {
        timers.becameStale();
      }
    }
  }

  /** Runs nothing until armed again. */
  public void cancel() {
    boolean pending = due != OFF;
    due = OFF;
    if (pending && queued != null) {
      timers.becameStale();
    }
  }

  /** Called as an entry of the queue comes up; stale entries do nothing. */
  void reached(Timers.Entry entry, long now) {
    if (isStale(entry)) {
      timers.wasStale();
      forget(entry);
      return;
    }
    queued = null;
    if (due > now) {
      arm(due);
      return;
    }
    due = OFF;
    timers.run(action);
  }

  /** Whether an earlier entry took its place, or the timer was cancelled. */
  boolean isStale(Timers.Entry entry) {
    return !isQueued(entry) || due == OFF;
  }

  /** The entry has left the queue, and had no purpose any more. */
  void forget(Timers.Entry entry) {
    if (isQueued(entry)) {
      queued = null;
    }
  }

  private boolean isQueued(Timers.Entry entry) {
    Timers.Entry now = queued;
    return now != null && now.order() == entry.order(); // there is one entry of each order
  }
}

package io.whimbrel.sim;

import java.util.PriorityQueue;

/**
 * Virtual time, milliseconds, and what happens when. Time jumps to the next event; which of several
 * at the same time comes first is drawn. Owned by the simulation's thread.
 */
final class Clock {
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Dice dice;
  private long now = 1_000;
  private long order;

  private record Event(long at, int tie, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      int byTie = byTime != 0 ? byTime : Integer.compare(tie, other.tie);
      return byTie != 0 ? byTie : Long.compare(order, other.order);
    }
  }

  Clock(long seed) {
    this.dice = Dice.of(seed, "ties");
  }

  long now() {
    return now;
  }

  void after(long delayMillis, Runnable action) {
    at(now + delayMillis, action);
  }

  void at(long whenMillis, Runnable action) {
    events.add(new Event(Math.max(now, whenMillis), dice.below(1 << 16), order++, action));
  }

  /** Runs the next event; false where there is none before the given time, which it is then. */
  boolean step(long until) {
    Event next = events.peek();
    if (next == null || next.at > until) {
      now = Math.max(now, until);
      return false;
    }
    events.remove();
    now = Math.max(now, next.at);
    next.action.run();
    return true;
  }
}

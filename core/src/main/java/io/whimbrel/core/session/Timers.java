package io.whimbrel.core.session;

import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * The deadlines of one shard. A heap in which a timer stands at most where it was once armed: a
 * deadline that moves outwards, as keep alive does with every packet, is looked at again only when
 * the old one comes up. Equal deadlines run in the order they were armed. Owned by its shard.
 *
 * <p>A cancelled timer stays in the heap, and what it would have done with it: a connection that is
 * long gone, where its keep alive was 18 hours. So entries without a purpose are counted, and once
 * they are half of the heap they are swept out of it. A sweep takes as many steps as timers were
 * cancelled since the last.
 */
public final class Timers {
  private static final int STALE_UNSWEPT = 256;

  private final Consumer<Runnable> runner;
  private final PriorityQueue<Entry> queue = new PriorityQueue<>();
  private long order;
  private int stale;

  /** A place in the heap. */
  record Entry(long at, long order, Timer timer) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /** Deadlines whose actions are run as they are. */
  public Timers() {
    this(Runnable::run);
  }

  /**
   * @param runner runs what is due
   */
  public Timers(Consumer<Runnable> runner) {
    this.runner = runner;
  }

  /** A timer that is not armed. */
  public Timer timer(Runnable action) {
    return new Timer(this, action);
  }

  /** Runs what is due, at most so many entries; the rest stays due. */
  public void advance(long now, int most) {
    for (int i = 0; i < most; i++) {
      Entry entry = queue.peek();
      if (entry == null || entry.at > now) {
        return;
      }
      queue.remove();
      entry.timer.reached(entry, now);
    }
  }

  /**
   * Broker time at which {@link #advance} has something to look at; {@code Long.MAX_VALUE}: never.
   */
  public long nextMillis() {
    Entry entry = queue.peek();
    return entry == null ? Timer.OFF : entry.at;
  }

  /** Entries in the heap, stale ones included. */
  public int size() {
    return queue.size();
  }

  void run(Runnable action) {
    runner.accept(action);
  }

  Entry enqueue(Timer timer, long at) {
    Entry entry = new Entry(at, order++, timer);
    queue.add(entry);
    return entry;
  }

  /** An entry has lost its purpose. */
  void becameStale() {
    stale++;
    if (stale > STALE_UNSWEPT && stale > queue.size() / 2) {
      queue.removeIf(Timers::isSwept);
      stale = 0;
    }
  }

  private static boolean isSwept(Entry entry) {
    boolean swept = entry.timer.isStale(entry);
    if (swept) {
      entry.timer.forget(entry);
    }
    return swept;
  }

  /** An entry without a purpose has one again, or is gone. */
  void wasStale() {
    stale--;
  }
}

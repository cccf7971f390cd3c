package io.whimbrel.client;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes of messages a client may hold that are not done. For any thread. */
final class Room {
  private final long max;
  private final AtomicLong used;

  Room(long max, long used) {
    this.max = max;
    this.used = new AtomicLong(used);
  }

  boolean take(long bytes) {
    long before = used.get();
    while (before == 0 || before + bytes <= max) {
      if (used.compareAndSet(before, before + bytes)) {
        return true;
      }
      before = used.get();
    }
    return false;
  }

  /** Gives room back; whoever waits for some looks again. */
  void giveBack(long bytes) {
    used.addAndGet(-bytes);
    synchronized (this) {
      notifyAll();
    }
  }

  /** Waits until there may be room. */
  synchronized void await(long millis) throws InterruptedException {
    wait(Math.max(1, millis));
  }

  long used() {
    return used.get();
  }

  long max() {
    return max;
  }
}

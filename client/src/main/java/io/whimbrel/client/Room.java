package io.whimbrel.client;

import java.util.concurrent.TimeUnit;

/**
 * How many bytes of messages a client may hold that are not done. For any thread; its lock is held
 * for a few instructions.
 */
final class Room {
  private final long max;
  private long used;

  Room(long max) {
    this.max = max;
  }

  /** What takes room already, whether there is enough or not. */
  synchronized void isTaken(long bytes) {
    used += bytes;
  }

  /** Takes room; a message that is larger than all of it finds room where nothing else is. */
  synchronized boolean take(long bytes) {
    if (used > 0 && used + bytes > max) {
      return false;
    }
    used += bytes;
    return true;
  }

  /** The same, and waits for room, so long at most. */
  synchronized boolean take(long bytes, long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (!take(bytes)) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  synchronized void giveBack(long bytes) {
    used -= bytes;
    notifyAll();
  }

  synchronized long used() {
    return used;
  }

  long max() {
    return max;
  }
}

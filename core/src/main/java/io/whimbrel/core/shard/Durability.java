package io.whimbrel.core.shard;

import io.whimbrel.core.port.DurabilityLevel;
import java.util.ArrayDeque;

/**
 * What waits until the journal has caught up: for each level, actions in the order of their
 * positions. Owned by its shard.
 */
final class Durability {
  private final Waiting written = new Waiting();
  private final Waiting synced = new Waiting();
  private final Waiting unhurried = new Waiting();
  private DurabilityLevel needed = DurabilityLevel.MEMORY;

  private static final class Waiting {
    private final ArrayDeque<Promise> promises = new ArrayDeque<>();
    private long reached;
    private long newest;

    private record Promise(long position, Runnable action) {}

    boolean add(long position, Runnable action) {
      if (position <= reached) {
        action.run();
        return false;
      }
      newest = Math.max(newest, position);
      promises.add(new Promise(newest, action));
      return true;
    }

    void reached(long position) {
      reached = Math.max(reached, position);
      for (Promise head = promises.peek();
          head != null && head.position <= reached;
          head = promises.peek()) {
        promises.remove();
        head.action.run();
      }
    }
  }

  /**
   * Runs the action when the position has reached the level, after all that were asked for before
   * it at that level.
   */
  void when(long position, DurabilityLevel level, Runnable action) {
    if (level == DurabilityLevel.MEMORY) {
      action.run();
      return;
    }
    boolean waits = (level == DurabilityLevel.OS ? written : synced).add(position, action);
    if (waits && level.compareTo(needed) > 0) {
      needed = level;
    }
  }

  /** Runs the action some time after the position is synced: nobody waits for it. */
  void onceSynced(long position, Runnable action) {
    unhurried.add(position, action);
  }

  /** The highest level that somebody began to wait for since this was last asked. */
  DurabilityLevel takeNeeded() {
    DurabilityLevel taken = needed;
    needed = DurabilityLevel.MEMORY;
    return taken;
  }

  /** Whether somebody began to wait since {@link #takeNeeded}. */
  boolean isNeeded() {
    return needed != DurabilityLevel.MEMORY;
  }

  void reached(DurabilityLevel level, long position) {
    written.reached(position);
    if (level == DurabilityLevel.DISK) {
      synced.reached(position);
      unhurried.reached(position);
    }
  }

  /** The store failed: no promise that waits will be kept. */
  void abandon() {
    written.promises.clear();
    synced.promises.clear();
    unhurried.promises.clear();
  }

  int size() {
    return written.promises.size() + synced.promises.size();
  }
}

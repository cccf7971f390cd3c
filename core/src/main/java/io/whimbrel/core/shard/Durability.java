package io.whimbrel.core.shard;

import java.util.ArrayDeque;

/**
 * What waits until the journal has caught up: actions in the order of their positions. Owned by its
 * shard.
 */
final class Durability {
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private long durable;
  private long newest;

  private record Waiting(long position, Runnable action) {}

  /** Runs the action when the position is durable, after all that were asked for before it. */
  void when(long position, Runnable action) {
    if (position <= durable) {
      action.run();
      return;
    }
    newest = Math.max(newest, position);
    waiting.add(new Waiting(newest, action));
  }

  void reached(long position) {
    durable = Math.max(durable, position);
    for (Waiting head = waiting.peek();
        head != null && head.position <= durable;
        head = waiting.peek()) {
      waiting.remove();
      head.action.run();
    }
  }

  /** The store failed: no promise that waits will be kept. */
  void abandon() {
    waiting.clear();
  }

  int size() {
    return waiting.size();
  }
}

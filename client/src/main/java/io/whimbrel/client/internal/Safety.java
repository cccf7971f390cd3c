package io.whimbrel.client.internal;

import java.util.ArrayDeque;

/** How far the outbox is, and what waits for it. Owned by its session. */
final class Safety {
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);
  private long reached;

  private record Waiting(long position, Runnable action) {}

  boolean hasReached(long position) {
    return position <= reached;
  }

  /** Runs the action once the position is safe, at once where it is; positions never go back. */
  void when(long position, Runnable action) {
    if (hasReached(position) && waiting.isEmpty()) {
      action.run();
    } else {
      waiting.add(new Waiting(position, action));
    }
  }

  void reach(long position) {
    reached = Math.max(reached, position);
    for (Waiting next = waiting.peek();
        next != null && hasReached(next.position);
        next = waiting.peek()) {
      waiting.remove();
      next.action.run();
    }
  }
}

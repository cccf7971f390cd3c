package io.whimbrel.client.internal;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What other threads want of an event loop: many wishes make one task of it. Bounded by those who
 * wish: each message counts against the outbox before it comes here.
 *
 * <p>A wish that throws is an error of ours. It keeps the others from nothing, and the loop is told
 * when the turn is over.
 */
final class Mailbox implements Runnable {
  /** Wishes in one turn: others wait for the loop, too. */
  private static final int TURN_MAX = 1_000;

  private final ConcurrentLinkedQueue<Runnable> wishes = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Executor loop;
  private final Runnable endOfTurn;

  Mailbox(Executor loop, Runnable endOfTurn) {
    this.loop = loop;
    this.endOfTurn = endOfTurn;
  }

  /** From any thread. */
  void post(Runnable wish) {
    wishes.add(wish);
    schedule();
  }

  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      loop.execute(this);
    }
  }

  @Override
  public void run() {
    scheduled.set(false);
    RuntimeException failure = null;
    int left = TURN_MAX;
    for (Runnable next = wishes.poll(); next != null; next = wishes.poll()) {
      try {
        next.run();
      } catch (RuntimeException thrown) {
        if (failure == null) {
          failure = thrown;
        } else {
          failure.addSuppressed(thrown);
        }
      }
      if (--left == 0) {
        schedule();
        break;
      }
    }
    endOfTurn.run();
    if (failure != null) {
      throw failure;
    }
  }
}

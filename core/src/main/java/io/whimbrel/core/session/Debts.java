package io.whimbrel.core.session;

import io.whimbrel.core.port.DurabilityLevel;
import org.jspecify.annotations.Nullable;

/**
 * What a session owes to others: a will that was published, messages of a Shared Subscription that
 * go to another member. Their records are another shard's to prepare, so they come later than those
 * of the session itself. Until they are in the journal it must hear neither of the session's next
 * connection nor of its end: a crash between would take what is owed with it. Owned by the
 * session's shard.
 */
final class Debts {
  private @Nullable AckBarrier open;

  /** One more; gives what to run once it is paid. */
  Runnable add() {
    AckBarrier all = open;
    if (all == null || all.isOpen()) {
      all = new AckBarrier(DurabilityLevel.MEMORY); // who adds knows what its debt waits for
      open = all;
    } else {
      all.expect(1);
    }
    AckBarrier mine = all;
    return () -> mine.arrive(1);
  }

  /**
   * The last one: paid by the action, once all others are, and by what that may come to owe itself.
   */
  void addLast(Runnable action) {
    AckBarrier others = open;
    AckBarrier last = new AckBarrier(DurabilityLevel.MEMORY);
    open = last;
    Runnable pay =
        () -> {
          action.run();
          last.arrive(1);
        };
    if (others == null) {
      pay.run();
    } else {
      others.whenOpen(pay);
    }
  }

  /** Whether nothing is owed. */
  boolean arePaid() {
    return open == null || open.isOpen();
  }

  /** Runs the action once nothing is owed of what is now; at once where that is so. */
  void whenPaid(Runnable action) {
    AckBarrier all = open;
    if (all == null) {
      action.run();
    } else {
      all.whenOpen(action);
    }
  }
}

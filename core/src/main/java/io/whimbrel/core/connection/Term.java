package io.whimbrel.core.connection;

import io.whimbrel.core.port.Proof;
import io.whimbrel.core.session.Timer;
import org.jspecify.annotations.Nullable;

/** How long a client is let in by what it was let in by. Owned by the shard of its connection. */
final class Term {
  private final Host host;
  private final Runnable over;
  private @Nullable Timer timer; // where it ends at all
  private long until = Proof.ALWAYS;

  /**
   * One without an end.
   *
   * @param over run at the end
   */
  Term(Host host, Runnable over) {
    this.host = host;
    this.over = over;
  }

  /** The client counts from now on by this proof, and as long as it lasts. */
  void begin(Proof proof) {
    cancel();
    if (proof.lastsMillis() == Proof.ALWAYS) {
      until = Proof.ALWAYS;
      return;
    }
    until = host.now() + proof.lastsMillis();
    if (timer == null) {
      timer = host.timer(over);
    }
    timer.arm(until);
  }

  /** Whether it has ended, also where a turn is late and the timer has not run so far. */
  boolean isOver() {
    return host.now() >= until;
  }

  void cancel() {
    if (timer != null) {
      timer.cancel();
    }
  }
}

package io.whimbrel.client.internal;

import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnReturnCode;
import io.whimbrel.codec.sn.SnType;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A message to the gateway that is sent again every T_retry until it is answered, N_retry times
 * (6.13). One at a time. Owned by its session.
 */
final class SnAsking {
  static final long NEVER = Long.MAX_VALUE;

  private final SnPlan plan;
  private final Consumer<SnMessage> output;
  private @Nullable SnMessage again;
  private int tries;
  private long deadline = NEVER;
  private boolean congested;

  SnAsking(SnPlan plan, Consumer<SnMessage> output) {
    this.plan = plan;
    this.output = output;
  }

  /**
   * Asks.
   *
   * @param first what is sent now
   * @param next what is sent from then on
   */
  void ask(SnMessage first, SnMessage next, long now) {
    again = next;
    tries = 0;
    say(first, now);
  }

  private void say(SnMessage message, long now) {
    congested = false;
    deadline = now + plan.retryMillis();
    output.accept(message);
  }

  boolean isBusy() {
    return again != null;
  }

  /** What is asked for, or null. */
  @Nullable SnType asked() {
    SnMessage asked = again;
    return asked == null ? null : asked.type();
  }

  /** How often it was sent again. */
  int tries() {
    return tries;
  }

  void answered() {
    again = null;
    deadline = NEVER;
  }

  /** The gateway is there and has asked for another try (5.3.10, congestion). */
  void congested(long now) {
    if (again != null) {
      congested = true;
      deadline = now + plan.retryMillis();
    }
  }

  /** What was asked for is under way: the wait begins anew. */
  void progressed(long now) {
    if (again != null) {
      tries = 0;
      deadline = now + plan.retryMillis();
    }
  }

  long deadline() {
    return deadline;
  }

  /**
   * Asks again where it is time to.
   *
   * @return why no more, or null
   */
  @Nullable SnFailure tick(long now) {
    SnMessage unanswered = again;
    if (unanswered == null || now < deadline) {
      return null;
    }
    if (tries >= plan.retriesMax()) {
      SnType what = unanswered.type();
      return congested ? SnFailure.refused(what, SnReturnCode.CONGESTION) : SnFailure.silent(what);
    }
    tries++;
    say(unanswered, now);
    return null;
  }
}

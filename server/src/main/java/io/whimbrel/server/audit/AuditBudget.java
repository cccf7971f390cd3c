package io.whimbrel.server.audit;

import io.whimbrel.server.metrics.LineBudget;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * So many lines a second of each kind that somebody can cause who was never let in; of the rest the
 * number is an event of its own. Else whoever knocks often enough fills the disk. Callable from
 * every thread.
 */
final class AuditBudget {
  static final int LINES_PER_SECOND = 20;

  private final LongSupplier millis;
  private final Map<Kind, LineBudget> budgets = new EnumMap<>(Kind.class);
  private final LongAdder summed = new LongAdder();

  /** What strangers cause. */
  enum Kind {
    REFUSED,
    NOT_ACCEPTED,
    TRANSPORT_ERROR,
    BANNED;

    /** The name of such events. */
    String event() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * @param millis the time of day
   */
  AuditBudget(LongSupplier millis) {
    this.millis = millis;
    for (Kind kind : Kind.values()) {
      budgets.put(kind, new LineBudget(LINES_PER_SECOND));
    }
  }

  /** Whether one more has a line of its own. */
  boolean allows(Kind kind) {
    LineBudget budget = budgets.get(kind);
    long nanos = TimeUnit.MILLISECONDS.toNanos(millis.getAsLong());
    if (budget == null || budget.allows(nanos)) {
      return true;
    }
    summed.increment();
    return false;
  }

  /**
   * Tells for each kind of which some had no line since the last call how many.
   *
   * @param told whether that found room; else the next call tells of them too
   */
  void sumUp(Predicate<AuditEvent> told) {
    budgets.forEach(
        (kind, budget) -> {
          long more = budget.takeWithheld();
          if (more > 0 && !told.test(sum(kind, more))) {
            budget.giveBack(more);
          }
        });
  }

  private AuditEvent sum(Kind kind, long more) {
    return AuditEvent.of(millis.getAsLong(), "summed")
        .with("what", kind.event())
        .with("count", more);
  }

  /** Events that are a number only. */
  long summed() {
    return summed.sum();
  }
}

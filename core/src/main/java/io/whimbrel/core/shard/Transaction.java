package io.whimbrel.core.shard;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.SessionRef;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Facts of several shards that have to become durable together or not at all: that a QoS 2 message
 * was received, and every place it was queued; that a will is removed, and where it went; that a
 * shared message left one queue and joined another.
 *
 * <p>The shards of the takers queue the message but hold it, and send back the records; the shard
 * that began appends all of them in one batch and reveals them when they have reached the level of
 * who began it. Owned by that shard; others carry it there and back.
 */
final class Transaction {
  private final List<JournalRecord> records = new ArrayList<>();
  private final List<Held> held = new ArrayList<>();
  private final DurabilityLevel level;
  private final Consumer<Transaction> complete;
  private final @Nullable Consumer<Letter.Taker> onGone;
  private final @Nullable SessionRef movesFrom;
  private int pending = 1;

  /** A held message and the session it is held for. */
  record Held(SessionRef session, long sequence) {}

  /**
   * @param level which the records have to reach before anything is revealed
   * @param complete called once, when all takers have answered
   * @param onGone told of takers whose session has ended; may begin with another one
   * @param movesFrom the session that has the message now and may keep it, or null
   */
  Transaction(
      DurabilityLevel level,
      Consumer<Transaction> complete,
      @Nullable Consumer<Letter.Taker> onGone,
      @Nullable SessionRef movesFrom) {
    this.level = level;
    this.complete = complete;
    this.onGone = onGone;
    this.movesFrom = movesFrom;
  }

  /** Whether a session without room may send the message back instead of dropping it. */
  boolean mayRefuse(SessionRef session) {
    return movesFrom != null && !movesFrom.equals(session);
  }

  void add(JournalRecord record) {
    records.add(record);
  }

  void add(Letter.HeldRecord queued) {
    if (queued.recorded()) {
      records.add(queued.record());
    }
    held.add(new Held(queued.session(), queued.record().sequence()));
  }

  void expect(int takers) {
    pending += takers;
  }

  void arrive(int takers, List<Letter.Taker> gone) {
    if (onGone != null) {
      gone.forEach(onGone);
    }
    pending -= takers;
    if (pending == 0) {
      complete.accept(this);
    }
  }

  DurabilityLevel level() {
    return level;
  }

  List<JournalRecord> records() {
    return records;
  }

  List<Held> held() {
    return held;
  }
}

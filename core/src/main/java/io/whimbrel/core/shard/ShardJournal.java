package io.whimbrel.core.shard;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.Limits;
import io.whimbrel.core.routing.SessionKey;
import org.jspecify.annotations.Nullable;

/** A shard's side of its journal: what it appended, and who waits for it. Owned by its shard. */
final class ShardJournal {
  private final Durability durability = new Durability();
  private @Nullable Journal journal;
  private long appended;
  private long committed;
  private boolean failed;

  void open(Journal own) {
    journal = own;
  }

  /** Gives the position; one that is never reached after a failure. */
  long append(JournalRecord record) {
    Journal own = journal;
    if (own == null || failed) {
      return Long.MAX_VALUE; // nothing is promised any more
    }
    appended = own.append(record);
    return appended;
  }

  void when(long position, DurabilityLevel level, Runnable action) {
    durability.when(position, level, action);
  }

  /**
   * Runs the action some time after all that was appended so far is synced; nobody waits for it.
   *
   * @param more so many of the next records, too
   */
  void onceSynced(int more, Runnable action) {
    durability.onceSynced(appended + more, action);
  }

  /** End of turn. */
  void commit() {
    Journal own = journal;
    while (own != null && !failed && (committed < appended || durability.isNeeded())) {
      committed = appended;
      own.commit(durability.takeNeeded()); // may answer at once; what waited may append more
    }
  }

  /** Whether messages can be read back. */
  boolean keepsQueues() {
    Journal own = journal;
    return own != null && own.keepsQueues();
  }

  /** Asks for a page; nothing comes any more after a failure. */
  void read(SessionKey session, long from, Limits limits) {
    Journal own = journal;
    if (own != null && !failed) {
      own.readQueue(session, from, limits.queuePageMessagesMax(), limits.queuePageBytesMax());
    }
  }

  void reached(DurabilityLevel level, long upTo) {
    durability.reached(level, upTo);
  }

  void fail() {
    failed = true;
    durability.abandon();
  }

  boolean isFailed() {
    return failed;
  }

  /** Whether more is on its way to the disk than it should be. */
  boolean isBehind(long bytesMax) {
    Journal own = journal;
    return own != null && own.uncommittedBytes() > bytesMax;
  }

  /** Whether there is room for what may be refused. */
  boolean hasRoom() {
    Journal own = journal;
    return own == null || own.hasRoom();
  }

  /** Promises that wait. */
  int waiting() {
    return durability.size();
  }
}

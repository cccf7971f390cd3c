package io.whimbrel.core.port;

import io.whimbrel.core.routing.SessionKey;

/**
 * A shard's append-only promise book. Called only by its shard; answers on its shard's thread,
 * inside {@link #commit} or as a mailbox message.
 */
public interface Journal {
  /**
   * Adds a record to this turn's batch; what it keeps of it is copied or immutable.
   *
   * @return a position greater than every earlier one of this journal
   */
  long append(JournalRecord record);

  /**
   * End of turn: what was appended becomes durable together or not at all, after every batch that
   * any shard committed before. May be called with nothing appended, when somebody begins to wait
   * for an earlier batch.
   *
   * @param needed the highest level that somebody waits for; {@code MEMORY} where nobody waits: the
   *     batch may then stay behind for a second, and a crash may lose it with all that follows
   */
  void commit(DurabilityLevel needed);

  /** Bytes appended and not yet durable, roughly; publishers are braked by it. */
  long uncommittedBytes();

  /**
   * Whether there is room to append what may be refused. Where there is none, removals still
   * succeed.
   */
  boolean hasRoom();

  /** Whether queued messages can be read back; where not, they have to be kept in memory. */
  boolean keepsQueues();

  /**
   * Asks for messages of a session's queue, answered with {@link Listener#onPage}. What has reached
   * {@link DurabilityLevel#OS} when this is called is found.
   *
   * @param fromSequence the first place in the queue that is wanted
   * @param messagesMax at least 1
   * @param bytesMax of messages, as {@code Publication.bytes()} counts; the page ends with the
   *     message that passes it
   */
  void readQueue(SessionKey session, long fromSequence, int messagesMax, int bytesMax);

  /** Hears of the batches of one journal, in order. */
  interface Listener {
    /** All positions up to this one have reached the level, and those below it. */
    void onDurable(DurabilityLevel reached, long upTo);

    /** The store failed: nothing from this position on is durable, nothing later will be. */
    void onFailed(long from, String why);

    /** What {@link #readQueue} found. */
    void onPage(QueuePage page);
  }
}

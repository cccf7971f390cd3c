package io.whimbrel.core.port;

/**
 * A shard's append-only promise book. Called only by its shard; answers on its shard's thread,
 * inside {@link #commit} or as a mailbox message.
 */
public interface Journal {
  /**
   * Adds a record to this turn's batch.
   *
   * @return a position greater than every earlier one of this journal
   */
  long append(JournalRecord record);

  /**
   * End of turn: what was appended becomes durable together or not at all, after every batch that
   * any shard committed before.
   */
  void commit();

  /** Bytes appended and not yet durable, roughly; publishers are braked by it. */
  long uncommittedBytes();

  /** Hears of the batches of one journal, in order. */
  interface Listener {
    /** All positions up to this one are as durable as configured. */
    void onDurable(long upTo);

    /** The store failed: nothing from this position on is durable, nothing later will be. */
    void onFailed(long from, String why);
  }
}

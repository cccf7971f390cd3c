package io.whimbrel.core.port;

import java.util.function.Consumer;

/** What a store remembers, read once before the broker serves. */
public interface Recovery {
  /** A store that remembers nothing. */
  Recovery EMPTY =
      new Recovery() {
        @Override
        public void load(Consumer<JournalRecord> visitor) {}

        @Override
        public long markMillis() {
          return 0;
        }

        @Override
        public long lastIncarnation() {
          return 0;
        }

        @Override
        public long lastVersion() {
          return 0;
        }
      };

  /**
   * Gives records that, applied in this order, make up the state that was durable. The records of a
   * session stand together, from its SessionOpened on; sessions come in the order of their
   * incarnations, messages in the order of the queue, and packet identifiers in the order they were
   * given, as far as it is known. A message comes as Queued, or as {@link JournalRecord.Stored}
   * where it can be read back later and belongs to no Shared Subscription.
   */
  void load(Consumer<JournalRecord> visitor);

  /** The newest broker time the store knows: the clock goes on from there, never back. */
  long markMillis();

  /** The greatest incarnation of a session ever used. */
  long lastIncarnation();

  /** The greatest version of a retained message ever used. */
  long lastVersion();
}

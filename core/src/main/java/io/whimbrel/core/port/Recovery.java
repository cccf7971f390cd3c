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
      };

  /** Gives records that, applied in this order, make up the state that was durable. */
  void load(Consumer<JournalRecord> visitor);

  /** The newest broker time the store knows: the clock goes on from there, never back. */
  long markMillis();
}

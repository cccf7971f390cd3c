package io.whimbrel.server.metrics;

/** What the store has done since the start; readable from any thread. */
public interface StoreVitals {
  /** Of a broker without a store. */
  StoreVitals NONE =
      new StoreVitals() {
        @Override
        public long batches() {
          return 0;
        }

        @Override
        public long bytes() {
          return 0;
        }

        @Override
        public long syncs() {
          return 0;
        }

        @Override
        public double syncSeconds() {
          return 0;
        }

        @Override
        public long pageMessages() {
          return 0;
        }
      };

  /** Batches written. */
  long batches();

  /** Bytes of them. */
  long bytes();

  /** Batches that were synced. */
  long syncs();

  /** How long those took, in all. */
  double syncSeconds();

  /** Queued messages read back. */
  long pageMessages();
}

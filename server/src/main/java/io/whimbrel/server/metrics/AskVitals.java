package io.whimbrel.server.metrics;

/** How another server that is asked about clients does. Read by any thread. */
public interface AskVitals {
  /** Where nobody is asked. */
  AskVitals NONE =
      new AskVitals() {
        @Override
        public long answered() {
          return 0;
        }

        @Override
        public long shared() {
          return 0;
        }

        @Override
        public long failed() {
          return 0;
        }

        @Override
        public long unasked() {
          return 0;
        }

        @Override
        public boolean isOpen() {
          return false;
        }
      };

  /** Questions that had an answer. */
  long answered();

  /** Questions that another one's answer, kept or under way, was the answer to. */
  long shared();

  /** Questions without an answer of use. */
  long failed();

  /** Questions that were not asked: too many at once, or the breaker is open. */
  long unasked();

  /** Whether it is left alone now, for not answering. */
  boolean isOpen();
}

package io.whimbrel.core.port;

/**
 * How much one connection may send. It is told what was read, and says how long nothing more may
 * be: nothing is ever dropped for a rate. Made for a connection that is established; told on its
 * shard's thread, though what is behind it may be shared by many.
 */
public interface Meter {
  /** Anything at any rate. */
  Meter FREE =
      new Meter() {
        @Override
        public long onPublish(long nowMillis) {
          return 0;
        }

        @Override
        public long onBytes(int bytes, long nowMillis) {
          return 0;
        }

        @Override
        public void close() {}
      };

  /**
   * A PUBLISH was read.
   *
   * @param nowMillis broker time
   * @return milliseconds for which nothing more is to be read; 0: go on
   */
  long onPublish(long nowMillis);

  /** So many bytes were read, of whatever they are; gives the same as {@link #onPublish}. */
  long onBytes(int bytes, long nowMillis);

  /** The connection is over; told once. */
  void close();
}

package io.whimbrel.core.connection;

/**
 * Why a connection is not read from just now. While any brake is on nothing is decoded, so nothing
 * can pile up behind it. Valid for the connection, owned by its shard.
 */
final class Brakes {
  /** One reason. */
  enum Brake {
    /** Acknowledgements wait for durability. */
    ACKNOWLEDGEMENTS,
    /** The peer does not read its own output. */
    OUTPUT,
    /** A lane to another shard, or the disk, is behind. */
    CONGESTION,
    /** The peer publishes faster than its rate. */
    RATE
  }

  private int on;

  /** Whether it was off before. */
  boolean set(Brake brake) {
    int before = on;
    on |= 1 << brake.ordinal();
    return on != before;
  }

  /** Whether it was on before. */
  boolean release(Brake brake) {
    int before = on;
    on &= ~(1 << brake.ordinal());
    return on != before;
  }

  boolean any() {
    return on != 0;
  }

  boolean isSet(Brake brake) {
    return (on & 1 << brake.ordinal()) != 0;
  }
}

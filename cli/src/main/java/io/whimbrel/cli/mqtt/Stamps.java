package io.whimbrel.cli.mqtt;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * When messages were sent, in their payloads: in the time of the day, so that another process can
 * read it, which goes on here as {@link System#nanoTime} does, so that no step of the clock is in a
 * latency. Immutable.
 */
final class Stamps {
  /** A payload has to have so many bytes. */
  static final int BYTES = 16;

  private static final long MAGIC = 0x7768696d6272656cL; // "whimbrel"

  private final long epochNanos = ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now());
  private final long beginNanos = System.nanoTime();

  /**
   * A payload, with a stamp where it has room for one.
   *
   * @param nanos as {@link System#nanoTime} says it
   */
  byte[] payload(int size, long nanos) {
    ByteBuffer payload = ByteBuffer.allocate(size);
    if (size >= BYTES) {
      payload.putLong(MAGIC).putLong(epochNanos + nanos - beginNanos);
    }
    return payload.array();
  }

  /** How long ago it was sent, or -1 where it does not say. */
  long age(byte[] payload) {
    if (payload.length < BYTES) {
      return -1;
    }
    ByteBuffer stamp = ByteBuffer.wrap(payload);
    return stamp.getLong() == MAGIC
        ? Math.max(0, epochNanos + System.nanoTime() - beginNanos - stamp.getLong())
        : -1;
  }
}

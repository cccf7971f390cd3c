package io.whimbrel.cli.mqtt;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * When messages were sent, in their payloads: in the time of the day, so that another process can
 * read it, which goes on here as {@link System#nanoTime} does, so that no step of the clock is in a
 * latency. Immutable.
 */
final class Stamps {
  /** A payload has to have so many bytes. */
  static final int BYTES = 16;

  private static final long ANYBODY = 0x7768696d6272656cL; // "whimbrel"

  private final long magic;

  private final long epochNanos = ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now());
  private final long beginNanos = System.nanoTime();

  private Stamps(long magic) {
    this.magic = magic;
  }

  /** Stamps that any process reads. */
  static Stamps shared() {
    return new Stamps(ANYBODY);
  }

  /** Stamps that nobody else makes, or takes for its own. */
  static Stamps own() {
    return new Stamps(new SplittableRandom().nextLong());
  }

  /**
   * A payload, with a stamp where it has room for one.
   *
   * @param nanos as {@link System#nanoTime} says it
   */
  byte[] payload(int size, long nanos) {
    ByteBuffer payload = ByteBuffer.allocate(size);
    if (size >= BYTES) {
      payload.putLong(magic).putLong(epochNanos + nanos - beginNanos);
    }
    return payload.array();
  }

  /** When it was sent, as {@link System#nanoTime} says it here; empty where it does not say. */
  OptionalLong sentAt(byte[] payload) {
    if (payload.length < BYTES) {
      return OptionalLong.empty();
    }
    ByteBuffer stamp = ByteBuffer.wrap(payload);
    return stamp.getLong() == magic
        ? OptionalLong.of(stamp.getLong() - epochNanos + beginNanos)
        : OptionalLong.empty();
  }
}

package io.whimbrel.core.shard;

import io.whimbrel.codec.TopicFilter;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.retain.RetainedMessages;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.session.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Removes retained messages whose Message Expiry Interval has passed, so that they do not fill the
 * broker until their topic is written again. Nobody is sent an expired message meanwhile. Walks the
 * tree in slices, not more often than its interval. Owned by its shard.
 */
final class RetainedSweep {
  private static final long INTERVAL_MILLIS = 10_000;
  private static final TopicFilter ALL = TopicFilter.of("#");

  private final Shard shard;
  private final Timer timer;
  private long earliest = Publication.NEVER;
  private long notBefore;
  private RetainedMessages.@Nullable Cursor<Publication> cursor;

  RetainedSweep(Shard shard) {
    this.shard = shard;
    this.timer = shard.timer(this::begin);
  }

  /** A message with an expiry was retained. */
  void expect(Publication retained) {
    if (retained.expiresAtMillis() < earliest) {
      earliest = retained.expiresAtMillis();
      if (cursor == null) {
        timer.arm(Math.max(earliest, notBefore));
      }
    }
  }

  private void begin() {
    notBefore = shard.now() + INTERVAL_MILLIS;
    earliest = Publication.NEVER;
    cursor = shard.retained().matching(ALL);
    step();
  }

  private void step() {
    RetainedMessages.Cursor<Publication> walk = cursor;
    if (walk == null) {
      return;
    }
    boolean finished =
        walk.advance(
            shard.limits().sliceMax(),
            topic -> {
              Publication retained = shard.retained().find(topic);
              if (retained != null) {
                examine(retained);
              }
            });
    if (!finished) {
      shard.nextTurn(this::step);
      return;
    }
    cursor = null;
    if (earliest != Publication.NEVER) {
      timer.arm(Math.max(earliest, notBefore));
    }
  }

  private void examine(Publication retained) {
    if (!retained.isExpired(shard.now())) {
      earliest = Math.min(earliest, retained.expiresAtMillis());
      return;
    }
    long version = shard.retained().removeVersioned(retained.topic(), retained);
    if (version > 0) {
      shard.append(new JournalRecord.Retained(retained.topic(), version, null));
      shard.observer().messageDropped(shard.shard(), DropReason.EXPIRED, retained.publisher());
    }
  }
}

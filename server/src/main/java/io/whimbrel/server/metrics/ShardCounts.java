package io.whimbrel.server.metrics;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What one shard has counted: written by its thread alone, so that counting is an addition and a
 * store, read by any. Room at both ends keeps the counts of two shards in different cache lines.
 */
public final class ShardCounts {
  private static final int ROOM = 16;

  private final AtomicLongArray places = new AtomicLongArray(Count.PLACES + 2 * ROOM);

  /** Counts so many more. */
  public void add(Count count, long more) {
    add(count.place(), more);
  }

  void add(int place, long more) {
    places.setRelease(ROOM + place, places.getPlain(ROOM + place) + more);
  }

  long at(int place) {
    return places.getAcquire(ROOM + place);
  }
}

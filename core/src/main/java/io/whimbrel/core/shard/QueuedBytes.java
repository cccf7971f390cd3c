package io.whimbrel.core.shard;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The bytes of queued messages that are in memory: each shard writes its own cell, all read the
 * sum, which may be a moment old.
 */
final class QueuedBytes {
  private final AtomicLongArray cells;

  QueuedBytes(int shards) {
    this.cells = new AtomicLongArray(shards);
  }

  /** Called by that shard alone. */
  void change(int shard, long bytes) {
    cells.lazySet(shard, cells.get(shard) + bytes);
  }

  long sum() {
    long bytes = 0;
    for (int i = 0; i < cells.length(); i++) {
      bytes += cells.get(i);
    }
    return bytes;
  }
}

package io.whimbrel.core.shard;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How many letters are on their way from each shard to each other one. A full lane stops publishers
 * of the sending shard, never the shards: mailboxes are always drained. Shared by all shards.
 */
final class Lanes {
  private final int shards;
  private final int most;
  private final AtomicIntegerArray letters;
  private final AtomicIntegerArray full;

  Lanes(int shards, int most) {
    this.shards = shards;
    this.most = most;
    this.letters = new AtomicIntegerArray(shards * shards);
    this.full = new AtomicIntegerArray(shards * shards);
  }

  void sent(int from, int to, int count) {
    letters.addAndGet(from * shards + to, count);
  }

  /** Whether the sender has to be told that a full lane has room again. */
  boolean received(int from, int to, int count) {
    int lane = from * shards + to;
    return letters.addAndGet(lane, -count) <= most / 2 && full.compareAndSet(lane, 1, 0);
  }

  /** Whether the lane, with what its sender has not posted yet, is full; then it will be told. */
  boolean isFull(int from, int to, int unposted) {
    int lane = from * shards + to;
    if (letters.get(lane) + unposted < most) {
      return false;
    }
    full.set(lane, 1);
    // Emptied meanwhile: nobody may be left to tell us.
    return letters.get(lane) + unposted > most / 2 || !full.compareAndSet(lane, 1, 0);
  }

  int letters(int from, int to) {
    return letters.get(from * shards + to);
  }
}

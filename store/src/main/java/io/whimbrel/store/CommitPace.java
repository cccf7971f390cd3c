package io.whimbrel.store;

import java.util.concurrent.TimeUnit;

/**
 * Whether the committer waits a little before it syncs, so that more share the sync: a sync costs
 * as much CPU as a dozen messages, and wears the disk. Waiting must not cost throughput: clients
 * that send when they are answered would send less. So both ways are tried by turns: where waiting
 * lets fewer batches come in the same time, the committer does not wait for ten seconds. Nor does
 * it where batches are large by themselves, or come so seldom that none would be met.
 *
 * <p>Used by the committer's thread alone.
 */
final class CommitPace {
  private static final long TRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int KEEP_TRIES = 50;
  private static final int LARGE = 64;
  private static final double WORTH = 3;
  private static final double SLOWER = 0.7;

  private final long delayNanos;
  private long tryBegan;
  private long syncs;
  private long batches;
  private boolean waiting;
  private int keep;
  private boolean doubted;
  private double eagerRate;

  /**
   * @param delayNanos how long to wait where it is worth it, 0 for never
   */
  CommitPace(long delayNanos) {
    this.delayNanos = delayNanos;
  }

  /** How long to wait for others from the first batch that waits for the disk. */
  long waitNanos() {
    return waiting ? delayNanos : 0;
  }

  /** A sync was done for so many batches that waited for it. */
  void synced(long nowNanos, int waited) {
    syncs++;
    batches += waited;
    long took = nowNanos - tryBegan;
    if (took < TRY_NANOS) {
      return;
    }
    if (took < 4 * TRY_NANOS) { // else nothing came for a while, and nothing is learnt
      judge(batches * 1e9 / took);
    } else {
      waiting = false;
      doubted = false;
      keep = 0;
    }
    tryBegan = nowNanos;
    syncs = 0;
    batches = 0;
  }

  private void judge(double rate) {
    if (keep > 0) {
      keep--;
      if (keep == 0) {
        waiting = false; // look again at how it is without
      }
      return;
    }
    if (!waiting) {
      eagerRate = rate;
      boolean large = batches >= LARGE * syncs;
      waiting = !large && rate * delayNanos / 1e9 >= WORTH;
      return;
    }
    boolean slower = rate < eagerRate * SLOWER;
    if (slower && !doubted) {
      doubted = true; // one sync that took long says nothing: once more
      return;
    }
    doubted = false;
    waiting = !slower;
    keep = KEEP_TRIES;
  }
}

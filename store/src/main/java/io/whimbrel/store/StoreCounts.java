package io.whimbrel.store;

import java.util.concurrent.atomic.LongAdder;

/** What the store has done since it was opened; from any thread. */
public final class StoreCounts {
  private final LongAdder batches = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder rows = new LongAdder();
  private final LongAdder syncs = new LongAdder();
  private final LongAdder syncNanos = new LongAdder();
  private final LongAdder pages = new LongAdder();
  private final LongAdder pageMessages = new LongAdder();

  StoreCounts() {}

  void written(long batchBytes, long batchRows) {
    batches.increment();
    bytes.add(batchBytes);
    rows.add(batchRows);
  }

  void synced(long nanos) {
    syncs.increment();
    syncNanos.add(nanos);
  }

  void read(int messages) {
    pages.increment();
    pageMessages.add(messages);
  }

  /** Batches written. */
  public long batches() {
    return batches.sum();
  }

  /** Bytes of those batches. */
  public long bytes() {
    return bytes.sum();
  }

  /** Rows put or deleted by them. */
  public long rows() {
    return rows.sum();
  }

  /** Batches that were synced. */
  public long syncs() {
    return syncs.sum();
  }

  /** How long writing and syncing those took, nanoseconds in all. */
  public long syncNanos() {
    return syncNanos.sum();
  }

  /** Pages of queues read back. */
  public long pages() {
    return pages.sum();
  }

  /** Messages in those pages. */
  public long pageMessages() {
    return pageMessages.sum();
  }
}

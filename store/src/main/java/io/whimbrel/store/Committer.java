package io.whimbrel.store;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.shard.ShardMail;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * The one thread that writes. It joins what all shards have handed over into one batch, writes it,
 * and syncs once if anybody waits for the disk; while it does, the next batch gathers. Batches of a
 * shard, and of all shards, are written in the order they were handed over.
 *
 * <p>What nobody waits for rides along, and is written and synced after {@link #LAZY_NANOS} at the
 * latest. After a failure nothing is written any more: what the disk holds of the last batch is not
 * known, and a second try of a failed sync would report success for pages that are gone.
 */
final class Committer implements Runnable {
  static final long LAZY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long MARK_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final int GROUP_BYTES_MAX = 4 * 1024 * 1024;
  private static final int LAZY_BYTES_MAX = 1024 * 1024;

  private final BatchSink sink;
  private final SyncedMark mark;
  private final FreeSpace space;
  private final LongSupplier brokerMillis;
  private final LongSupplier nanos;
  private final Consumer<String> onFailure;
  private final ConcurrentLinkedQueue<HandedBatch> handed = new ConcurrentLinkedQueue<>();
  private final List<ShardBook> books = new CopyOnWriteArrayList<>();
  private final StoreCounts counts;
  private final CommitPace pace;
  private volatile boolean asleep;
  private volatile boolean closing;
  private volatile @Nullable String failed;
  private volatile @Nullable Thread thread;

  // The thread's own.
  private final RowBatch rows = new RowBatch(64 * 1024);
  private final Set<ShardBook> joined = new LinkedHashSet<>();
  private DurabilityLevel needed = DurabilityLevel.MEMORY;
  private Tip tip;
  private long lastMarkNanos;
  private boolean dirty;
  private long dirtySinceNanos;
  private int awaited;
  private long awaitedSinceNanos;

  /**
   * @param found the tip that was found on disk
   * @param nanos the time that passes
   * @param onFailure told once, on the committer's thread, why the store is given up
   */
  Committer(
      BatchSink sink,
      SyncedMark mark,
      FreeSpace space,
      Tip found,
      LongSupplier brokerMillis,
      StoreCounts counts,
      CommitPace pace,
      LongSupplier nanos,
      Consumer<String> onFailure) {
    this.sink = sink;
    this.mark = mark;
    this.space = space;
    this.tip = found;
    this.brokerMillis = brokerMillis;
    this.counts = counts;
    this.pace = pace;
    this.nanos = nanos;
    this.onFailure = onFailure;
  }

  // ---------------------------------------------------------------- from any thread

  void add(ShardBook book) {
    books.add(book);
  }

  void hand(HandedBatch batch) {
    handed.add(batch);
    String why = failed;
    if (why != null) {
      handed.clear(); // nobody takes them out any more
      batch.book().tell(new ShardMail.Failed(batch.upTo(), why));
    } else if (asleep) {
      LockSupport.unpark(thread);
    }
  }

  boolean hasRoom() {
    return space.hasRoom();
  }

  /** Writes and syncs what was handed over, and ends the thread. */
  void close() {
    closing = true;
    LockSupport.unpark(thread);
  }

  /** Gives the store up; what waits will not be acknowledged. */
  void fail(String why) {
    synchronized (this) {
      if (failed != null) {
        return;
      }
      failed = why;
    }
    LockSupport.unpark(thread);
    books.forEach(book -> book.tell(new ShardMail.Failed(0, why)));
    onFailure.accept(why);
  }

  // ---------------------------------------------------------------- the thread

  @Override
  public void run() {
    thread = Thread.currentThread();
    lastMarkNanos = nanos.getAsLong();
    try {
      while (failed == null && step()) {}
    } catch (RocksDBException e) {
      fail(String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error e) {
      fail(e.toString());
    }
    handed.clear();
  }

  /** Whether there is more to come. */
  private boolean step() throws RocksDBException {
    boolean last = closing; // what is handed over before this is seen below
    gather();
    long now = nanos.getAsLong();
    boolean due = dirty && now - dirtySinceNanos >= LAZY_NANOS;
    boolean markDue = now - lastMarkNanos >= MARK_NANOS;
    boolean full = rows.bytes() >= LAZY_BYTES_MAX;
    if (needed == DurabilityLevel.DISK && !last && waitForOthers(now)) {
      return true;
    }
    if (needed != DurabilityLevel.MEMORY || due || markDue || full || (last && dirty)) {
      commit(needed == DurabilityLevel.DISK || due || last, now);
      return true;
    }
    if (last && handed.isEmpty()) {
      return false;
    }
    space.lookAgain(now);
    long next = dirty ? dirtySinceNanos + LAZY_NANOS : lastMarkNanos + MARK_NANOS;
    sleep(space.hasRoom() ? next - now : Math.min(next - now, LAZY_NANOS));
    return true;
  }

  /** Whether it has waited, so that there may be more in the mailbox now. */
  private boolean waitForOthers(long now) {
    long left = awaitedSinceNanos + pace.waitNanos() - now;
    if (left <= 0 || rows.bytes() >= GROUP_BYTES_MAX) {
      return false;
    }
    LockSupport.parkNanos(this, left); // nobody wakes it for a batch: it looks by itself
    return true;
  }

  private void gather() {
    while (rows.bytes() < GROUP_BYTES_MAX) {
      HandedBatch batch = handed.poll();
      if (batch == null) {
        return;
      }
      if (rows.count() == 0) {
        tip.writeTo(rows); // its place; the numbers follow when the batch is whole
      }
      batch.book().joined(batch);
      joined.add(batch.book());
      RowBatch part = batch.rows();
      if (part != null) {
        rows.addAll(part);
        if (!dirty) {
          dirty = true;
          dirtySinceNanos = nanos.getAsLong();
        }
      }
      batch.book().giveBack(part);
      if (batch.needed() == DurabilityLevel.DISK && awaited++ == 0) {
        awaitedSinceNanos = nanos.getAsLong();
      }
      if (batch.needed().compareTo(needed) > 0) {
        needed = batch.needed();
      }
      tip =
          new Tip(
              tip.batch(),
              tip.synced(),
              tip.markMillis(),
              Math.max(tip.lastIncarnation(), batch.lastIncarnation()),
              Math.max(tip.lastVersion(), batch.lastVersion()));
    }
  }

  private void commit(boolean sync, long now) throws RocksDBException {
    if (rows.count() == 0) {
      tip.writeTo(rows);
    }
    boolean onlyTip = rows.count() == 1;
    if (onlyTip && sync && !markIsDue(now)) {
      if (dirty) {
        sink.sync(); // somebody begins to wait for what was written before
        mark.set(tip.batch());
      }
    } else if (!onlyTip || markIsDue(now)) {
      tip =
          new Tip(
              tip.batch() + 1,
              mark.get(),
              Math.max(tip.markMillis(), brokerMillis.getAsLong()),
              tip.lastIncarnation(),
              tip.lastVersion());
      tip.writeOver(rows);
      sink.write(rows.serialised(), sync);
      if (sync) {
        mark.set(tip.batch());
      }
      counts.written(rows.bytes(), rows.count());
      space.used(rows.bytes(), now);
      lastMarkNanos = now;
    }
    if (sync) {
      long done = nanos.getAsLong();
      counts.synced(done - now);
      pace.synced(done, awaited);
      awaited = 0;
      dirty = false;
    } else if (!onlyTip) {
      dirty = true;
    }
    DurabilityLevel level = dirty ? DurabilityLevel.OS : DurabilityLevel.DISK;
    rows.clear();
    needed = DurabilityLevel.MEMORY;
    joined.forEach(book -> book.reached(level));
    joined.clear();
  }

  private boolean markIsDue(long now) {
    return now - lastMarkNanos >= MARK_NANOS;
  }

  private void sleep(long nanos) {
    asleep = true;
    if (handed.isEmpty() && !closing && failed == null && nanos > 0) {
      LockSupport.parkNanos(this, nanos);
    }
    asleep = false;
  }
}

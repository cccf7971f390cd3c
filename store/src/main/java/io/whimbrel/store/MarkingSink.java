package io.whimbrel.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the database, and now and then tells the mark how far its MANIFEST went: a flush or a
 * compaction is on disk for good then. Used by the committer's thread.
 */
final class MarkingSink implements BatchSink {
  private static final Logger LOG = LoggerFactory.getLogger(MarkingSink.class);
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final BatchSink database;
  private final Path directory;
  private final SyncedMark mark;
  private long lookedNanos = System.nanoTime();

  MarkingSink(BatchSink database, Path directory, SyncedMark mark) {
    this.database = database;
    this.directory = directory;
    this.mark = mark;
  }

  @Override
  public void write(byte[] batch, boolean sync) throws RocksDBException {
    database.write(batch, sync);
    long now = System.nanoTime();
    if (now - lookedNanos > EVERY_NANOS) {
      lookedNanos = now;
      look(directory, mark);
    }
  }

  @Override
  public void sync() throws RocksDBException {
    database.sync();
  }

  /** A look that fails leaves the mark where it is, which is never too far. */
  static void look(Path directory, SyncedMark mark) {
    try {
      Manifest.of(directory).mark(mark);
    } catch (StoreException | IOException e) {
      LOG.warn("The MANIFEST cannot be looked at: {}", e.getMessage());
    }
  }
}

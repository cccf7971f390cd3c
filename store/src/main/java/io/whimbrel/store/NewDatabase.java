package io.whimbrel.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;

/**
 * A database that is made beside the one of a data directory, and takes its place when it is whole.
 * What was there before is kept in {@link Salvage}. Used by one thread.
 */
final class NewDatabase implements AutoCloseable {
  private static final int BATCH_BYTES = 1024 * 1024;

  private final Path work;
  private final String command;
  private final Database database;
  private final RowBatch rows = new RowBatch(BATCH_BYTES);
  private boolean closed;

  /**
   * @param work a directory for it alone; whatever is there is what an earlier try left
   * @param command that makes it
   */
  NewDatabase(Path work, String command) throws IOException, RocksDBException {
    this.work = work;
    this.command = command;
    if (Files.exists(work)) {
      Opening.deleteAll(work);
    }
    Files.createDirectories(work);
    database = Database.open(Store.databaseIn(work));
  }

  /** Where rows are added; {@link #added} afterwards. */
  RowBatch rows() {
    return rows;
  }

  void added() throws RocksDBException {
    if (rows.bytes() >= BATCH_BYTES) {
      write();
    }
  }

  private void write() throws RocksDBException {
    if (rows.count() > 0) {
      database.write(rows.serialised(), false);
      rows.clear();
    }
  }

  /** What was added so far, to be read back. */
  Database written() throws RocksDBException {
    write();
    return database;
  }

  /** Ends it with this tip, and puts it in its place. */
  void install(Path directory, Tip tip) throws IOException, RocksDBException {
    write();
    tip.writeTo(rows);
    database.write(rows.serialised(), true);
    rows.clear();
    for (int family = 0; family < Layout.FAMILIES.size(); family++) {
      database.flush(family); // so that a mark has nothing to wait for
    }
    database.close();
    closed = true;
    put(directory, tip);
    Opening.deleteAll(work);
  }

  private void put(Path directory, Tip tip) throws IOException {
    Names.sync(Store.databaseIn(work));
    new Exchange(directory, command)
        .run(
            Store.databaseIn(work),
            () -> {
              SyncedMark mark = SyncedMark.open(Store.markIn(directory));
              mark.setManifest(0, 0);
              mark.set(tip.batch());
              MarkingSink.look(directory, mark);
              mark.force();
            });
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      database.close();
      Opening.deleteAll(work);
    }
  }
}

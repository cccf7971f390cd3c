package io.whimbrel.store;

import io.whimbrel.core.port.JournalRecord;
import java.io.IOException;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;

/**
 * A store that is made of records in a directory that has none: whole, when {@link #finish} has
 * returned, or not at all. Used by one thread.
 */
public final class StoreWriting implements AutoCloseable {
  private final HeldDirectory held;
  private final NewDatabase made;
  private final RecordWriter writer = new RecordWriter();

  private StoreWriting(HeldDirectory held) throws IOException, RocksDBException {
    this.held = held;
    this.made = new NewDatabase(held.directory().resolve("importing"), "import");
  }

  /**
   * Takes a directory for a new store, and makes it where there is none.
   *
   * @throws StoreException where it is in use, or holds a store
   */
  public static StoreWriting into(Path directory) throws StoreException {
    return Trouble.told(
        directory,
        () -> {
          HeldDirectory.requireRoom(directory);
          HeldDirectory held = HeldDirectory.forStore(directory);
          boolean done = false;
          try {
            StoreWriting writing = new StoreWriting(held);
            done = true;
            return writing;
          } finally {
            if (!done) {
              held.close();
            }
          }
        });
  }

  /** Adds a record; those of a session stand together. */
  public void add(JournalRecord record) throws StoreException {
    Trouble.told(
        held.directory(),
        () -> {
          writer.write(record, made.rows());
          made.added();
          return record;
        });
  }

  /** Ends it. What no record says of the greatest numbers ever used, the moment does. */
  public void finish(StoreMoment moment) throws StoreException {
    Trouble.told(
        held.directory(),
        () -> {
          made.install(
              held.directory(),
              new Tip(
                  1,
                  0,
                  moment.timeMillis(),
                  Math.max(moment.lastIncarnation(), writer.lastIncarnation()),
                  Math.max(moment.lastVersion(), writer.lastVersion())));
          return moment;
        });
  }

  @Override
  public void close() throws StoreException {
    Trouble.told(
        held.directory(),
        () -> {
          made.close();
          held.close();
          return held;
        });
  }
}

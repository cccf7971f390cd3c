package io.whimbrel.store;

import io.whimbrel.core.port.JournalRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.rocksdb.RocksDBException;

/** All that a stopped store or a backup holds, to be copied elsewhere; used by one thread. */
public final class StoreReading implements AutoCloseable {
  private final HeldDirectory held;
  private final Database database;
  private final Tip tip;

  private StoreReading(HeldDirectory held) throws StoreException, IOException, RocksDBException {
    this.held = held;
    new Opening(held.directory(), SyncedMark.read(Store.markIn(held.directory()))).prepare();
    database = Database.openReadOnly(held.database());
    boolean done = false;
    try {
      tip = database.tip();
      done = true;
    } finally {
      if (!done) {
        database.close();
      }
    }
  }

  /**
   * Takes a directory for reading; a torn tail is cut off as a broker would.
   *
   * @throws StoreException where it is in use, damaged, or holds no store
   */
  public static StoreReading open(Path directory) throws StoreException {
    return Trouble.told(
        directory,
        () -> {
          HeldDirectory held = HeldDirectory.withStore(directory);
          boolean done = false;
          try {
            StoreReading reading = new StoreReading(held);
            done = true;
            return reading;
          } finally {
            if (!done) {
              held.close();
            }
          }
        });
  }

  /** What it says of itself. */
  public StoreMoment moment() {
    return StoreMoment.of(tip);
  }

  /**
   * Gives all records in the order of {@link io.whimbrel.core.port.Recovery#load}, messages whole.
   *
   * @param progress hears now and then how far it is
   */
  public void load(Consumer<JournalRecord> visitor, Consumer<String> progress)
      throws StoreException {
    Trouble.told(
        held.directory(),
        () -> {
          new StoreRecovery(
                  held.directory(),
                  database,
                  tip,
                  new LoadProgress(progress),
                  StoreRecovery.Purpose.COPY)
              .load(visitor);
          return tip;
        });
  }

  @Override
  public void close() throws StoreException {
    Trouble.told(
        held.directory(),
        () -> {
          database.close();
          held.close();
          return tip;
        });
  }
}

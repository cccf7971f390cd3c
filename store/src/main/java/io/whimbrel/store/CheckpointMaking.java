package io.whimbrel.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;

/** Makes a data directory of a database that is in use. */
final class CheckpointMaking {
  private static final String PARTIAL = ".partial";

  private final Database database;
  private final SyncedMark mark;

  /**
   * @param mark of the database
   */
  CheckpointMaking(Database database, SyncedMark mark) {
    this.database = database;
    this.mark = mark;
  }

  void make(Path to) throws IOException, RocksDBException {
    if (Files.exists(to)) {
      throw new FileAlreadyExistsException(to.toString());
    }
    Path partial = partial(to);
    if (Files.exists(partial)) {
      Opening.deleteAll(partial);
    }
    boolean done = false;
    try {
      Files.createDirectories(partial);
      database.sync();
      long safe = mark.get(); // what comes meanwhile may be in it, and is promised to nobody there
      database.checkpoint(Store.databaseIn(partial));
      FormatFile.write(partial);
      SyncedMark copy = SyncedMark.open(Store.markIn(partial));
      copy.set(safe);
      MarkingSink.look(partial, copy);
      copy.force();
      Files.move(partial, to);
      done = true;
    } finally {
      if (!done && Files.exists(partial)) {
        Opening.deleteAll(partial);
      }
    }
  }

  /** Where it is made until it is whole. */
  static Path partial(Path to) {
    return to.resolveSibling(to.getFileName() + PARTIAL);
  }
}

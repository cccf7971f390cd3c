package io.whimbrel.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is looked at before RocksDB may write: it forgives more than this store may, and what it
 * takes for superfluous it deletes. A torn tail is cut off, and kept; damage is left as it is.
 */
final class Opening {
  private static final Logger LOG = LoggerFactory.getLogger(Opening.class);
  private static final String TABLES = ".sst";

  private final Path directory;
  private final Path database;
  private final SyncedMark mark;

  /**
   * @param mark what is known to have been on disk
   */
  Opening(Path directory, SyncedMark mark) {
    this.directory = directory;
    this.database = Store.databaseIn(directory);
    this.mark = mark;
  }

  /**
   * Sees to it that nothing but what was promised to nobody is missing.
   *
   * @return the number of the last batch, which has to be there when the database is open
   */
  long prepare() throws StoreException, IOException, RocksDBException {
    if (isNew()) {
      return 0;
    }
    LogTail tail = read(directory, mark);
    LogTail.Place broken = tail.broken();
    if (tail.isDamaged()) {
      throw damaged(directory, tail);
    }
    if (broken != null) {
      cut(tail, broken);
    }
    return tail.last();
  }

  /** What the logs of a data directory hold, held against its tables and the mark. */
  static LogTail read(Path directory, SyncedMark mark)
      throws StoreException, IOException, RocksDBException {
    Path database = Store.databaseIn(directory);
    Manifest.of(directory).check(directory, mark);
    return LogTail.read(database, flushed(database), mark.get());
  }

  /** The last batch whose tip is in the tables. */
  private static long flushed(Path database) throws IOException, RocksDBException {
    Path logs = Files.createTempDirectory("whimbrel-logs");
    try {
      for (Path log : LogTail.logs(database)) {
        allocate(logs.resolve(log.getFileName()), Files.size(log));
      }
      return Database.tipOfTables(database, logs).batch();
    } finally {
      deleteAll(logs);
    }
  }

  /** A file of zeros that takes no room. */
  static void allocate(Path file, long size) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      if (size > 0) {
        channel.write(ByteBuffer.allocate(1), size - 1);
      }
    }
  }

  static StoreException damaged(Path directory, LogTail tail) {
    LogTail.Place broken = tail.broken();
    return Trouble.damaged(
        directory,
        broken == null
            ? String.format(
                Locale.ROOT, "its logs end with batch %d; %s", tail.last(), tail.missing())
            : String.format(Locale.ROOT, "%s; %s; %s", broken, tail.missing(), tail.behind()));
  }

  /** Whether nothing was ever written; a crash may have ended the making of it. */
  private boolean isNew() throws IOException, StoreException {
    if (Files.exists(database.resolve("CURRENT"))) {
      return false;
    }
    if (mark.get() > 0 && !Files.isDirectory(database)) {
      throw Trouble.damaged(directory, database + " is gone");
    }
    return mark.get() == 0 && !holdsRows();
  }

  private boolean holdsRows() throws IOException {
    try (Stream<Path> files = Files.list(database)) {
      return files.anyMatch(
          file -> file.toString().endsWith(TABLES) || file.toString().endsWith(".log"));
    } catch (NoSuchFileException none) {
      return false;
    }
  }

  private void cut(LogTail tail, LogTail.Place broken) throws IOException {
    Salvage salvage = new Salvage(directory);
    Path kept = salvage.cutOff(broken.file(), broken.at());
    List<Path> moved = new ArrayList<>();
    for (Path behind : tail.filesBehind()) {
      moved.add(salvage.moveTorn(behind));
    }
    LOG.warn(
        "The log of the store ended in what was not written whole and had been promised to nobody:"
            + " {}. It was cut off there and is kept in {}{}; the last batch is {}",
        broken,
        kept,
        moved.isEmpty() ? "" : " and " + moved,
        tail.last());
  }

  static void deleteAll(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

package io.whimbrel.store;

import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.SessionKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB with the options of this store, and all that has to be freed with it. Whoever closes it
 * has seen to it that no iterator is left: closing under one ends the process.
 */
final class Database implements BatchSink, AutoCloseable {
  private static final long BLOCK_CACHE_BYTES = 32L * 1024 * 1024;
  private static final long MEMTABLE_BYTES = 32L * 1024 * 1024;
  private static final long LOG_BYTES_MAX = 256L * 1024 * 1024;
  private static final long INFO_LOG_BYTES_MAX = 4L * 1024 * 1024;

  static {
    NativeLibrary.load();
  }

  private final List<AutoCloseable> owned = new ArrayList<>();
  private final List<ColumnFamilyHandle> families = new ArrayList<>();
  private final RocksDB db;
  private final WriteOptions synced;
  private final WriteOptions written;

  /** What it is opened for. */
  private enum Purpose {
    WRITING,
    READING,
    /** To read what can be read of a damaged one. */
    SALVAGE
  }

  private Database(Path directory, Purpose purpose, List<String> names, Path logs)
      throws RocksDBException {
    boolean readOnly = purpose != Purpose.WRITING;
    boolean done = false;
    try {
      Cache cache = own(new LRUCache(BLOCK_CACHE_BYTES));
      synced = own(new WriteOptions().setSync(true));
      written = own(new WriteOptions().setSync(false));
      List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
      for (String name : names) {
        ColumnFamilyOptions options = own(familyOptions(cache));
        if (name.equals(Layout.FAMILIES.get(Layout.RETAINED))) {
          options.setMergeOperatorName("max"); // the greatest version, whatever the order
        }
        descriptors.add(
            new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.US_ASCII), options));
      }
      DBOptions options = own(databaseOptions(purpose).setWalDir(logs.toString()));
      db =
          readOnly
              ? RocksDB.openReadOnly(options, directory.toString(), descriptors, families)
              : RocksDB.open(options, directory.toString(), descriptors, families);
      done = true;
    } finally {
      if (!done) {
        free();
      }
    }
  }

  /** Opens it for reading and writing, and makes it where there is none. */
  static Database open(Path directory) throws RocksDBException {
    return new Database(directory, Purpose.WRITING, Layout.FAMILIES, directory);
  }

  /** Opens what is there for reading alone, beside whoever writes it. */
  static Database openReadOnly(Path directory) throws RocksDBException {
    return new Database(directory, Purpose.READING, Layout.FAMILIES, directory);
  }

  /** Opens for reading what others refuse because of files that are missing or damaged. */
  static Database openDamaged(Path directory, Path logs) throws RocksDBException {
    return new Database(directory, Purpose.SALVAGE, Layout.FAMILIES, logs);
  }

  /**
   * The tip as it is in the tables alone.
   *
   * @param logs a directory with empty logs in place of the real ones, of the same names and sizes
   */
  static Tip tipOfTables(Path directory, Path logs) throws RocksDBException {
    try (Database tables =
        new Database(
            directory, Purpose.READING, Layout.FAMILIES.subList(0, Layout.DEFAULT + 1), logs)) {
      return tables.tip();
    }
  }

  private static DBOptions databaseOptions(Purpose purpose) {
    Properties unlisted = new Properties(); // for which the library has no method
    // A log that was synced and is needed must be there when it is opened again.
    unlisted.setProperty("track_and_verify_wals_in_manifest", "true");
    DBOptions options = DBOptions.getDBOptionsFromProps(unlisted);
    if (options == null) {
      throw new IllegalStateException("RocksDB does not know " + unlisted);
    }
    return options
        .setCreateIfMissing(purpose == Purpose.WRITING)
        .setCreateMissingColumnFamilies(purpose == Purpose.WRITING)
        // A record cut off at the very end is a torn tail; Opening looks after all other cases.
        .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
        .setMaxTotalWalSize(LOG_BYTES_MAX)
        .setMaxBackgroundJobs(2)
        .setBytesPerSync(1024 * 1024)
        .setParanoidChecks(purpose != Purpose.SALVAGE)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setMaxLogFileSize(INFO_LOG_BYTES_MAX)
        .setKeepLogFileNum(4)
        .setStatsDumpPeriodSec(0);
  }

  private static ColumnFamilyOptions familyOptions(Cache cache) {
    return new ColumnFamilyOptions()
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setWriteBufferSize(MEMTABLE_BYTES)
        .setTableFormatConfig(new BlockBasedTableConfig().setBlockCache(cache));
  }

  private <T extends AutoCloseable> T own(T resource) {
    owned.add(resource);
    return resource;
  }

  @Override
  public void write(byte[] batch, boolean sync) throws RocksDBException {
    try (WriteBatch rows = new WriteBatch(batch)) {
      db.write(sync ? synced : written, rows);
    }
  }

  @Override
  public void sync() throws RocksDBException {
    db.syncWal();
  }

  /** The tip of the newest batch it has. */
  Tip tip() throws RocksDBException {
    byte[] value = db.get(families.get(Layout.DEFAULT), Layout.TIP);
    return value == null ? Tip.NONE : Tip.read(new ReadBytes(value));
  }

  /** Whether a message is in a queue. */
  boolean holds(long incarnation, long sequence) throws RocksDBException {
    return db.get(families.get(Layout.QUEUE), Layout.queueKey(incarnation, sequence)) != null;
  }

  /** A message of a queue that is there. */
  JournalRecord.Queued queued(SessionKey session, long sequence) throws RocksDBException {
    byte[] row =
        db.get(families.get(Layout.QUEUE), Layout.queueKey(session.incarnation(), sequence));
    if (row == null) {
      throw new BrokenRowException("message " + sequence + " is gone");
    }
    return MessageRow.readQueued(session, sequence, new ReadBytes(row));
  }

  /** Writes what is in memory of a family into a table; another log begins. */
  void flush(int family) throws RocksDBException {
    try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
      db.flush(options, families.get(family));
    }
  }

  /** The names of the files that hold its tables. */
  List<String> tables() {
    return db.getLiveFilesMetaData().stream()
        .map(table -> table.fileName().replaceFirst("^/", ""))
        .toList();
  }

  /** The number of the oldest log of which something is not in a table. */
  long oldestLog() throws RocksDBException {
    return Long.parseLong(db.getProperty("rocksdb.min-log-number-to-keep"));
  }

  /** Leaves one version of each row, wherever it came from. */
  void compact() throws RocksDBException {
    for (ColumnFamilyHandle family : families) {
      db.compactRange(family);
    }
  }

  void delete(int family, byte[] key) throws RocksDBException {
    db.delete(families.get(family), key);
  }

  /** From the first key, inclusive, to the other, exclusive. */
  void deleteRange(int family, byte[] from, byte[] to) throws RocksDBException {
    db.deleteRange(families.get(family), from, to);
  }

  /** Another directory with all that was written, its tables under a second name if possible. */
  void checkpoint(Path to) throws RocksDBException {
    try (Checkpoint made = Checkpoint.create(db)) {
      made.createCheckpoint(to.toString());
    }
  }

  /** All rows of a family; whoever iterates closes it, and asks for its status at the end. */
  RocksIterator rows(int family, ReadOptions options) {
    return db.newIterator(families.get(family), options);
  }

  @Override
  public void close() {
    families.forEach(ColumnFamilyHandle::close);
    db.close();
    free();
  }

  private void free() {
    for (int i = owned.size() - 1; i >= 0; i--) {
      try {
        owned.get(i).close();
      } catch (Exception e) {
        throw new IllegalStateException(e); // none of them throws
      }
    }
  }
}

package io.whimbrel.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
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
    RocksDB.loadLibrary();
  }

  private final List<AutoCloseable> owned = new ArrayList<>();
  private final List<ColumnFamilyHandle> families = new ArrayList<>();
  private final RocksDB db;
  private final WriteOptions synced;
  private final WriteOptions written;

  private Database(Path directory, boolean readOnly) throws RocksDBException {
    boolean done = false;
    try {
      Cache cache = own(new LRUCache(BLOCK_CACHE_BYTES));
      synced = own(new WriteOptions().setSync(true));
      written = own(new WriteOptions().setSync(false));
      List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
      for (String name : Layout.FAMILIES) {
        ColumnFamilyOptions options = own(familyOptions(cache));
        if (name.equals(Layout.FAMILIES.get(Layout.RETAINED))) {
          options.setMergeOperatorName("max"); // the greatest version, whatever the order
        }
        descriptors.add(
            new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.US_ASCII), options));
      }
      DBOptions options = own(databaseOptions(readOnly));
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
    return new Database(directory, false);
  }

  /** Opens what is there for reading alone. */
  static Database openReadOnly(Path directory) throws RocksDBException {
    return new Database(directory, true);
  }

  private static DBOptions databaseOptions(boolean readOnly) {
    return new DBOptions()
        .setCreateIfMissing(!readOnly)
        .setCreateMissingColumnFamilies(!readOnly)
        // A record cut off at the very end is a torn tail; LogTail looks after all other cases.
        .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
        .setMaxTotalWalSize(LOG_BYTES_MAX)
        .setMaxBackgroundJobs(2)
        .setBytesPerSync(1024 * 1024)
        .setParanoidChecks(true)
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

  void delete(int family, byte[] key) throws RocksDBException {
    db.delete(families.get(family), key);
  }

  /** From the first key, inclusive, to the other, exclusive. */
  void deleteRange(int family, byte[] from, byte[] to) throws RocksDBException {
    db.deleteRange(families.get(family), from, to);
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

package io.whimbrel.store;

import org.rocksdb.RocksDBException;

/** Where the committer writes; called by one thread at a time. */
interface BatchSink {
  /**
   * Writes a batch whole or not at all.
   *
   * @param sync whether it, and all before it, has to be on disk when this returns
   */
  void write(byte[] batch, boolean sync) throws RocksDBException;

  /** Brings to the disk what was written before. */
  void sync() throws RocksDBException;
}

package io.whimbrel.store;

/**
 * Changes of rows in the form of RocksDB's own write batch, without its header, so that what a
 * shard writes in a turn is only copied afterwards. Numbers of operations as in RocksDB's {@code
 * dbformat.h} (ValueType), which its replication and its log keep stable; {@code RowBatchTest}
 * compares with the library's own.
 *
 * <pre>
 * operation, column family (varint32), key (varint32 length, bytes), [value likewise]
 * </pre>
 */
final class RowBatch {
  static final int HEADER_BYTES = 12;

  static final int DELETE = 0x04;
  static final int PUT = 0x05;
  static final int MERGE = 0x06;
  static final int SINGLE_DELETE = 0x08;
  static final int DELETE_RANGE = 0x0E;

  private final WriteBytes rows;
  private final WriteBytes key = new WriteBytes(64);
  private final WriteBytes value = new WriteBytes(256);
  private int count;

  RowBatch(int capacity) {
    rows = new WriteBytes(capacity);
  }

  /** An empty key to be filled for the next operation. */
  WriteBytes key() {
    key.clear();
    return key;
  }

  /** An empty value to be filled for the next operation. */
  WriteBytes value() {
    value.clear();
    return value;
  }

  void put(int family) {
    operation(PUT, family);
    block(value);
  }

  /** The value joins what is there by the family's merge operator. */
  void merge(int family) {
    operation(MERGE, family);
    block(value);
  }

  void delete(int family) {
    operation(DELETE, family);
  }

  /** Deletes a row that was put exactly once. */
  void deleteOnce(int family) {
    operation(SINGLE_DELETE, family);
  }

  /** Deletes from the key, inclusive, to the value, exclusive. */
  void deleteRange(int family) {
    operation(DELETE_RANGE, family);
    block(value);
  }

  private void operation(int operation, int family) {
    rows.oneByte(operation);
    rows.varint(family);
    block(key);
    count++;
  }

  private void block(WriteBytes source) {
    rows.varint(source.size());
    rows.raw(source.array(), 0, source.size());
  }

  /** How many operations. */
  int count() {
    return count;
  }

  /** Bytes of them. */
  int bytes() {
    return rows.size();
  }

  /** Puts what another has behind its own. */
  void addAll(RowBatch other) {
    rows.raw(other.rows.array(), 0, other.rows.size());
    count += other.count;
  }

  /** Replaces its first rows by others of the same length. */
  void overwrite(RowBatch first) {
    rows.overwrite(first.rows);
  }

  void clear() {
    rows.clear();
    count = 0;
  }

  /** As RocksDB reads it: sequence number, which it sets itself, count, operations. */
  byte[] serialised() {
    WriteBytes all = new WriteBytes(HEADER_BYTES + rows.size());
    all.skip(HEADER_BYTES);
    all.littleEndian(8, count, 4);
    all.raw(rows.array(), 0, rows.size());
    return all.array();
  }
}

package io.whimbrel.store;

import java.util.Arrays;
import java.util.function.Consumer;

/** Reads a record of the write-ahead log: a write batch, as {@link RowBatch} makes them. */
final class LogBatch {
  private static final byte[] NONE = new byte[0];

  private LogBatch() {}

  /** What is done to a row. */
  enum Action {
    PUT,
    MERGE,
    DELETE,
    /** From the key, inclusive, to the value, exclusive. */
    DELETE_RANGE
  }

  /** One change of a row; the value is empty where there is none. */
  record Change(Action action, int family, byte[] key, byte[] value) {
    /** Whether this is the row that says which batch it is in. */
    boolean isTip() {
      return action == Action.PUT && family == Layout.DEFAULT && Arrays.equals(key, Layout.TIP);
    }

    Tip tip() {
      return Tip.read(new ReadBytes(value));
    }
  }

  /**
   * Gives the changes of a batch in their order.
   *
   * @throws BrokenRowException where it is none, which no checksum would let through
   */
  static void read(byte[] record, Consumer<Change> changes) {
    ReadBytes bytes = new ReadBytes(record);
    bytes.skip(RowBatch.HEADER_BYTES);
    int expected = littleEndian(record, 8);
    int count = 0;
    while (!bytes.isEmpty()) {
      if (readChange(bytes, changes)) {
        count++;
      }
    }
    if (count != expected) {
      throw new BrokenRowException("a batch of " + expected + " rows has " + count);
    }
  }

  /** The tip of a batch; {@link Tip#NONE} where it has none, as what tidies up after a load. */
  static Tip tip(byte[] record) {
    Tip[] found = {Tip.NONE};
    read(
        record,
        change -> {
          if (change.isTip()) {
            found[0] = change.tip();
          }
        });
    return found[0];
  }

  /** The numbers without a family stand for {@link Layout#DEFAULT}; whether it counts as a row. */
  private static boolean readChange(ReadBytes bytes, Consumer<Change> changes) {
    int operation = bytes.oneByte();
    switch (operation) {
      case 0x00, 0x07 -> changes.accept(keyed(Action.DELETE, Layout.DEFAULT, bytes));
      case 0x01 -> changes.accept(valued(Action.PUT, Layout.DEFAULT, bytes));
      case 0x02 -> changes.accept(valued(Action.MERGE, Layout.DEFAULT, bytes));
      case 0x0F -> changes.accept(valued(Action.DELETE_RANGE, Layout.DEFAULT, bytes));
      case RowBatch.DELETE, RowBatch.SINGLE_DELETE ->
          changes.accept(keyed(Action.DELETE, bytes.varint(), bytes));
      case RowBatch.PUT -> changes.accept(valued(Action.PUT, bytes.varint(), bytes));
      case RowBatch.MERGE -> changes.accept(valued(Action.MERGE, bytes.varint(), bytes));
      case RowBatch.DELETE_RANGE ->
          changes.accept(valued(Action.DELETE_RANGE, bytes.varint(), bytes));
      case 0x03 -> {
        bytes.block(); // a remark
        return false;
      }
      case 0x0D -> {
        return false; // nothing
      }
      default -> throw new BrokenRowException("an operation that is not known: " + operation);
    }
    return true;
  }

  private static Change keyed(Action action, int family, ReadBytes bytes) {
    return new Change(action, family, bytes.block(), NONE);
  }

  private static Change valued(Action action, int family, ReadBytes bytes) {
    byte[] key = bytes.block();
    return new Change(action, family, key, bytes.block());
  }

  private static int littleEndian(byte[] bytes, int at) {
    int value = 0;
    for (int i = 3; i >= 0; i--) {
      value = value << 8 | (bytes[at + i] & 0xFF);
    }
    return value;
  }
}

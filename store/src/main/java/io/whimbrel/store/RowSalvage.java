package io.whimbrel.store;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractRocksIterator;
import org.rocksdb.RocksDBException;

/**
 * Reads rows around what cannot be read. Behind a block that is damaged the next one that is not is
 * looked for by its key: by steps that double, and then by halves.
 */
final class RowSalvage {
  /**
   * Keys are taken for numbers of so many bytes: more than the last one has, since those of the
   * next block may begin alike. Each byte costs some twenty seeks; longer ones are told apart by
   * their beginning alone.
   */
  private static final int WIDTH_MIN = 40;

  private static final int WIDTH_MORE = 16;
  private static final int WIDTH_MAX = 1024;

  /** Rows in the order of their keys. */
  record Cursor(AbstractRocksIterator<?> rows, Supplier<byte[]> key, Supplier<byte[]> value)
      implements AutoCloseable {
    @Override
    public void close() {
      rows.close();
    }
  }

  /**
   * Gives cursors over the same rows. Each is used for one seek: one that met damage may fail
   * afterwards where there is none.
   */
  interface Source {
    Cursor open();
  }

  /** Takes a row. */
  interface Sink {
    void row(byte[] key, byte[] value) throws RocksDBException;
  }

  /**
   * Keys of which nothing could be read.
   *
   * @param after the last key that could, empty for none
   * @param before a key from which on rows could be read, or null for none
   */
  record Gap(byte[] after, byte @Nullable [] before, String why) {}

  private RowSalvage() {}

  /** Reads all rows. */
  static List<Gap> read(Source source, Sink sink) throws RocksDBException {
    return read(source, new byte[0], null, sink);
  }

  /** Reads rows from a key, inclusive, to another one, exclusive. */
  static List<Gap> read(Source source, byte[] from, byte @Nullable [] to, Sink sink)
      throws RocksDBException {
    List<Gap> gaps = new ArrayList<>();
    byte[] last = from;
    byte[] next = from;
    while (next != null) {
      try (Cursor cursor = source.open()) {
        for (cursor.rows().seek(next); cursor.rows().isValid(); cursor.rows().next()) {
          byte[] key = cursor.key().get();
          if (to != null && Arrays.compareUnsigned(key, to) >= 0) {
            return gaps;
          }
          sink.row(key, cursor.value().get());
          last = key;
        }
        String why = trouble(cursor);
        if (why == null) {
          return gaps;
        }
        next = firstBehind(source, last);
        gaps.add(new Gap(last, next, why));
      }
    }
    return gaps;
  }

  /** What keeps it from going on; null where it is only at the end. */
  private static @Nullable String trouble(Cursor cursor) {
    try {
      cursor.rows().status();
      return null;
    } catch (RocksDBException e) {
      return Trouble.why(e);
    }
  }

  /** A key behind this one from which on rows can be read, the least; null if there is none. */
  private static byte @Nullable [] firstBehind(Source source, byte[] key) {
    int width = Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, key.length + WIDTH_MORE));
    BigInteger end = BigInteger.ONE.shiftLeft(8 * width);
    BigInteger first = new BigInteger(1, Arrays.copyOf(key, width));
    BigInteger bad = first;
    for (BigInteger step = BigInteger.ONE; ; step = step.shiftLeft(1)) {
      BigInteger good = first.add(step);
      if (good.compareTo(end) >= 0) {
        return null;
      }
      if (isReadable(source, key(good, width))) {
        return key(firstBetween(source, bad, good, width), width);
      }
      bad = good;
    }
  }

  private static BigInteger firstBetween(
      Source source, BigInteger unreadable, BigInteger readable, int width) {
    BigInteger bad = unreadable;
    BigInteger good = readable;
    while (good.subtract(bad).compareTo(BigInteger.ONE) > 0) {
      BigInteger middle = bad.add(good).shiftRight(1);
      if (isReadable(source, key(middle, width))) {
        good = middle;
      } else {
        bad = middle;
      }
    }
    return good;
  }

  private static boolean isReadable(Source source, byte[] from) {
    try (Cursor cursor = source.open()) {
      cursor.rows().seek(from);
      return trouble(cursor) == null;
    }
  }

  private static byte[] key(BigInteger number, int width) {
    byte[] bytes = number.toByteArray(); // with a sign in front, or shorter
    byte[] key = new byte[width];
    int length = Math.min(width, bytes.length);
    System.arraycopy(bytes, bytes.length - length, key, width - length, length);
    return key;
  }
}

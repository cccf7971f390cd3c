package io.whimbrel.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.SstFileReaderIterator;

/** The tables of a database as files, each read by itself. */
final class Tables {
  private Tables() {}

  /** Work on the rows of a table. */
  interface Work {
    void read(RowSalvage.Source rows) throws RocksDBException;
  }

  /** All that are there, oldest first as far as their numbers say. */
  static List<Path> in(Path database) throws IOException {
    try (Stream<Path> files = Files.list(database)) {
      return files
          .filter(file -> file.getFileName().toString().matches("\\d{1,18}\\.sst"))
          .sorted((a, b) -> Long.compare(number(a), number(b)))
          .toList();
    }
  }

  private static long number(Path table) {
    String name = table.getFileName().toString();
    return Long.parseLong(name.substring(0, name.indexOf('.')));
  }

  /** What is wrong with a table; empty where every checksum is right. */
  static Optional<String> trouble(Path table) {
    try (Options options = options();
        SstFileReader reader = new SstFileReader(options)) {
      reader.open(table.toString());
      reader.verifyChecksum();
      return Optional.empty();
    } catch (RocksDBException e) {
      return Optional.of(Trouble.why(e));
    }
  }

  /** Which family it belongs to; empty where it does not say so, or cannot be read. */
  static Optional<Integer> family(Path table) {
    try (Options options = options();
        SstFileReader reader = new SstFileReader(options)) {
      reader.open(table.toString());
      String name =
          new String(reader.getTableProperties().getColumnFamilyName(), StandardCharsets.US_ASCII);
      int family = Layout.FAMILIES.indexOf(name);
      return family < 0 ? Optional.empty() : Optional.of(family);
    } catch (RocksDBException e) {
      return Optional.empty();
    }
  }

  /** Reads the rows that it shows; what other tables say of them, it does not know. */
  static void read(Path table, Work work) throws RocksDBException {
    try (Options options = options();
        SstFileReader reader = new SstFileReader(options);
        ReadOptions reading = new ReadOptions().setFillCache(false)) {
      reader.open(table.toString());
      work.read(
          () -> {
            SstFileReaderIterator rows = reader.newIterator(reading);
            return new RowSalvage.Cursor(rows, rows::key, rows::value);
          });
    }
  }

  private static Options options() {
    return new Options().setMergeOperatorName("max");
  }
}

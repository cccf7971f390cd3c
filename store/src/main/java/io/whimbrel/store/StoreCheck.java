package io.whimbrel.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Reads all of a stopped store and holds it against itself: every checksum, the logs and the
 * MANIFEST against the mark, every row, and that what is in flight is in a queue. Writes nothing.
 */
public final class StoreCheck {
  private static final int NAMED_ROWS = 20;

  /**
   * What came of it.
   *
   * @param found what is there, line by line
   * @param damage what is wrong, line by line
   */
  public record Report(List<String> found, List<String> damage) {
    /** Whether all that was promised is there. */
    public boolean isSound() {
      return damage.isEmpty();
    }
  }

  private final Path directory;
  private final Path database;
  private final SyncedMark mark;
  private final Consumer<String> progress;
  private final List<String> found = new ArrayList<>();
  private final List<String> damage = new ArrayList<>();
  private final long[] rows = new long[Layout.FAMILIES.size()];
  private long sessions;
  private long broken;

  private StoreCheck(Path directory, Consumer<String> progress) throws IOException {
    this.directory = directory;
    this.database = Store.databaseIn(directory);
    this.progress = progress;
    this.mark = SyncedMark.read(Store.markIn(directory));
  }

  /**
   * Checks a store that nobody uses.
   *
   * @param progress hears now and then what is being read
   */
  public static Report run(Path directory, Consumer<String> progress) throws StoreException {
    return Trouble.told(
        directory,
        () -> {
          HeldDirectory.requireStore(directory);
          try (StoreLock lock = StoreLock.take(directory)) {
            return new StoreCheck(directory, progress).run();
          }
        });
  }

  private Report run() throws StoreException, IOException {
    try {
      if (!FormatFile.exists(directory, database)) {
        damage.add(directory.resolve(FormatFile.FILE) + " is gone");
      }
    } catch (StoreException refused) {
      if (refused.kind() != StoreException.Kind.DAMAGED) {
        throw refused;
      }
      damage.add(refused.what());
    }
    if (Exchange.isUnderWay(directory)) {
      damage.add(Exchange.trouble(directory));
    }
    if (Files.isDirectory(database)) {
      checkFiles();
    } else if (mark.get() > 0) {
      damage.add(database + " is gone");
    }
    return new Report(List.copyOf(found), List.copyOf(damage));
  }

  private void checkFiles() throws IOException {
    long last = checkLogs();
    try (Database opened = Database.openReadOnly(database)) {
      checkTables(opened.tables());
      checkTip(opened.tip(), last);
      checkRows(opened);
    } catch (RocksDBException e) {
      damage(Trouble.why(e));
      checkTables(Tables.in(database).stream().map(file -> "" + file.getFileName()).toList());
    }
  }

  // ---------------------------------------------------------------- files

  /** Gives the last batch that has to be there. */
  private long checkLogs() throws IOException {
    progress.accept("Reading the logs");
    try {
      LogTail tail = Opening.read(directory, mark);
      LogTail.Place place = tail.broken();
      found.add(tail.toString());
      if (tail.isDamaged()) {
        damage.add((place == null ? "" : place + "; ") + tail.missing() + "; " + tail.behind());
      } else if (place != null) {
        found.add(place + "; it was promised to nobody, and a start cuts it off");
      }
      return tail.last();
    } catch (StoreException refused) {
      damage.add(refused.what());
    } catch (RocksDBException e) {
      damage(Trouble.why(e));
    }
    return 0;
  }

  /**
   * @param needed names of those that matter: a crash leaves others, and a start deletes them
   */
  private void checkTables(List<String> needed) throws IOException {
    long bytes = 0;
    int others = 0;
    for (Path table : Tables.in(database)) {
      if (!needed.contains(String.valueOf(table.getFileName()))) {
        others++;
        continue;
      }
      progress.accept("Reading " + table.getFileName());
      bytes += Files.size(table);
      Tables.trouble(table).ifPresent(why -> damage(table + ": " + why));
    }
    found.add(
        String.format(
            Locale.ROOT,
            "%,d tables with %,d bytes%s",
            needed.size(),
            bytes,
            others == 0 ? "" : ", and " + others + " that a crash left and a start deletes"));
  }

  private void checkTip(Tip tip, long last) {
    found.add(
        String.format(
            Locale.ROOT, "the last batch is %d; up to %d all was synced", tip.batch(), mark.get()));
    if (tip.batch() < last) {
      damage(String.format(Locale.ROOT, "batch %d was there, and is not read", last));
    }
  }

  // ---------------------------------------------------------------- rows

  private void checkRows(Database opened) {
    for (int family = 0; family < rows.length; family++) {
      try {
        checkRows(opened, family);
      } catch (RocksDBException e) {
        damage(Trouble.why(e));
      }
    }
    found.add(
        String.format(
            Locale.ROOT,
            "%,d sessions in %,d rows, %,d messages in queues, %,d retained",
            sessions,
            rows[Layout.SESSION],
            rows[Layout.QUEUE],
            rows[Layout.RETAINED]));
    if (broken > NAMED_ROWS) {
      damage(String.format(Locale.ROOT, "%,d more rows", broken - NAMED_ROWS));
    }
  }

  private void checkRows(Database opened, int family) throws RocksDBException {
    try (ReadOptions options = new ReadOptions().setFillCache(false);
        RocksIterator each = opened.rows(family, options)) {
      for (each.seekToFirst(); each.isValid(); each.next()) {
        if (++rows[family] % 1024 == 1) {
          progress.accept(
              String.format(
                  Locale.ROOT, "Reading %s: %,d rows", Layout.FAMILIES.get(family), rows[family]));
        }
        checkRow(opened, family, each.key(), each.value());
      }
      each.status();
    }
  }

  private void checkRow(Database opened, int family, byte[] key, byte[] value)
      throws RocksDBException {
    try {
      RowCheck.check(family, key, value);
      if (family == Layout.SESSION) {
        sessions += RowCheck.opens(key) ? 1 : 0;
        long sequence = RowCheck.inFlight(key, value);
        if (sequence >= 0 && !opened.holds(Layout.incarnation(key), sequence)) {
          brokenRow(family, key, "message " + sequence + " is in flight and not in the queue");
        }
      }
    } catch (BrokenRowException e) {
      brokenRow(family, key, String.valueOf(e.getMessage()));
    }
  }

  private void brokenRow(int family, byte[] key, String why) {
    if (++broken <= NAMED_ROWS) {
      damage(
          "the row "
              + HexFormat.of().formatHex(key)
              + " of "
              + Layout.FAMILIES.get(family)
              + ": "
              + why);
    }
  }

  /** Once: one damage is seen by several who look. */
  private void damage(String what) {
    if (!damage.contains(what)) {
      damage.add(what);
    }
  }
}

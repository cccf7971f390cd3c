package io.whimbrel.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Makes a new database of every row of a damaged one that can be read, and puts the damaged one
 * aside. Rows are read through RocksDB around what it cannot read; where it can read nothing, table
 * by table, by which rows that were deleted may come back: a message may be delivered again rather
 * than lost. Whole batches of the logs follow in their order.
 */
public final class StoreRepair {
  private static final String WORK = "repairing";
  private static final String COMMAND = "check --repair";

  /** Added to the greatest numbers where the newest are not known: none may be used again. */
  private static final long MARGIN = 1_000_000_000L;

  /**
   * What came of it.
   *
   * @param kept what the new database holds, line by line
   * @param lost what could not be read, line by line
   */
  public record Report(List<String> kept, List<String> lost) {}

  private final Path directory;
  private final Path database;
  private final Consumer<String> progress;
  private final SyncedMark mark;
  private final List<String> lost = new ArrayList<>();
  private Tip tip = Tip.NONE;
  private long lastIncarnation;
  private long oldestLog;

  private StoreRepair(Path directory, Consumer<String> progress) throws IOException {
    this.directory = directory;
    this.database = Store.databaseIn(directory);
    this.progress = progress;
    this.mark = SyncedMark.read(Store.markIn(directory));
  }

  /**
   * Repairs a store that nobody uses; deletes nothing.
   *
   * @param progress hears now and then what is being done
   */
  public static Report run(Path directory, Consumer<String> progress) throws StoreException {
    return Trouble.told(
        directory,
        () -> {
          HeldDirectory.requireStore(directory);
          try (StoreLock lock = StoreLock.take(directory)) {
            return new StoreRepair(directory, progress).run();
          }
        });
  }

  private Report run() throws StoreException, IOException, RocksDBException {
    if (!Files.isDirectory(database) && !new Salvage(directory).putBack(database)) {
      throw Trouble.unusable(directory, database + " is gone, and nothing is left to repair");
    }
    Path work = directory.resolve(WORK);
    if (Files.exists(work)) {
      Opening.deleteAll(work); // of a repair that did not end
    }
    Files.createDirectories(work);
    try (NewDatabase gathered = new NewDatabase(work.resolve("gathered"), COMMAND);
        NewDatabase made = new NewDatabase(work.resolve("made"), COMMAND)) {
      gatherAll(work, gathered);
      gathered.written().compact();
      List<String> kept = copy(gathered.written(), made);
      made.install(directory, newTip());
      return new Report(kept, List.copyOf(lost));
    } finally {
      Opening.deleteAll(work);
    }
  }

  private void gatherAll(Path work, NewDatabase gathered) throws IOException, RocksDBException {
    try {
      salvageTables(work, gathered);
      replayLogs(gathered);
    } catch (NotWrittenException e) {
      throw e.cause;
    }
  }

  private Tip newTip() {
    long margin = lost.isEmpty() ? 0 : MARGIN;
    return new Tip(
        Math.max(tip.batch(), mark.get()) + 1,
        0,
        Math.max(tip.markMillis(), tip.batch() > 0 ? 0 : System.currentTimeMillis()),
        Math.max(tip.lastIncarnation(), lastIncarnation) + margin,
        tip.lastVersion() + margin);
  }

  // ---------------------------------------------------------------- tables

  private void salvageTables(Path work, NewDatabase gathered) throws IOException, RocksDBException {
    String cut = manifestTrouble();
    if (cut != null) { // RocksDB would take it as it is, and know nothing of some tables
      eachTable(cut, gathered);
      return;
    }
    try (Database damaged = Shadow.of(database, work.resolve("shadow")).open()) {
      oldestLog = damaged.oldestLog();
      for (int family = 0; family < Layout.FAMILIES.size(); family++) {
        salvage(damaged, family, gathered);
      }
    } catch (RocksDBException e) {
      eachTable(Trouble.why(e), gathered);
    }
  }

  private void eachTable(String why, NewDatabase gathered) throws IOException {
    lost.add(why + "; each table was read by itself, and what was deleted may be back");
    for (int family = 0; family < Layout.FAMILIES.size(); family++) {
      salvageEach(family, new byte[0], null, gathered);
    }
  }

  /** What the MANIFEST lacks that it is known to have had, or null. */
  private @Nullable String manifestTrouble() throws IOException {
    Manifest manifest;
    try {
      manifest = Manifest.of(directory);
    } catch (StoreException unnamed) {
      return null; // the shadow has a CURRENT of its own
    }
    try {
      manifest.check(directory, mark);
      return null;
    } catch (StoreException cut) {
      return cut.what();
    }
  }

  private void salvage(Database damaged, int family, NewDatabase gathered)
      throws IOException, RocksDBException {
    String name = Layout.FAMILIES.get(family);
    List<RowSalvage.Gap> gaps;
    try (ReadOptions options = new ReadOptions().setFillCache(false)) {
      gaps =
          RowSalvage.read(
              () -> {
                RocksIterator rows = damaged.rows(family, options);
                return new RowSalvage.Cursor(rows, rows::key, rows::value);
              },
              (key, value) -> gatherOrEnd(gathered, family, key, value));
    }
    for (RowSalvage.Gap gap : gaps) {
      lost.add(
          String.format(
              Locale.ROOT,
              "%s: rows behind %s, %s, but for those of other tables; what was deleted there may"
                  + " be back: %s",
              name,
              gap.after().length == 0 ? "the beginning" : hex(gap.after()),
              gap.before() == null ? "to the end" : "before " + hex(gap.before()),
              gap.why()));
      salvageEach(family, gap.after(), gap.before(), gathered);
    }
  }

  /** A key without the zeros at its end, which a key that was looked for has. */
  private static String hex(byte[] key) {
    return HexFormat.of().formatHex(key).replaceFirst("(00)+$", "");
  }

  /** Reads what each table shows between two keys, the oldest table first. */
  private void salvageEach(int family, byte[] from, byte @Nullable [] to, NewDatabase gathered)
      throws IOException {
    for (Path table : Tables.in(database)) {
      if (Tables.family(table).map(of -> of != family).orElse(true)) {
        continue;
      }
      progress.accept("Reading " + table.getFileName());
      try {
        Tables.read(
            table,
            rows ->
                RowSalvage.read(
                    rows, from, to, (key, value) -> gatherOrEnd(gathered, family, key, value)));
      } catch (RocksDBException e) {
        lost.add(table + ": " + Trouble.why(e));
      }
    }
  }

  /** What cannot be written is no damage of what is read. */
  private void gatherOrEnd(NewDatabase gathered, int family, byte[] key, byte[] value) {
    try {
      gather(gathered, family, key, value);
    } catch (RocksDBException e) {
      throw new NotWrittenException(e);
    }
  }

  private void gather(NewDatabase gathered, int family, byte[] key, byte[] value)
      throws RocksDBException {
    if (family == Layout.DEFAULT) {
      seen(new LogBatch.Change(LogBatch.Action.PUT, family, key, value));
      return;
    }
    gathered.rows().key().raw(key);
    gathered.rows().value().raw(value);
    if (family == Layout.RETAINED) {
      gathered.rows().merge(family);
    } else {
      gathered.rows().put(family);
    }
    gathered.added();
  }

  private void seen(LogBatch.Change change) {
    if (!change.isTip()) {
      return;
    }
    try {
      Tip other = change.tip();
      tip =
          new Tip(
              Math.max(tip.batch(), other.batch()),
              0,
              Math.max(tip.markMillis(), other.markMillis()),
              Math.max(tip.lastIncarnation(), other.lastIncarnation()),
              Math.max(tip.lastVersion(), other.lastVersion()));
    } catch (BrokenRowException broken) {
      lost.add("a tip that " + broken.getMessage());
    }
  }

  // ---------------------------------------------------------------- logs

  private void replayLogs(NewDatabase gathered) throws IOException {
    long[] before = {0};
    for (Path log : LogTail.logs(database)) {
      if (LogTail.number(log) < oldestLog) {
        continue; // all of it is in tables, and what was deleted since would come back
      }
      progress.accept("Reading " + log.getFileName());
      LogFile.read(
          log,
          new LogFile.Visitor() {
            @Override
            public void onRecord(long from, long to, byte[] record) {
              try {
                replay(record, before, gathered);
              } catch (RocksDBException e) {
                throw new NotWrittenException(e);
              }
            }

            @Override
            public void onBroken(long from, String why) {
              lost.add(log + ", byte " + from + ": " + why);
            }
          });
    }
    if (tip.batch() < mark.get()) {
      lost.add(missing(tip.batch(), mark.get() + 1));
    }
  }

  /** The new database, not the old one, is in trouble. */
  private static final class NotWrittenException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final RocksDBException cause;

    NotWrittenException(RocksDBException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  private void replay(byte[] batch, long[] before, NewDatabase gathered) throws RocksDBException {
    List<LogBatch.Change> changes = new ArrayList<>();
    try {
      LogBatch.read(batch, changes::add);
    } catch (BrokenRowException broken) {
      lost.add("a batch: " + broken.getMessage());
      return;
    }
    for (LogBatch.Change change : changes) {
      if (change.isTip()) {
        long number = change.tip().batch();
        if (before[0] > 0 && number > before[0] + 1) {
          lost.add(missing(before[0], number));
        }
        before[0] = number;
        seen(change);
      } else {
        change(gathered, change);
      }
    }
    gathered.added();
  }

  private static String missing(long before, long next) {
    return next == before + 2
        ? String.format(Locale.ROOT, "batch %d", before + 1)
        : String.format(Locale.ROOT, "batches %d to %d", before + 1, next - 1);
  }

  private static void change(NewDatabase gathered, LogBatch.Change change) {
    RowBatch rows = gathered.rows();
    rows.key().raw(change.key());
    rows.value().raw(change.value());
    switch (change.action()) {
      case PUT -> rows.put(change.family());
      case MERGE -> rows.merge(change.family());
      case DELETE -> rows.delete(change.family());
      case DELETE_RANGE -> rows.deleteRange(change.family());
    }
  }

  // ---------------------------------------------------------------- the new database

  /** Copies what is whole: each row once, as a queue row has to be. */
  private List<String> copy(Database from, NewDatabase made) throws RocksDBException {
    long[] counts = new long[Layout.FAMILIES.size()];
    long sessions = 0;
    long broken = 0;
    for (int family = Layout.SESSION; family < counts.length; family++) {
      try (ReadOptions options = new ReadOptions().setFillCache(false);
          RocksIterator rows = from.rows(family, options)) {
        for (rows.seekToFirst(); rows.isValid(); rows.next()) {
          byte[] key = rows.key();
          byte[] value = rows.value();
          if (!isWhole(from, family, key, value)) {
            broken++;
            continue;
          }
          if (family != Layout.RETAINED) {
            lastIncarnation = Math.max(lastIncarnation, Layout.incarnation(key));
          }
          sessions += family == Layout.SESSION && RowCheck.opens(key) ? 1 : 0;
          counts[family]++;
          gather(made, family, key, value);
        }
        rows.status();
      }
      progress.accept("Writing " + Layout.FAMILIES.get(family));
    }
    if (broken > 0) {
      lost.add(String.format(Locale.ROOT, "%,d rows that were not whole by themselves", broken));
    }
    return List.of(
        String.format(Locale.ROOT, "%,d sessions", sessions),
        String.format(Locale.ROOT, "%,d messages in queues", counts[Layout.QUEUE]),
        String.format(Locale.ROOT, "%,d retained messages", counts[Layout.RETAINED]));
  }

  private static boolean isWhole(Database from, int family, byte[] key, byte[] value)
      throws RocksDBException {
    try {
      RowCheck.check(family, key, value);
      long sequence = family == Layout.SESSION ? RowCheck.inFlight(key, value) : -1;
      return sequence < 0 || from.holds(Layout.incarnation(key), sequence);
    } catch (BrokenRowException broken) {
      return false;
    }
  }
}

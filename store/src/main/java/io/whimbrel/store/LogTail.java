package io.whimbrel.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the write-ahead logs hold, up to the first place that cannot be read and behind it. It tells
 * a torn tail from damage. Batches are synced in their order, and each carries the number of the
 * last one that was synced before it. So a tail was promised to nobody if what can be read before
 * it reaches the mark, and whatever can be read behind it claims no more than that. (Behind it may
 * be more than nothing: of batches that were not synced a power cut may keep the later ones.)
 */
final class LogTail {

  /** Where the first thing that cannot be read begins. */
  record Place(Path file, long at, String why) {
    @Override
    public String toString() {
      return file + ", byte " + at + ": " + why;
    }
  }

  private final List<Path> files;
  private final long flushed;
  private final long marked;
  private long lastRead;
  private long claimed;
  private long behindFirst;
  private long behindLast;
  private long behindCount;
  private @Nullable Place broken;

  private LogTail(List<Path> files, long flushed, long marked) {
    this.files = files;
    this.flushed = flushed;
    this.marked = marked;
  }

  /**
   * Reads all logs of a database.
   *
   * @param flushed the last batch whose tip is in the tables: logs that hold no later one may be
   *     gone
   * @param marked the last batch that is known to have been on disk
   */
  static LogTail read(Path database, long flushed, long marked) throws IOException {
    LogTail tail = new LogTail(logs(database), flushed, marked);
    for (Path file : tail.files) {
      tail.readFile(file);
    }
    return tail;
  }

  /** The logs of a database, oldest first. */
  static List<Path> logs(Path database) throws IOException {
    try (Stream<Path> all = Files.list(database)) {
      return all.filter(LogTail::isLog)
          .sorted((a, b) -> Long.compare(number(a), number(b)))
          .toList();
    }
  }

  private static boolean isLog(Path file) {
    return file.getFileName().toString().matches("\\d{1,18}\\.log");
  }

  /** Its number, by which logs are ordered. */
  static long number(Path log) {
    String name = log.getFileName().toString();
    return Long.parseLong(name.substring(0, name.indexOf('.')));
  }

  private void readFile(Path file) throws IOException {
    LogFile.read(
        file,
        new LogFile.Visitor() {
          private long before; // in the same file

          @Override
          public void onRecord(long from, long to, byte[] record) {
            Tip tip;
            try {
              tip = LogBatch.tip(record);
            } catch (BrokenRowException e) {
              onBroken(from, String.valueOf(e.getMessage()));
              return;
            }
            if (tip.batch() > 0) {
              onBatch(file, from, tip, before);
              before = tip.batch();
            }
          }

          @Override
          public void onBroken(long from, String why) {
            if (broken == null) {
              broken = new Place(file, from, why);
            }
          }
        });
  }

  private void onBatch(Path file, long from, Tip tip, long before) {
    long known = Math.max(flushed, lastRead);
    boolean follows = before == 0 ? tip.batch() <= known + 1 : tip.batch() == before + 1;
    if (broken == null && !follows) {
      broken = new Place(file, from, "batch " + tip.batch() + " stands behind batch " + known);
    }
    if (broken == null) {
      lastRead = Math.max(lastRead, tip.batch());
      return;
    }
    claimed = Math.max(claimed, tip.synced());
    behindFirst = behindFirst == 0 ? tip.batch() : Math.min(behindFirst, tip.batch());
    behindLast = Math.max(behindLast, tip.batch());
    behindCount++;
  }

  /** The last batch before the first place that cannot be read. */
  long last() {
    return broken != null && lastRead > 0 ? lastRead : Math.max(flushed, lastRead);
  }

  /** The first place that cannot be read. */
  @Nullable Place broken() {
    return broken;
  }

  /** How many whole batches stand behind it. */
  long behindCount() {
    return behindCount;
  }

  /** The logs behind the one with that place. */
  List<Path> filesBehind() {
    Place place = broken;
    return place == null
        ? List.of()
        : new ArrayList<>(files.subList(files.indexOf(place.file()) + 1, files.size()));
  }

  /** Whether something that was on disk is missing. */
  boolean isDamaged() {
    return promised() > last() || (behindCount > 0 && behindFirst <= last());
  }

  /** The last batch of which it is known that it was on disk. */
  private long promised() {
    return Math.max(Math.max(marked, claimed), flushed);
  }

  /** Which batches are missing, as far as can be known. */
  String missing() {
    long from = last() + 1;
    long to = behindFirst > from ? behindFirst - 1 : promised();
    return to > from
        ? String.format(Locale.ROOT, "batches %d to %d are missing", from, to)
        : String.format(Locale.ROOT, "batch %d is missing", from);
  }

  /** What can be read behind the first place that cannot, in words. */
  String behind() {
    return behindCount == 0
        ? "nothing can be read behind it"
        : String.format(
            Locale.ROOT,
            "behind it %d can be read, %d to %d",
            behindCount,
            behindFirst,
            behindLast);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d logs, up to batch %d; up to batch %d it is in tables",
        files.size(),
        last(),
        flushed);
  }
}

package io.whimbrel.store;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Errors in words for whoever runs the broker: one line, and what to do. */
final class Trouble {
  private static final Pattern MISSING_LOG =
      Pattern.compile("Missing WAL with log number: (\\d+)\\.?");

  private Trouble() {}

  static StoreException opening(Path directory, RocksDBException e) {
    if (isDamage(e)) {
      return damaged(directory, why(e), e);
    }
    return new StoreException(
        StoreException.Kind.UNUSABLE,
        "the store in " + directory + " cannot be opened: " + why(e),
        e);
  }

  static StoreException damaged(Path directory, String what) {
    return new StoreException(StoreException.Kind.DAMAGED, line(directory, what));
  }

  static StoreException damaged(Path directory, String what, Exception cause) {
    return new StoreException(StoreException.Kind.DAMAGED, line(directory, what), cause);
  }

  static UnreadableStoreException unreadable(Path directory, String what, Exception cause) {
    return new UnreadableStoreException(line(directory, what), cause);
  }

  private static String line(Path directory, String what) {
    return String.format(
        Locale.ROOT,
        "the store in %s is damaged: %s. 'whimbrel store check --data-dir %s' says more, and keeps"
            + " what can be read if asked with --repair",
        directory,
        what,
        directory);
  }

  /** Whether what was written is not there, and not only out of reach. */
  private static boolean isDamage(RocksDBException e) {
    Status status = e.getStatus();
    if (status == null) {
      return false;
    }
    return switch (status.getCode()) {
      case Corruption, NotFound, InvalidArgument, NotSupported -> true;
      case IOError -> why(e).contains("No such file or directory");
      default -> false;
    };
  }

  /** What RocksDB says, on one line. */
  static String why(RocksDBException e) {
    String why = String.valueOf(e.getMessage()).replaceAll("\\s*[\\r\\n]+\\s*", " ").strip();
    Matcher missing = MISSING_LOG.matcher(why);
    return missing.matches()
        ? String.format(Locale.ROOT, "the log %06d.log is gone", Long.parseLong(missing.group(1)))
        : why;
  }
}

package io.whimbrel.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
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

  /** Work on a directory, with all that can go wrong. */
  interface Work<T> {
    T run() throws StoreException, IOException, RocksDBException;
  }

  /** Does it, and puts into words what went wrong. */
  static <T> T told(Path directory, Work<T> work) throws StoreException {
    try {
      return work.run();
    } catch (AccessDeniedException e) {
      throw unusable(directory, "no permission for " + e.getFile(), e);
    } catch (FileAlreadyExistsException e) {
      throw unusable(
          directory,
          directory.toString().equals(e.getFile()) ? "it is a file" : e.getFile() + " is there",
          e);
    } catch (FileSystemException e) {
      String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
      throw unusable(directory, e.getFile() + ": " + reason, e);
    } catch (IOException | UncheckedIOException e) {
      throw unusable(directory, String.valueOf(e.getMessage()), e);
    } catch (RocksDBException e) {
      throw opening(directory, e);
    } catch (UnreadableStoreException e) {
      throw new StoreException(StoreException.Kind.DAMAGED, String.valueOf(e.getMessage()), e);
    }
  }

  /** A line of a tool that needs no other words. */
  static StoreException refused(String line) {
    return new StoreException(StoreException.Kind.UNUSABLE, line);
  }

  static StoreException unusable(Path directory, String why) {
    return new StoreException(StoreException.Kind.UNUSABLE, unusableLine(directory, why));
  }

  private static StoreException unusable(Path directory, String why, Exception cause) {
    return new StoreException(StoreException.Kind.UNUSABLE, unusableLine(directory, why), cause);
  }

  private static String unusableLine(Path directory, String why) {
    return "data directory " + directory + " cannot be used: " + why;
  }

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
    return new StoreException(StoreException.Kind.DAMAGED, line(directory, what), what);
  }

  static StoreException damaged(Path directory, String what, Exception cause) {
    StoreException refused = damaged(directory, what);
    refused.initCause(cause);
    return refused;
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

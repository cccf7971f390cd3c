package io.whimbrel.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers who asks for a backup while a store is in use: for a file {@code backups/NAME.request} of
 * the data directory it makes {@code backups/NAME}, and then deletes the request; why it could not
 * stands in {@code backups/NAME.failed}. So whoever may write the data directory may ask, and
 * nobody else, on no port.
 */
final class BackupRequests implements Runnable {
  static final String DIRECTORY = "backups";
  static final String REQUEST = ".request";
  static final String FAILED = ".failed";

  /** What a backup may be called: nothing that leads elsewhere. */
  static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,99}");

  private static final Logger LOG = LoggerFactory.getLogger(BackupRequests.class);
  private static final Pattern ASKED = Pattern.compile("(" + NAME + ")\\.request");
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** What {@link StoreBackup} asks for and takes away again, by the pid that asks. */
  private static final Pattern OF_A_TOOL = Pattern.compile("asked-(\\d{1,18})-\\d+(\\..*)?");

  /** A tool that was ended leaves its backup behind, and with it tables that would be deleted. */
  private static final long LEFT_MILLIS = TimeUnit.HOURS.toMillis(1);

  /** Makes a backup. */
  interface Maker {
    void make(Path to) throws StoreException;
  }

  private final Path backups;
  private final Maker maker;
  private volatile boolean closed;
  private volatile @Nullable Thread thread;

  BackupRequests(Path directory, Maker maker) {
    this.backups = directory.resolve(DIRECTORY);
    this.maker = maker;
  }

  void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    while (!closed) {
      answer();
      LockSupport.parkNanos(this, EVERY_NANOS);
    }
  }

  /** Answers what is asked for now. */
  void answer() {
    List<Path> files;
    try (Stream<Path> all = Files.list(backups)) {
      files = all.toList();
    } catch (NoSuchFileException | NotDirectoryException none) {
      return;
    } catch (IOException | RuntimeException e) {
      LOG.debug("{} cannot be read: {}", backups, e.getMessage());
      return;
    }
    for (Path file : files) {
      if (isLeftBehind(file)) {
        remove(file);
        continue;
      }
      Matcher asked = ASKED.matcher(String.valueOf(file.getFileName()));
      if (asked.matches() && !closed) {
        answer(file, asked.group(1));
      }
    }
  }

  /** Whether nobody can want it any more: who asked is gone, for long where pids may differ. */
  private static boolean isLeftBehind(Path file) {
    Matcher tool = OF_A_TOOL.matcher(String.valueOf(file.getFileName()));
    if (!tool.matches() || ProcessHandle.of(Long.parseLong(tool.group(1))).isPresent()) {
      return false;
    }
    try {
      long age = System.currentTimeMillis() - Files.getLastModifiedTime(file).toMillis();
      return age > LEFT_MILLIS;
    } catch (IOException gone) {
      return false;
    }
  }

  private static void remove(Path left) {
    try {
      Opening.deleteAll(left);
      LOG.info("Removed {}, which a tool that was ended had left", left);
    } catch (IOException e) {
      LOG.warn("{} was left by a tool and cannot be removed: {}", left, e.getMessage());
    }
  }

  private void answer(Path request, String name) {
    try {
      try {
        maker.make(backups.resolve(name));
        LOG.info("Made the backup {}", backups.resolve(name));
      } catch (StoreException refused) {
        LOG.warn("The backup {} was not made: {}", name, refused.getMessage());
        Files.writeString(backups.resolve(name + FAILED), refused.getMessage() + "\n");
      }
      Files.deleteIfExists(request);
    } catch (IOException e) {
      LOG.warn("The request {} cannot be answered: {}", request, e.getMessage());
    }
  }
}

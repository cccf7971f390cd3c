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
      Matcher asked = ASKED.matcher(String.valueOf(file.getFileName()));
      if (asked.matches() && !closed) {
        answer(file, asked.group(1));
      }
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

package io.whimbrel.server;

import io.whimbrel.server.files.FileWatch;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is read again while the broker runs. A file that cannot be used changes nothing and is told;
 * what was there stays in force until it is mended. Made and stopped by one thread.
 */
final class Reloads {
  private static final Logger LOG = LoggerFactory.getLogger("io.whimbrel.config");
  private static final long LOOK_MILLIS = 500;

  private final FileWatch watch = new FileWatch();
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          work -> {
            Thread made = new Thread(work, "whimbrel-files");
            made.setDaemon(true);
            return made;
          });

  private final AtomicLong done = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  /** Reads some files again; the message of what it throws says which one is wrong, and how. */
  interface Reload {
    void run() throws Exception;
  }

  /**
   * Watches some files that are read together.
   *
   * @param what is read, as people call it
   */
  void add(String what, List<Path> files, Reload reload) {
    watch.add(files, () -> reload(what, files, reload));
  }

  private void reload(String what, List<Path> files, Reload reload) {
    try {
      reload.run();
      done.incrementAndGet();
      LOG.info("{} read again, in force from now on: {}", what, names(files));
    } catch (Exception | Error broken) { // after which the next change is looked at as ever
      refused.incrementAndGet();
      LOG.error("{} NOT read again, the old ones stay in force: {}", what, broken.getMessage());
    }
  }

  private static String names(List<Path> files) {
    return String.join(", ", files.stream().map(Path::toString).toList());
  }

  void start() {
    if (!watch.isEmpty()) {
      thread.scheduleWithFixedDelay(watch, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Times that changed files were taken on. */
  long done() {
    return done.get();
  }

  /** Times that they could not be. */
  long refused() {
    return refused.get();
  }

  void stop() {
    thread.shutdownNow();
  }
}

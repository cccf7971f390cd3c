package io.whimbrel.cli;

import io.whimbrel.server.Server;
import java.util.concurrent.CompletableFuture;
import org.slf4j.LoggerFactory;

/**
 * What nearly every broker needs, whatever its configuration says, loaded on a thread of its own
 * beside the reading of the configuration and the opening of the store: the log, native libraries,
 * classes.
 */
final class Ahead {
  private final CompletableFuture<Void> log;

  private Ahead(CompletableFuture<Void> log) {
    this.log = log;
  }

  /** Loads nothing ahead. */
  static Ahead nothing() {
    return new Ahead(CompletableFuture.completedFuture(null));
  }

  /** Begins to load. */
  static Ahead begin() {
    CompletableFuture<Void> log = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                LoggerFactory.getILoggerFactory();
              } finally {
                log.complete(null); // what failed fails again where it is needed, and is told
              }
              Server.prepare();
            },
            "whimbrel-ahead");
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((t, failed) -> {}); // as above
    thread.start();
    return new Ahead(log);
  }

  /**
   * Returns when the log is there: nobody may ask for it before. The rest is found, or waited for,
   * where it is needed.
   */
  void awaitLog() {
    log.join();
  }
}

package io.whimbrel.store;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log how far the loading of a store is, every few seconds. Used by one thread. */
final class LoadProgress {
  private static final Logger LOG = LoggerFactory.getLogger(LoadProgress.class);
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int LOOK_EVERY = 4096;

  private final long began = System.nanoTime();
  private long toldAt = began;
  private long steps;
  private long retained;
  private long sessions;
  private long messages;

  void retained() {
    retained++;
    step();
  }

  void session() {
    sessions++;
    step();
  }

  void message() {
    messages++;
    step();
  }

  void done() {
    if (sessions > 0 || retained > 0) {
      LOG.info("Loaded {} in {} s", found(), seconds(System.nanoTime()));
    }
  }

  private void step() {
    if (++steps % LOOK_EVERY == 0) {
      long now = System.nanoTime();
      if (now - toldAt > EVERY_NANOS) {
        toldAt = now;
        LOG.info("Loading: {} so far, {} s", found(), seconds(now));
      }
    }
  }

  private String found() {
    return String.format(
        Locale.ROOT,
        "%,d sessions, %,d queued and %,d retained messages",
        sessions,
        messages,
        retained);
  }

  private String seconds(long now) {
    return String.format(Locale.ROOT, "%.1f", (now - began) / 1e9);
  }
}

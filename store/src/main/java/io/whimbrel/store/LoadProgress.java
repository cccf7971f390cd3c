package io.whimbrel.store;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells how far the loading of a store is, every few seconds. Used by one thread. */
final class LoadProgress {
  private static final Logger LOG = LoggerFactory.getLogger(LoadProgress.class);
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int LOOK_EVERY = 4096;

  private final Consumer<String> told;
  private final LongSupplier nanos;
  private final long began;
  private long toldAt;
  private long steps;
  private long retained;
  private long sessions;
  private long messages;

  LoadProgress(Consumer<String> told) {
    this(told, System::nanoTime);
  }

  /**
   * @param nanos the time
   */
  LoadProgress(Consumer<String> told, LongSupplier nanos) {
    this.told = told;
    this.nanos = nanos;
    began = nanos.getAsLong();
    toldAt = began;
  }

  /** One that tells the log. */
  static LoadProgress logged() {
    return new LoadProgress(LOG::info);
  }

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
      told.accept("Loaded " + found() + " in " + seconds(nanos.getAsLong()) + " s");
    }
  }

  private void step() {
    if (++steps % LOOK_EVERY == 0) {
      long now = nanos.getAsLong();
      if (now - toldAt > EVERY_NANOS) {
        toldAt = now;
        told.accept("Loading: " + found() + " so far, " + seconds(now) + " s");
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

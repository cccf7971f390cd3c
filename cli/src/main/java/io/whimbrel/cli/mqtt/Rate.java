package io.whimbrel.cli.mqtt;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says each second how many messages pass: on a terminal the same line again and again, elsewhere a
 * line each time. For any thread.
 */
final class Rate implements AutoCloseable {
  private static final long EVERY_MILLIS = 1_000;
  private static final int BAR = 20;
  private static final String LINE_CLEAR = "\r\u001b[K";

  private final @Nullable PrintWriter err;
  private final String what;
  private final boolean redrawn;
  private final LongAdder messages = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final long beginNanos = System.nanoTime();
  private final @Nullable Thread thread;
  private volatile @Nullable DoubleSupplier share;

  private long toldNanos = beginNanos;
  private long toldMessages;
  private long toldBytes;

  /**
   * @param err null to say nothing
   * @param what is counted: messages published
   * @param redrawn whether a line may be drawn over
   */
  Rate(@Nullable PrintWriter err, String what, boolean redrawn) {
    this.err = err;
    this.what = what;
    this.redrawn = redrawn;
    this.thread = err == null ? null : begun();
  }

  /** Says something where the flags ask for it. */
  static Rate of(Flags flags, Telling telling, String what) {
    boolean wanted = flags.has(Flag.RATE);
    return new Rate(wanted ? telling.err() : null, what, wanted && isTerminal());
  }

  /** Whether the standard error is one; Java tells it of all three streams together alone. */
  @SuppressWarnings("SystemConsoleNull") // it is, before Java 22
  static boolean isTerminal() {
    try {
      String where = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return where.startsWith("/dev/pts/") || where.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException elsewhere) {
      return System.console() != null;
    }
  }

  private Thread begun() {
    Thread made = new Thread(this::tell, "whimbrel-rate");
    made.setDaemon(true);
    made.start();
    return made;
  }

  /** A message has passed. */
  void passed(int size) {
    messages.increment();
    bytes.add(size);
  }

  private void tell() {
    try {
      while (true) {
        Thread.sleep(EVERY_MILLIS);
        say(line(System.nanoTime()), false);
      }
    } catch (InterruptedException over) {
      // the tool ends
    }
  }

  /** What passed since the last line. */
  String line(long now) {
    long nowMessages = messages.sum();
    long nowBytes = bytes.sum();
    double seconds = Math.max(1e-3, (now - toldNanos) / 1e9);
    String line = line(nowMessages, nowMessages - toldMessages, nowBytes - toldBytes, seconds);
    toldNanos = now;
    toldMessages = nowMessages;
    toldBytes = nowBytes;
    return line;
  }

  private String line(long all, long some, long someBytes, double seconds) {
    String counted = String.format(Locale.ROOT, "%,d %s, %,.0f/s", all, what, some / seconds);
    double kibibytes = someBytes / seconds / 1024;
    String sized = String.format(Locale.ROOT, ", %,.1f KiB/s", kibibytes);
    return bar() + counted + (bytes.sum() == 0 ? "" : sized);
  }

  /** How much of all is done, where that is known. */
  private String bar() {
    DoubleSupplier done = share;
    if (!redrawn || done == null) {
      return "";
    }
    double part = Math.max(0, Math.min(1, done.getAsDouble()));
    int full = (int) (part * BAR);
    return String.format(
        Locale.ROOT, "[%s%s] %3.0f %%  ", "#".repeat(full), "-".repeat(BAR - full), 100 * part);
  }

  /** From here on a terminal sees how much is done, from 0 to 1. */
  void toward(DoubleSupplier done) {
    share = done;
  }

  private void say(String line, boolean last) {
    if (err != null) {
      err.print(redrawn ? LINE_CLEAR + line + (last ? "\n" : "") : line + "\n");
      err.flush();
    }
  }

  /** Says how it was from begin to end. */
  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
      double seconds = Math.max(1e-3, (System.nanoTime() - beginNanos) / 1e9);
      say(line(messages.sum(), messages.sum(), bytes.sum(), seconds), true);
    }
  }
}

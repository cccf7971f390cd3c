package io.whimbrel.cli;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import picocli.CommandLine.Help.Ansi;

/**
 * Tells a person who waits what is being done: nothing in the first second, then a line every
 * second; on a terminal it is the same line. Used by one thread.
 */
final class ToolProgress implements Consumer<String> {
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final String LINE_BEGIN = "\r";
  private static final String LINE_CLEAR = "\r\u001b[K";

  private final PrintWriter err;
  private final boolean redrawn;
  private long toldNanos = System.nanoTime();
  private boolean drawn;

  ToolProgress(PrintWriter err) {
    this(err, Ansi.AUTO.enabled());
  }

  /**
   * @param redrawn whether a line may be drawn over
   */
  ToolProgress(PrintWriter err, boolean redrawn) {
    this.err = err;
    this.redrawn = redrawn;
  }

  @Override
  public void accept(String what) {
    long now = System.nanoTime();
    if (now - toldNanos < EVERY_NANOS) {
      return;
    }
    toldNanos = now;
    if (redrawn) {
      err.print(LINE_CLEAR + what + LINE_BEGIN);
      drawn = true;
    } else {
      err.println(what);
    }
    err.flush();
  }

  /** Takes away what is drawn, for what is said next. */
  void clear() {
    if (drawn) {
      err.print(LINE_CLEAR);
      err.flush();
      drawn = false;
    }
  }
}

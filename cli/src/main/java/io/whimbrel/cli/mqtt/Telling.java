package io.whimbrel.cli.mqtt;

import java.io.PrintWriter;
import java.util.regex.Pattern;

/** Tells people what happens, as far as they want to hear it. For any thread. */
final class Telling {
  private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}]");

  private final PrintWriter err;
  private final boolean quiet;
  private final boolean debug;

  Telling(PrintWriter err, Flags flags) {
    this.err = err;
    this.quiet = flags.has(Flag.QUIET);
    this.debug = flags.has(Flag.DEBUG) && !quiet;
  }

  /** Something failed: what, and what can be done. */
  void failure(String what) {
    if (!quiet) {
      line("whimbrel: " + what);
    }
  }

  /** A step that only who looks for a mistake wants to know. */
  void step(String what) {
    if (debug) {
      line(what);
    }
  }

  private void line(String what) {
    err.println(UNSEEN.matcher(what).replaceAll("?")); // a server's words may hold anything
    err.flush();
  }

  PrintWriter err() {
    return err;
  }
}

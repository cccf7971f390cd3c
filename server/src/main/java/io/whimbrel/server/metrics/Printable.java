package io.whimbrel.server.metrics;

import java.util.Locale;

/** Text a client chose, made safe for a line of log. */
final class Printable {
  private static final int LENGTH_MAX = 200;

  private Printable() {}

  static String quoted(String text) {
    return "'" + escaped(text) + "'";
  }

  /** Control characters as their code, and no more of it than a line bears. */
  static String escaped(String text) {
    StringBuilder safe = new StringBuilder();
    text.codePoints()
        .limit(LENGTH_MAX)
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                safe.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                safe.appendCodePoint(c);
              }
            });
    return text.length() > LENGTH_MAX ? safe + "…" : safe.toString();
  }
}

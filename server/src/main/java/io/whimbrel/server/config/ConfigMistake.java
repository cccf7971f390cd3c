package io.whimbrel.server.config;

import java.util.Locale;

/**
 * One thing that is wrong in a configuration, told in one line.
 *
 * @param where file and line, environment variable or flag
 * @param key the key concerned; empty where the mistake is no key's
 * @param problem what was found and what is allowed
 */
public record ConfigMistake(String where, String key, String problem) {
  private static final int SHOWN_MAX = 60;

  /** The line to print. */
  public String line() {
    return oneLine(key.isEmpty() ? where + ": " + problem : where + ": " + key + ": " + problem);
  }

  /** What somebody wrote, quoted, not longer than a glance. */
  static String quoted(String text) {
    boolean fits = text.codePointCount(0, text.length()) <= SHOWN_MAX;
    String shown = fits ? text : text.substring(0, text.offsetByCodePoints(0, SHOWN_MAX)) + "…";
    return "'" + oneLine(shown) + "'";
  }

  /** The text with all that could leave its line, or speak to a terminal, written out. */
  static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints().forEach(c -> append(line, c));
    return line.toString();
  }

  private static void append(StringBuilder line, int c) {
    switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          line.append(
              c == '\n' ? "\\n" : c == '\t' ? "\\t" : String.format(Locale.ROOT, "\\u%04x", c));
      default -> line.appendCodePoint(c);
    }
  }
}

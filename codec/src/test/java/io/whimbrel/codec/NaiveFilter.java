package io.whimbrel.codec;

import java.nio.charset.StandardCharsets;

/**
 * The rules for filters (4.7.1, 4.7.3, 4.8.2) written down once more, slowly and in other words.
 */
final class NaiveFilter {
  private NaiveFilter() {}

  static boolean isValid(String text) {
    if (text.startsWith("$share/")) {
      String[] parts = text.split("/", 3);
      return parts.length == 3
          && !parts[1].isEmpty()
          && !parts[1].contains("+")
          && !parts[1].contains("#")
          && isPlainFilter(parts[2]);
    }
    return isPlainFilter(text);
  }

  private static boolean isPlainFilter(String text) {
    String[] levels = text.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      boolean wild = levels[i].contains("+") || levels[i].contains("#");
      if (wild && levels[i].length() > 1) {
        return false;
      }
      if (levels[i].equals("#") && i < levels.length - 1) {
        return false;
      }
    }
    return !text.isEmpty() && text.getBytes(StandardCharsets.UTF_8).length < 65_536;
  }
}

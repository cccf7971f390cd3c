package io.whimbrel.cli;

import java.util.regex.Pattern;

/** Text that came from clients, for a terminal: it cannot speak to it. */
final class Printable {
  private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}]");

  private Printable() {}

  static String text(String text) {
    return UNSEEN.matcher(text).replaceAll("?");
  }
}

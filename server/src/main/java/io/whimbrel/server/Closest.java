package io.whimbrel.server;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Guesses which name was meant. */
final class Closest {
  private static final int LENGTH_MAX = 200;

  private Closest() {}

  /** Words to put behind "no such …", whether or not there is a guess. */
  static String hint(String found, Collection<String> known) {
    return to(found, known)
        .map(name -> ", did you mean " + name + "?")
        .orElse("; whimbrel broker --print-config shows all there are");
  }

  /** The known name that is nearest, where one is near. */
  static Optional<String> to(String found, Collection<String> known) {
    String plain = plain(found);
    String last = plain(lastOf(found));
    Optional<String> best = Optional.empty();
    int bestDistance = Integer.MAX_VALUE;
    for (String name : new TreeSet<>(known)) {
      boolean misplaced = last.equals(plain(lastOf(name)));
      int distance = misplaced ? 0 : distance(plain, plain(name));
      if (plain.equals(plain(name))) {
        distance = -1;
      }
      if (distance <= 1 + plain.length() / 6 && distance < bestDistance) {
        best = Optional.of(name);
        bestDistance = distance;
      }
    }
    return best;
  }

  private static String lastOf(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** Without what is mixed up most: case, hyphens, underscores. */
  private static String plain(String name) {
    String shortened = name.length() > LENGTH_MAX ? name.substring(0, LENGTH_MAX) : name;
    return shortened.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  /** Insertions, deletions and replacements from one to the other (Levenshtein 1965). */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}

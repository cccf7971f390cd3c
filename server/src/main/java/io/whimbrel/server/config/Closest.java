package io.whimbrel.server.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Guesses which name was meant. */
public final class Closest {
  private static final int LENGTH_MAX = 200;

  private Closest() {}

  /** Words to put behind "no such …", whether or not there is a guess. */
  static String hint(String found, Collection<String> known) {
    return to(found, known)
        .map(name -> ", did you mean " + name + "?")
        .orElse("; whimbrel broker --print-config shows all there are");
  }

  /** The known name that is nearest, where one is near. */
  public static Optional<String> to(String found, Collection<String> known) {
    String plain = plain(found);
    String last = plain(lastOf(found));
    int near = 1 + plain.length() / 6;
    Optional<String> best = Optional.empty();
    int bestDistance = Integer.MAX_VALUE;
    for (String name : new TreeSet<>(known)) {
      boolean misplaced = last.equals(plain(lastOf(name)));
      int distance = misplaced ? 0 : distance(plain, plain(name), near);
      if (plain.equals(plain(name))) {
        distance = -1;
      }
      if (distance <= near && distance < bestDistance) {
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

  /**
   * Steps from one to the other: insert, delete, replace, swap neighbours (Damerau 1964). Not
   * counted where the lengths tell that there are more than matter.
   */
  private static int distance(String from, String to, int most) {
    if (Math.abs(from.length() - to.length()) > most) {
      return most + 1;
    }
    int[][] steps = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        steps[i][j] = i == 0 || j == 0 ? i + j : step(steps, from, i, to, j);
      }
    }
    return steps[from.length()][to.length()];
  }

  private static int step(int[][] steps, String from, int i, String to, int j) {
    char c = from.charAt(i - 1);
    char d = to.charAt(j - 1);
    int fewest = steps[i - 1][j - 1] + (c == d ? 0 : 1);
    fewest = Math.min(fewest, 1 + Math.min(steps[i - 1][j], steps[i][j - 1]));
    boolean swapped = i > 1 && j > 1 && c == to.charAt(j - 2) && d == from.charAt(i - 2);
    return swapped ? Math.min(fewest, 1 + steps[i - 2][j - 2]) : fewest;
  }
}

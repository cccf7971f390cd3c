package io.whimbrel.server.config;

/**
 * A text in which {@code *} stands for any characters, also none. Immutable.
 *
 * @param text as it was written
 */
public record Glob(String text) {

  /** Whether it is all of this. Takes time in proportion to both lengths at most. */
  public boolean matches(String other) {
    int mine = 0;
    int theirs = 0;
    int star = -1;
    int tried = 0;
    while (theirs < other.length()) {
      if (mine < text.length() && text.charAt(mine) == '*') {
        star = mine++;
        tried = theirs;
      } else if (mine < text.length() && text.charAt(mine) == other.charAt(theirs)) {
        mine++;
        theirs++;
      } else if (star >= 0) {
        mine = star + 1;
        theirs = ++tried;
      } else {
        return false;
      }
    }
    while (mine < text.length() && text.charAt(mine) == '*') {
      mine++;
    }
    return mine == text.length();
  }
}

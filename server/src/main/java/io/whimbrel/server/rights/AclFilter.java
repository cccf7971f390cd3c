package io.whimbrel.server.rights;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A topic filter of a rule, seen as its levels (4.7). Immutable. */
public final class AclFilter {
  private static final String MANY = "#";
  private static final String ONE = "+";
  private static final byte[][] NO_BYTES = {};

  private final List<String> levels;
  private final byte[][] utf8;

  /**
   * @param levels the levels; the last may be {@code #}, any may be {@code +}
   */
  AclFilter(List<String> levels) {
    this.levels = List.copyOf(levels);
    this.utf8 =
        levels.stream()
            .map(level -> level.getBytes(StandardCharsets.UTF_8))
            .toList()
            .toArray(NO_BYTES);
  }

  /** Another way to say {@code #}. */
  private static final List<String> ALL = List.of(ONE, MANY);

  /**
   * A filter.
   *
   * @throws IllegalArgumentException {@code #} or {@code +} is where it may not be, or it is empty
   */
  public static AclFilter of(String text) {
    List<String> levels = split(text);
    for (int i = 0; i < levels.size(); i++) {
      String level = levels.get(i);
      boolean wild = level.contains(MANY) || level.contains(ONE);
      boolean right = level.equals(ONE) || (level.equals(MANY) && i == levels.size() - 1);
      if (wild && !right) {
        throw new IllegalArgumentException("+ takes a whole level, and # the last one");
      }
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a topic has a character at least");
    }
    return new AclFilter(levels);
  }

  /** The levels of a topic or filter in UTF-8. */
  static List<String> levels(byte[] utf8) {
    return split(new String(utf8, StandardCharsets.UTF_8));
  }

  static List<String> split(String text) {
    List<String> levels = new ArrayList<>();
    int from = 0;
    for (int slash = text.indexOf('/'); slash >= 0; slash = text.indexOf('/', from)) {
      levels.add(text.substring(from, slash));
      from = slash + 1;
    }
    levels.add(text.substring(from));
    return levels;
  }

  /** Whether some level has this in it. */
  boolean has(String part) {
    return levels.stream().anyMatch(level -> level.contains(part));
  }

  /** The same with each level made into another one. */
  AclFilter filled(UnaryOperator<String> fill) {
    return new AclFilter(levels.stream().map(fill).toList());
  }

  /** The same up to the first such level, and everything there and below. */
  AclFilter everythingFrom(Predicate<String> such) {
    List<String> wider = new ArrayList<>();
    for (String level : levels) {
      if (such.test(level)) {
        wider.add(MANY);
        break;
      }
      wider.add(level);
    }
    return new AclFilter(List.copyOf(wider));
  }

  /** Whether it matches a Topic Name in UTF-8; allocates nothing. */
  public boolean matches(byte[] topic) {
    if (isWild(utf8[0]) && topic.length > 0 && topic[0] == '$') { // [MQTT-4.7.2-1]
      return false;
    }
    int from = 0; // of the level of the topic; behind its end where it has none left
    for (byte[] level : utf8) {
      if (is(level, '#')) {
        return true; // the parent, too [MQTT-4.7.1-2]
      }
      if (from > topic.length) {
        return false;
      }
      int end = from;
      while (end < topic.length && topic[end] != '/') {
        end++;
      }
      if (!is(level, '+') && !Arrays.equals(level, 0, level.length, topic, from, end)) {
        return false;
      }
      from = end + 1;
    }
    return from > topic.length;
  }

  private static boolean isWild(byte[] level) {
    return is(level, '#') || is(level, '+');
  }

  private static boolean is(byte[] level, char sign) {
    return level.length == 1 && level[0] == sign;
  }

  /**
   * Whether every topic that the other filter matches is matched by this one. A topic name is a
   * filter that matches itself alone.
   */
  boolean covers(List<String> other) {
    if (hides(levels, other)) {
      return false;
    }
    for (int i = 0; i < levels.size(); i++) {
      String mine = levels.get(i);
      if (mine.equals(MANY)) {
        return true; // the parent, too [MQTT-4.7.1-2]
      }
      if (i == other.size()) {
        return false;
      }
      String theirs = other.get(i);
      if (theirs.equals(MANY)) {
        return i == 0 && levels.equals(ALL); // there is always a first level
      }
      if (!mine.equals(theirs) && !mine.equals(ONE)) {
        return false;
      }
    }
    return other.size() == levels.size();
  }

  /** Whether there is a topic that both match. */
  boolean meets(List<String> other) {
    if (hides(levels, other) || hides(other, levels)) {
      return false;
    }
    for (int i = 0; ; i++) {
      boolean mineEnds = i == levels.size();
      boolean theirsEnd = i == other.size();
      if (mineEnds || theirsEnd) {
        return (mineEnds && theirsEnd)
            || (mineEnds && other.get(i).equals(MANY))
            || (theirsEnd && levels.get(i).equals(MANY));
      }
      String mine = levels.get(i);
      String theirs = other.get(i);
      if (mine.equals(MANY) || theirs.equals(MANY)) {
        return true;
      }
      if (!mine.equals(theirs) && !mine.equals(ONE) && !theirs.equals(ONE)) {
        return false;
      }
    }
  }

  /** A filter that begins with a wildcard does not match what begins with $ [MQTT-4.7.2-1]. */
  private static boolean hides(List<String> filter, List<String> other) {
    String first = filter.get(0);
    return (first.equals(MANY) || first.equals(ONE)) && other.get(0).startsWith("$");
  }
}

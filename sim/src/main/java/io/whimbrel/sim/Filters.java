package io.whimbrel.sim;

/**
 * Which filters match which topics, told once more and as plainly as section 4.7 says it, so that
 * the broker's index has a judge that is not its own.
 */
final class Filters {
  private Filters() {}

  static boolean isShared(String filter) {
    return filter.startsWith("$share/");
  }

  /** The filter without {@code $share/name/}. */
  static String inner(String filter) {
    return isShared(filter) ? filter.substring(filter.indexOf('/', 7) + 1) : filter;
  }

  static boolean matches(String filter, String topic) {
    String inner = inner(filter);
    boolean wildcardFirst = inner.startsWith("+") || inner.startsWith("#");
    if (topic.startsWith("$") && wildcardFirst) {
      return false;
    }
    return matches(inner.split("/", -1), topic.split("/", -1), 0);
  }

  private static boolean matches(String[] filter, String[] topic, int level) {
    if (level == filter.length) {
      return level == topic.length;
    }
    if (filter[level].equals("#")) {
      return true; // the parent level included
    }
    if (level == topic.length) {
      return false;
    }
    boolean same = filter[level].equals("+") || filter[level].equals(topic[level]);
    return same && matches(filter, topic, level + 1);
  }
}

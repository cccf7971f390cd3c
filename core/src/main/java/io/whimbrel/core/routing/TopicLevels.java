package io.whimbrel.core.routing;

/**
 * A topic name or filter taken apart: where each level ends, and its hash. Made once per walk, so
 * that a walk that meets a level often hashes it once. Owned by the walk.
 */
final class TopicLevels {
  private final byte[] path;
  private final int count;

  /** Two numbers per level: its end (exclusive), then its hash. */
  private final int[] ends;

  TopicLevels(byte[] path, LevelHash hashing) {
    this.path = path;
    int separators = 0;
    for (byte b : path) {
      if (b == '/') {
        separators++;
      }
    }
    this.count = separators + 1;
    this.ends = new int[2 * count];
    int from = 0;
    int level = 0;
    for (int i = 0; i <= path.length; i++) {
      if (i == path.length || path[i] == '/') {
        ends[2 * level] = i;
        ends[2 * level + 1] = hashing.of(path, from, i);
        level++;
        from = i + 1; // adjacent separators hold an empty level between them (4.7.1.1)
      }
    }
  }

  /** The number of levels, at least one. */
  int count() {
    return count;
  }

  byte[] bytes() {
    return path;
  }

  int from(int level) {
    return level == 0 ? 0 : ends[2 * level - 2] + 1;
  }

  int to(int level) {
    return ends[2 * level];
  }

  int hash(int level) {
    return ends[2 * level + 1];
  }

  /** Whether the level is the one-byte level {@code wildcard}, {@code +} or {@code #}. */
  boolean is(int level, char wildcard) {
    int from = from(level);
    return to(level) - from == 1 && path[from] == wildcard;
  }

  /** The level as a key to keep. */
  Level level(int level) {
    return Level.copy(path, from(level), to(level), hash(level));
  }
}

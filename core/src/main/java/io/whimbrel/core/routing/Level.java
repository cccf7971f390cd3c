package io.whimbrel.core.routing;

import java.util.Arrays;

/** One level of a topic as the key of a map: its bytes, with their hash. Immutable. */
final class Level {
  /** The level above the first, which has no bytes of its own. */
  static final Level ROOT = new Level(new byte[0], 0);

  static final Level PLUS = new Level(new byte[] {'+'}, LevelHash.PLUS);
  static final Level HASH = new Level(new byte[] {'#'}, LevelHash.HASH);

  private final byte[] bytes;
  private final int hash;

  private Level(byte[] bytes, int hash) {
    this.bytes = bytes;
    this.hash = hash;
  }

  /** A copy of {@code bytes[from..to)}, whose hash is known. */
  static Level copy(byte[] bytes, int from, int to, int hash) {
    if (to - from == 1 && bytes[from] == '+') {
      return PLUS;
    }
    if (to - from == 1 && bytes[from] == '#') {
      return HASH;
    }
    return new Level(Arrays.copyOfRange(bytes, from, to), hash);
  }

  /** Whether this level is {@code other[from..to)}, whose hash is {@code otherHash}. */
  boolean is(byte[] other, int from, int to, int otherHash) {
    return hash == otherHash && Arrays.equals(bytes, 0, bytes.length, other, from, to);
  }

  /** Whether the level begins with {@code $}. */
  boolean startsWithDollar() {
    return bytes.length > 0 && bytes[0] == '$';
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Level level && is(level.bytes, 0, level.bytes.length, level.hash);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}

package io.whimbrel.core.routing;

/**
 * A keyed hash of one topic level. Peers choose their levels, so with a known hash they could make
 * all of them collide and turn the maps into lists; here two different levels collide for hardly
 * any key, whoever chose them: the level's bytes are the coefficients of a polynomial modulo the
 * prime 2^31 - 1, evaluated at the key (Carter and Wegman, "Universal classes of hash functions",
 * 1979).
 *
 * <p>The same key gives the same hashes on every machine, and so the same order of iteration.
 */
final class LevelHash {
  /** The hash of the level {@code +}: a level of up to three bytes is its own hash. */
  static final int PLUS = '+' | 1 << 25;

  /** The hash of the level {@code #}. */
  static final int HASH = '#' | 1 << 25;

  private static final long PRIME = (1L << 31) - 1;

  private final long key;

  /** A hash whose multiplier, 30 bits wide, is drawn from {@code key}. */
  LevelHash(long key) {
    long mixed = (key ^ key >>> 32) * 0x9E3779B97F4A7C15L;
    this.key = (mixed >>> 34) | 1 << 20; // below 2^30, so that no product leaves 63 bits
  }

  /** The hash of {@code bytes[from..to)}, never negative. */
  int of(byte[] bytes, int from, int to) {
    long hash = 0;
    int i = from;
    for (; i + 3 <= to; i += 3) {
      int chunk = (bytes[i] & 0xff) | (bytes[i + 1] & 0xff) << 8 | (bytes[i + 2] & 0xff) << 16;
      hash = step(hash, chunk + 1);
    }
    if (to - i == 2) {
      hash = step(hash, (bytes[i] & 0xff) | (bytes[i + 1] & 0xff) << 8 | 1 << 26);
    } else if (to - i == 1) {
      hash = step(hash, (bytes[i] & 0xff) | 1 << 25);
    }
    return (int) (hash % PRIME);
  }

  private long step(long hash, int chunk) {
    long next = hash * key + chunk;
    return (next & PRIME) + (next >>> 31); // congruent, and below 2^33
  }
}

package io.whimbrel.sim;

import java.util.List;
import java.util.SplittableRandom;

/** A stream of chance that a seed and a name fix for ever. Owned by the simulation's thread. */
final class Dice {
  private final SplittableRandom random;

  private Dice(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Streams of different names know nothing of each other: what one draws changes no other. */
  static Dice of(long seed, String name) {
    long mixed = seed * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L;
    for (int i = 0; i < name.length(); i++) {
      mixed = (mixed ^ name.charAt(i)) * 0xD6E8FEB86659FD93L;
      mixed ^= mixed >>> 29;
    }
    return new Dice(mixed);
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** 0 to one less than the bound. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Both ends included. */
  int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  int pick(int... among) {
    return among[random.nextInt(among.length)];
  }

  <T> T pick(List<T> among) {
    return among.get(random.nextInt(among.size()));
  }

  long number() {
    return random.nextLong();
  }
}

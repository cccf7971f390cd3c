package io.whimbrel.sim;

import java.util.List;

/** A run in which the broker broke one of its promises. */
public final class LawBrokenException extends RuntimeException {
  private final long seed;
  private final String law;
  private final List<String> tail;

  LawBrokenException(long seed, String law, String detail, List<String> tail) {
    super("seed " + seed + " breaks \"" + law + "\": " + detail);
    this.seed = seed;
    this.law = law;
    this.tail = List.copyOf(tail);
  }

  /** The seed that shows it again. */
  public long seed() {
    return seed;
  }

  /** The law's name. */
  public String law() {
    return law;
  }

  /** The last lines of the history. */
  public List<String> tail() {
    return tail;
  }
}

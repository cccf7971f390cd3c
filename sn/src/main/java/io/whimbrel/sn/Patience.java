package io.whimbrel.sn;

/** How long a device may be silent (7.2). */
final class Patience {
  private Patience() {}

  /** A tenth more than it said, and half as much again where that is not more than a minute. */
  static long millis(int seconds) {
    return seconds > 60 ? seconds * 1100L : seconds * 1500L;
  }
}

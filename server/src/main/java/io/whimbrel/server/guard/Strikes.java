package io.whimbrel.server.guard;

import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what one may do only so often within a while; whoever does it more often is out for
 * another while. Callable from every thread; bounded as {@link RecentTable} is.
 */
final class Strikes {
  private final int max;
  private final long windowMillis;
  private final long outMillis;
  private final RecentTable<Strike> known;
  private final LongAdder begun = new LongAdder();

  private record Strike(Fingerprint who, int count, long untilMillis)
      implements RecentTable.Entry {}

  /**
   * Nobody has done anything so far.
   *
   * @param max how often is often enough to be out; 0: nobody ever is
   * @param windowMillis counted from the first time
   * @param outMillis how long somebody is out
   * @param placesMax how many are remembered
   */
  Strikes(int max, long windowMillis, long outMillis, int placesMax) {
    this.max = max;
    this.windowMillis = windowMillis;
    this.outMillis = outMillis;
    this.known = new RecentTable<>(max == 0 ? 1 : placesMax);
  }

  /** Whether anybody ever is. */
  boolean isOn() {
    return max > 0;
  }

  /** How often is often enough. */
  int max() {
    return max;
  }

  /** Whether somebody is out. */
  boolean isOut(Fingerprint who, long nowMillis) {
    return isOn() && known.find(who, nowMillis).filter(this::isOut).isPresent();
  }

  private boolean isOut(Strike strike) {
    return strike.count >= max;
  }

  /** Somebody did it once more; says whether that is why it is out from now on. */
  boolean strike(Fingerprint who, long nowMillis) {
    if (!isOn()) {
      return false;
    }
    Strike now = known.update(who, nowMillis, before -> next(who, before, nowMillis));
    boolean begins = now.count == max;
    if (begins) {
      begun.increment();
    }
    return begins;
  }

  private Strike next(Fingerprint who, Optional<Strike> before, long nowMillis) {
    int count = before.map(Strike::count).orElse(0) + 1;
    if (count == max) {
      return new Strike(who, count, nowMillis + outMillis);
    }
    long until = before.map(Strike::untilMillis).orElse(nowMillis + windowMillis);
    return new Strike(who, count, until);
  }

  /** What somebody did so far does not count. */
  void forgive(Fingerprint who) {
    if (isOn()) {
      known.forget(who);
    }
  }

  /** How often somebody was out from then on. */
  long begun() {
    return begun.sum();
  }
}

package io.whimbrel.server.guard;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what one may do only so often within a while; whoever does it more often is out for
 * another while. Callable from every thread; bounded as {@link RecentTable} is.
 */
final class Strikes {
  private final long windowMillis;
  private volatile Bounds bounds;
  private final RecentTable<Strike> known;
  private final LongAdder begun = new LongAdder();

  /** See {@link #limits}. */
  private record Bounds(int max, long outMillis) {}

  /**
   * @param outAt how many it were when that was too many; 0: it is not yet
   */
  private record Strike(Fingerprint who, int count, int outAt, long untilMillis)
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
    this.windowMillis = windowMillis;
    this.bounds = new Bounds(max, outMillis);
    this.known = new RecentTable<>(placesMax);
  }

  /**
   * From now on this is often enough; whoever is out stays so for the time it was given, but where
   * it is 0 nobody is out.
   */
  void limits(int max, long outMillis) {
    bounds = new Bounds(max, outMillis);
  }

  /** Whether anybody ever is. */
  boolean isOn() {
    return bounds.max > 0;
  }

  /** How often is often enough, and what follows, as people read it. */
  String text(String ofWhat) {
    Bounds now = bounds;
    long seconds = TimeUnit.MILLISECONDS.toSeconds(now.outMillis);
    return now.max + " " + ofWhat + " within a minute, refused for " + seconds + " s";
  }

  /** Whether somebody is out. */
  boolean isOut(Fingerprint who, long nowMillis) {
    return isOn() && known.find(who, nowMillis).filter(strike -> strike.outAt > 0).isPresent();
  }

  /** Somebody did it once more; says whether that is why it is out from now on. */
  boolean strike(Fingerprint who, long nowMillis) {
    Bounds asked = bounds;
    if (asked.max == 0) {
      return false;
    }
    Strike now = known.update(who, nowMillis, before -> next(who, before, asked, nowMillis));
    boolean begins = now.count == now.outAt;
    if (begins) {
      begun.increment();
    }
    return begins;
  }

  private Strike next(Fingerprint who, Optional<Strike> before, Bounds asked, long nowMillis) {
    int count = before.map(Strike::count).orElse(0) + 1;
    int outAt = before.map(Strike::outAt).orElse(0);
    if (outAt == 0 && count >= asked.max) {
      return new Strike(who, count, count, nowMillis + asked.outMillis);
    }
    long until = before.map(Strike::untilMillis).orElse(nowMillis + windowMillis);
    return new Strike(who, count, outAt, until);
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

package io.whimbrel.server.guard;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How fast new connections come, in all and from each address, and whether they may at all. Asked
 * before anything is spent on one. Callable from every thread.
 *
 * <p>One that is refused for its address takes nothing of what all share.
 */
public final class Intake {
  private static final int ADDRESSES_MAX = 65_536;
  private static final long FULL_AGAIN_MILLIS = 1_000;

  private final Overload overload;
  private final Predicate<InetAddress> banned;
  private final LongSupplier millis;
  private volatile Pace pace;

  /** Why a connection may not come now. */
  public enum Verdict {
    WELCOME,
    OVERLOADED,
    TOO_FAST,
    TOO_FAST_FROM_THERE,
    BANNED_THERE
  }

  /**
   * The bucket of an address.
   *
   * @param untilMillis by then the bucket is full again
   */
  private record Comer(Fingerprint who, TokenBucket bucket, long untilMillis)
      implements RecentTable.Entry {}

  /**
   * How many may come in a second, and who came.
   *
   * @param all the bucket of all; null: any number may come
   */
  private record Pace(
      int max, int perAddressMax, @Nullable TokenBucket all, RecentTable<Comer> comers) {
    static Pace of(int max, int perAddressMax) {
      return new Pace(max, perAddressMax, bucket(max), new RecentTable<>(ADDRESSES_MAX));
    }

    private static @Nullable TokenBucket bucket(int max) {
      return max == 0 ? null : new TokenBucket(max);
    }

    /** Whoever came counts on where a rate is the same. */
    Pace becoming(int nextMax, int nextPerAddressMax) {
      return new Pace(
          nextMax,
          nextPerAddressMax,
          nextMax == max ? all : bucket(nextMax),
          nextPerAddressMax == perAddressMax ? comers : new RecentTable<>(ADDRESSES_MAX));
    }

    boolean mayCome(@Nullable InetAddress from, long now) {
      if (perAddressMax == 0 || from == null) {
        return true;
      }
      Fingerprint who = Fingerprint.of(AddressBlock.of(from).text());
      return comers.update(who, now, before -> comer(who, before, now)).bucket.tryTake(now);
    }

    private Comer comer(Fingerprint who, Optional<Comer> before, long now) {
      TokenBucket bucket =
          before.map(Comer::bucket).orElseGet(() -> new TokenBucket(perAddressMax));
      return new Comer(who, bucket, now + FULL_AGAIN_MILLIS + 1);
    }
  }

  /**
   * Nobody has come so far.
   *
   * @param max connections per second; 0: any number
   * @param perAddressMax of these, from one address; 0: any number
   * @param banned whether nobody at an address is let in
   * @param millis broker time
   */
  public Intake(
      int max,
      int perAddressMax,
      Overload overload,
      Predicate<InetAddress> banned,
      LongSupplier millis) {
    this.overload = overload;
    this.banned = banned;
    this.millis = millis;
    this.pace = Pace.of(max, perAddressMax);
  }

  /** From now on so many may come; by the one thread that reads the configuration. */
  public void limits(int max, int perAddressMax) {
    pace = pace.becoming(max, perAddressMax);
  }

  /** Whether nobody may come. */
  public boolean isOverloaded() {
    return overload.isOn();
  }

  /** Somebody is there. */
  public Verdict onConnection(@Nullable InetAddress from) {
    if (overload.isOn()) {
      return Verdict.OVERLOADED;
    }
    if (from != null && banned.test(from)) {
      return Verdict.BANNED_THERE;
    }
    Pace asked = pace;
    TokenBucket all = asked.all;
    if (all == null && asked.perAddressMax == 0) {
      return Verdict.WELCOME;
    }
    long now = millis.getAsLong();
    if (!asked.mayCome(from, now)) {
      return Verdict.TOO_FAST_FROM_THERE;
    }
    return all == null || all.tryTake(now) ? Verdict.WELCOME : Verdict.TOO_FAST;
  }
}

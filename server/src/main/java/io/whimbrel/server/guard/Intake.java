package io.whimbrel.server.guard;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.LongSupplier;
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
  private final LongSupplier millis;
  private final @Nullable TokenBucket all;
  private final int perAddress;
  private final RecentTable<Comer> comers;

  /** Why a connection may not come now. */
  public enum Verdict {
    WELCOME,
    OVERLOADED,
    TOO_FAST,
    TOO_FAST_FROM_THERE
  }

  /**
   * The bucket of an address.
   *
   * @param untilMillis by then the bucket is full again
   */
  private record Comer(Fingerprint who, TokenBucket bucket, long untilMillis)
      implements RecentTable.Entry {}

  /**
   * Nobody has come so far.
   *
   * @param max connections per second; 0: any number
   * @param perAddressMax of these, from one address; 0: any number
   * @param millis broker time
   */
  public Intake(int max, int perAddressMax, Overload overload, LongSupplier millis) {
    this.overload = overload;
    this.millis = millis;
    this.all = max == 0 ? null : new TokenBucket(max);
    this.perAddress = perAddressMax;
    this.comers = new RecentTable<>(perAddressMax == 0 ? 1 : ADDRESSES_MAX);
  }

  /** Somebody is there. */
  public Verdict onConnection(@Nullable InetAddress from) {
    if (overload.isOn()) {
      return Verdict.OVERLOADED;
    }
    if (all == null && perAddress == 0) {
      return Verdict.WELCOME;
    }
    long now = millis.getAsLong();
    if (perAddress > 0 && from != null && !mayCome(from, now)) {
      return Verdict.TOO_FAST_FROM_THERE;
    }
    return all == null || all.tryTake(now) ? Verdict.WELCOME : Verdict.TOO_FAST;
  }

  /** It is known only now from where somebody comes, who was counted among all before. */
  public Verdict onAddress(@Nullable InetAddress from) {
    return perAddress > 0 && from != null && !mayCome(from, millis.getAsLong())
        ? Verdict.TOO_FAST_FROM_THERE
        : Verdict.WELCOME;
  }

  private boolean mayCome(InetAddress from, long now) {
    Fingerprint who = Fingerprint.of(AddressBlock.of(from).text());
    return comers.update(who, now, before -> comer(who, before, now)).bucket.tryTake(now);
  }

  private Comer comer(Fingerprint who, Optional<Comer> before, long now) {
    TokenBucket bucket = before.map(Comer::bucket).orElseGet(() -> new TokenBucket(perAddress));
    return new Comer(who, bucket, now + FULL_AGAIN_MILLIS + 1);
  }
}

package io.whimbrel.server.guard;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One bucket for each name that connections have in common: a client, a user, an address. There as
 * long as one of its connections is, and behind the last one until nothing is owed, so that nobody
 * gets rid of a debt by coming again; of debts that nobody is there for a bounded number is kept.
 * Callable from every thread; touched when a connection begins and ends, never for a message.
 */
final class SharedBuckets {
  /** Debts kept of those who have gone; further ones are forgiven. */
  static final int LEFT_MAX = 10_000;

  private final long rate;
  private final ConcurrentMap<Fingerprint, Shared> known = new ConcurrentHashMap<>();
  private final AtomicInteger left = new AtomicInteger();

  /** A bucket with those who take from it. */
  private record Shared(TokenBucket bucket, int takers) {
    Shared with(int more) {
      return new Shared(bucket, takers + more);
    }
  }

  /**
   * No buckets so far.
   *
   * @param rate tokens per second of each, 1 or more
   */
  SharedBuckets(long rate) {
    this.rate = rate;
  }

  /** The bucket of that name, to be given back once. */
  TokenBucket enter(Fingerprint who) {
    return known.compute(who, (name, shared) -> joined(shared)).bucket;
  }

  private Shared joined(@Nullable Shared shared) {
    if (shared == null) {
      return new Shared(new TokenBucket(rate), 1);
    }
    if (shared.takers == 0) {
      left.decrementAndGet();
    }
    return shared.with(1);
  }

  /** One that had the bucket has gone. */
  void leave(Fingerprint who, long nowMillis) {
    known.computeIfPresent(who, (name, shared) -> parted(shared.with(-1), nowMillis));
  }

  private @Nullable Shared parted(Shared shared, long nowMillis) {
    if (shared.takers > 0) {
      return shared;
    }
    if (shared.bucket.isFull(nowMillis) || left.get() >= LEFT_MAX) {
      return null;
    }
    left.incrementAndGet();
    return shared;
  }

  /** Forgets those who have gone and owe nothing any more. */
  void sweep(long nowMillis) {
    for (Fingerprint who : known.keySet()) {
      known.computeIfPresent(who, (name, shared) -> paid(shared, nowMillis));
    }
  }

  private @Nullable Shared paid(Shared shared, long nowMillis) {
    if (shared.takers > 0 || !shared.bucket.isFull(nowMillis)) {
      return shared;
    }
    left.decrementAndGet();
    return null;
  }

  /** How many are known. */
  int size() {
    return known.size();
  }
}

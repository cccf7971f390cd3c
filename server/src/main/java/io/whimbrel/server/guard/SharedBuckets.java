package io.whimbrel.server.guard;

import java.util.Collections;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
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

  /** Of these, looked at in one sweep. */
  static final int SWEPT_MAX = 1_000;

  private final long rate;
  private final ConcurrentMap<Fingerprint, Shared> known = new ConcurrentHashMap<>();

  /** Those whose buckets nobody has; changed inside an operation of the other map. */
  private final Set<Fingerprint> left = ConcurrentHashMap.newKeySet();

  /** The sweeper's own. */
  private Iterator<Fingerprint> sweeping = Collections.emptyIterator();

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

  /** Tokens per second of each. */
  long rate() {
    return rate;
  }

  /** The bucket of that name, to be given back once. */
  TokenBucket enter(Fingerprint who) {
    return known.compute(who, (name, shared) -> joined(name, shared)).bucket;
  }

  private Shared joined(Fingerprint who, @Nullable Shared shared) {
    if (shared == null) {
      return new Shared(new TokenBucket(rate), 1);
    }
    if (shared.takers == 0) {
      left.remove(who);
    }
    return shared.with(1);
  }

  /** One that had the bucket has gone. */
  void leave(Fingerprint who, long nowMillis) {
    known.computeIfPresent(who, (name, shared) -> parted(name, shared.with(-1), nowMillis));
  }

  private @Nullable Shared parted(Fingerprint who, Shared shared, long nowMillis) {
    if (shared.takers > 0) {
      return shared;
    }
    if (shared.bucket.isFull(nowMillis) || left.size() >= LEFT_MAX) {
      return null;
    }
    left.add(who);
    return shared;
  }

  /**
   * Forgets some of those who have gone and owe nothing any more; the next sweep goes on where this
   * one ends. Called by one thread, which has others to serve.
   */
  void sweep(long nowMillis) {
    if (!sweeping.hasNext()) {
      sweeping = left.iterator();
    }
    for (int i = 0; i < SWEPT_MAX && sweeping.hasNext(); i++) {
      known.computeIfPresent(sweeping.next(), (name, shared) -> paid(name, shared, nowMillis));
    }
  }

  private @Nullable Shared paid(Fingerprint who, Shared shared, long nowMillis) {
    if (shared.takers > 0 || !shared.bucket.isFull(nowMillis)) {
      return shared;
    }
    left.remove(who);
    return null;
  }

  /** How many are known. */
  int size() {
    return known.size();
  }
}

package io.whimbrel.server.guard;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * What is remembered of who came lately, in a bounded number of places. A name may stand in eight
 * of them, chosen by a number nobody outside knows; where all are taken, the one that would have
 * been forgotten first is forgotten. Callable from every thread: a set of eight is immutable and
 * replaced as a whole.
 */
final class RecentTable<E extends RecentTable.Entry> {
  private static final int WAYS = 8;

  /** What is remembered of one. */
  interface Entry {
    /** Of whom. */
    Fingerprint who();

    /** The time from which on it says no more than its absence would. */
    long untilMillis();
  }

  private final AtomicReferenceArray<List<E>> sets;
  private final int shift;
  private final long odd = new SecureRandom().nextLong() | 1;

  /**
   * An empty one.
   *
   * @param entriesMax how many it remembers at most, rounded up to a power of two
   */
  RecentTable(int entriesMax) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, (entriesMax - 1) / WAYS));
    this.sets = new AtomicReferenceArray<>(1 << bits);
    this.shift = Long.SIZE - bits;
  }

  /** What is remembered of somebody. */
  Optional<E> find(Fingerprint who, long nowMillis) {
    return of(who, set(place(who))).filter(entry -> entry.untilMillis() > nowMillis);
  }

  /**
   * Remembers something else of somebody.
   *
   * @param change makes it of what was remembered; called again where another thread was quicker
   * @return what is remembered now
   */
  E update(Fingerprint who, long nowMillis, Function<Optional<E>, E> change) {
    int place = place(who);
    while (true) {
      List<E> before = sets.get(place);
      List<E> known = before == null ? List.of() : before;
      Optional<E> old = of(who, known).filter(entry -> entry.untilMillis() > nowMillis);
      E made = change.apply(old);
      if (sets.compareAndSet(place, before, with(made, known, nowMillis))) {
        return made;
      }
    }
  }

  /** Remembers nothing of somebody. */
  void forget(Fingerprint who) {
    int place = place(who);
    while (true) {
      List<E> before = sets.get(place);
      if (before == null || of(who, before).isEmpty()) {
        return;
      }
      List<E> after = before.stream().filter(entry -> !entry.who().equals(who)).toList();
      if (sets.compareAndSet(place, before, after)) {
        return;
      }
    }
  }

  private List<E> with(E made, List<E> known, long nowMillis) {
    List<E> after = new ArrayList<>(WAYS);
    for (E entry : known) {
      if (!entry.who().equals(made.who()) && entry.untilMillis() > nowMillis) {
        after.add(entry);
      }
    }
    if (after.size() == WAYS) {
      E first = after.get(0);
      for (E entry : after) {
        first = entry.untilMillis() < first.untilMillis() ? entry : first;
      }
      after.remove(first);
    }
    after.add(made);
    return List.copyOf(after);
  }

  private Optional<E> of(Fingerprint who, List<E> known) {
    for (E entry : known) {
      if (entry.who().equals(who)) {
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  private List<E> set(int place) {
    List<E> known = sets.get(place);
    return known == null ? List.of() : known;
  }

  private int place(Fingerprint who) {
    return (int) ((who.low() * odd) >>> shift);
  }
}

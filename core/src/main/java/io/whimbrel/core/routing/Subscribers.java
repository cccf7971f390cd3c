package io.whimbrel.core.routing;

import io.whimbrel.codec.TopicFilter;
import io.whimbrel.core.routing.SubscriptionIndex.Entry;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * All subscriptions of one filter: the plain ones by subscriber, the share groups by ShareName.
 * Immutable but for the array in which the plain ones are laid out when they are first iterated.
 */
final class Subscribers<S> implements AtFilter<S> {
  private static final Subscribers<?> NONE =
      new Subscribers<>(PersistentMap.empty(), PersistentMap.empty());

  private final PersistentMap<S, Entry<S>> plain;
  private final PersistentMap<Level, SharedGroup<S>> groups;

  /** The plain ones in the order of the map. Two readers may both make it: they make the same. */
  private volatile Entry<S> @Nullable [] laidOut;

  private Subscribers(
      PersistentMap<S, Entry<S>> plain, PersistentMap<Level, SharedGroup<S>> groups) {
    this.plain = plain;
    this.groups = groups;
  }

  /** What a node holds, in this general form. */
  @SuppressWarnings("unchecked")
  static <S> Subscribers<S> of(@Nullable AtFilter<S> held) {
    Subscribers<S> none = (Subscribers<S>) NONE;
    if (held instanceof Entry<S> entry) {
      return new Subscribers<>(none.plain.put(entry.subscriber(), entry), none.groups);
    }
    if (held instanceof SharedGroup<S> group) {
      return new Subscribers<>(none.plain, none.groups.put(group.shareName(), group));
    }
    return held == null ? none : (Subscribers<S>) held;
  }

  /** The same in the form that costs least, or null where there is nothing. */
  @Nullable AtFilter<S> narrowed() {
    if (plain.size() + groups.size() > 1) {
      return this;
    }
    if (plain.size() == 1) {
      return plain.values().next();
    }
    return groups.isEmpty() ? null : groups.values().next();
  }

  @Nullable SharedGroup<S> group(TopicFilter filter, LevelHash hashing) {
    return groups.find(shareName(filter, hashing));
  }

  @Nullable Entry<S> find(TopicFilter filter, S subscriber, LevelHash hashing) {
    if (!filter.isShared()) {
      return plain.find(subscriber);
    }
    SharedGroup<S> group = group(filter, hashing);
    return group == null ? null : group.find(subscriber);
  }

  Subscribers<S> with(Entry<S> entry, LevelHash hashing) {
    if (!entry.filter().isShared()) {
      return new Subscribers<>(plain.put(entry.subscriber(), entry), groups);
    }
    Level name = shareName(entry.filter(), hashing);
    SharedGroup<S> group = groups.find(name);
    SharedGroup<S> joined = group == null ? SharedGroup.of(name, entry) : group.with(entry);
    return new Subscribers<>(plain, groups.put(joined.shareName(), joined));
  }

  Subscribers<S> without(TopicFilter filter, S subscriber, LevelHash hashing) {
    if (!filter.isShared()) {
      return new Subscribers<>(plain.remove(subscriber), groups);
    }
    Level name = shareName(filter, hashing);
    SharedGroup<S> group = groups.find(name);
    if (group == null) {
      return this;
    }
    SharedGroup<S> left = group.without(subscriber);
    return new Subscribers<>(plain, left == null ? groups.remove(name) : groups.put(name, left));
  }

  /** The ShareName lies between {@code $share/} and the slash before the inner filter. */
  private static Level shareName(TopicFilter filter, LevelHash hashing) {
    byte[] whole = filter.utf8();
    int from = "$share/".length();
    int to = whole.length - filter.inner().length - 1;
    return Level.copy(whole, from, to, hashing.of(whole, from, to));
  }

  @Override
  public void report(SubscriptionIndex.Matches<S> sink) {
    for (Entry<S> entry : laidOut()) {
      sink.entry(entry);
    }
    if (!groups.isEmpty()) {
      groups.values().forEachRemaining(sink::shared);
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private Entry<S>[] laidOut() {
    Entry<S>[] known = laidOut;
    if (known == null) {
      known = new Entry[plain.size()];
      Iterator<Entry<S>> values = plain.values();
      for (int i = 0; i < known.length; i++) {
        known[i] = values.next();
      }
      laidOut = known;
    }
    return known;
  }
}

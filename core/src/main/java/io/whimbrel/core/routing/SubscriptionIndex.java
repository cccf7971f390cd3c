package io.whimbrel.core.routing;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Who subscribed to what. Shared by all event loops: readers take a {@link Snapshot} and match
 * against it, and never wait; writers make the next snapshot from the present one and put it in its
 * place by compare-and-set, or try again if another writer was first. Whoever matches after {@link
 * #put} returned, on whatever thread, sees what was put.
 *
 * <p>Deterministic: what a match reports, and in which order, follows from the hash key, the
 * contents, and the subscribers' hash codes. So {@code S} needs a hash code that is the same in
 * every run (never that of identity), is not for peers to choose, and goes with its {@code equals};
 * a number counted up will do. A simulation then replays byte for byte.
 *
 * @param <S> the subscriber, a reference to a session
 */
public final class SubscriptionIndex<S> {
  /**
   * One subscription.
   *
   * @param subscriptionId the Subscription Identifier, 0 for none
   * @param filter the filter as it stood in the packet, ShareName included
   */
  public record Entry<S>(
      S subscriber,
      Qos qos,
      int subscriptionId,
      boolean noLocal,
      boolean retainAsPublished,
      TopicFilter filter)
      implements AtFilter<S> {
    @Override
    public void report(Matches<S> sink) {
      sink.entry(this);
    }
  }

  /** Is told of what stands at a filter, on the thread that asks. */
  public interface Matches<S> {
    /** A subscription that is not shared; a subscriber is told of once per matching filter. */
    void entry(Entry<S> entry);

    /** A share group, of which one member is to be chosen. */
    void shared(SharedGroup<S> group);
  }

  private final AtomicReference<Snapshot<S>> snapshot;

  /** An index with a fixed hash key, for where peers are trusted: tests and embedded brokers. */
  public SubscriptionIndex() {
    this(0);
  }

  /** An index whose hash of levels is keyed; see {@link TopicTrie#empty}. */
  public SubscriptionIndex(long hashKey) {
    this.snapshot = new AtomicReference<>(new Snapshot<>(TopicTrie.empty(hashKey), 0, 0, 0));
  }

  /**
   * Puts a subscription in place of the same subscriber's one of the same filter and ShareName.
   *
   * @param filter the filter of the entry
   * @return whether there was none before
   */
  public boolean put(TopicFilter filter, Entry<S> entry) {
    if (!filter.equals(entry.filter())) {
      throw new IllegalArgumentException(
          "entry of " + entry.filter() + " cannot be put at " + filter);
    }
    while (true) {
      Snapshot<S> before = snapshot.get();
      Snapshot<S> after = before.with(entry);
      if (after == before || snapshot.compareAndSet(before, after)) {
        return after.size() > before.size();
      }
    }
  }

  /** Removes a subscription; returns whether there was one. */
  public boolean remove(TopicFilter filter, S subscriber) {
    while (true) {
      Snapshot<S> before = snapshot.get();
      Snapshot<S> after = before.without(filter, subscriber);
      if (after == before || snapshot.compareAndSet(before, after)) {
        return after != before;
      }
    }
  }

  /** The index as it is now. */
  public Snapshot<S> snapshot() {
    return snapshot.get();
  }

  /** The number of subscriptions that are not shared. */
  public int subscriptions() {
    return snapshot.get().subscriptions;
  }

  /** The number of shared subscriptions: members of all groups. */
  public int sharedSubscriptions() {
    return snapshot.get().sharedSubscriptions;
  }

  /**
   * The index as it was at one moment. Immutable. As long as {@link SubscriptionIndex#snapshot}
   * returns this very object, the results of its matches are what they would be now.
   */
  public static final class Snapshot<S> {
    private final TopicTrie<AtFilter<S>> trie;
    private final int subscriptions;
    private final int sharedSubscriptions;
    private final long generation;

    private Snapshot(
        TopicTrie<AtFilter<S>> trie, int subscriptions, int sharedSubscriptions, long generation) {
      this.trie = trie;
      this.generation = generation;
      this.subscriptions = subscriptions;
      this.sharedSubscriptions = sharedSubscriptions;
    }

    /** How many changes made it; no other snapshot of its index has the same number. */
    public long generation() {
      return generation;
    }

    /**
     * Adds what stands at each filter that matches the topic; {@link AtFilter#report} tells of the
     * subscriptions and share groups in it.
     */
    public void match(TopicName topic, List<? super AtFilter<S>> found) {
      trie.match(topic.utf8(), found::add);
    }

    /** The subscription of a subscriber to exactly this filter and ShareName. */
    public @Nullable Entry<S> find(TopicFilter filter, S subscriber) {
      AtFilter<S> held = trie.find(filter.inner());
      return Subscribers.of(held).find(filter, subscriber, trie.hashing());
    }

    /** The share group of exactly this filter and ShareName, or null. */
    public @Nullable SharedGroup<S> group(TopicFilter filter) {
      return Subscribers.of(trie.find(filter.inner())).group(filter, trie.hashing());
    }

    private int size() {
      return subscriptions + sharedSubscriptions;
    }

    private Snapshot<S> with(Entry<S> entry) {
      byte[] path = entry.filter().inner();
      Subscribers<S> held = Subscribers.of(trie.find(path));
      Entry<S> old = held.find(entry.filter(), entry.subscriber(), trie.hashing());
      if (entry.equals(old)) {
        return this;
      }
      AtFilter<S> now = held.with(entry, trie.hashing()).narrowed();
      if (now == null) {
        throw new IllegalStateException("a filter with a subscriber holds nothing");
      }
      return counting(trie.with(path, now), entry.filter(), old == null ? 1 : 0);
    }

    private Snapshot<S> without(TopicFilter filter, S subscriber) {
      byte[] path = filter.inner();
      Subscribers<S> held = Subscribers.of(trie.find(path));
      if (held.find(filter, subscriber, trie.hashing()) == null) {
        return this;
      }
      AtFilter<S> now = held.without(filter, subscriber, trie.hashing()).narrowed();
      return counting(now == null ? trie.without(path) : trie.with(path, now), filter, -1);
    }

    private Snapshot<S> counting(TopicTrie<AtFilter<S>> next, TopicFilter filter, int more) {
      return filter.isShared()
          ? new Snapshot<>(next, subscriptions, sharedSubscriptions + more, generation + 1)
          : new Snapshot<>(next, subscriptions + more, sharedSubscriptions, generation + 1);
    }
  }
}

package io.whimbrel.core.routing;

/**
 * What one node of the index holds: a lone subscription, a lone share group, or {@link Subscribers}
 * for everything else. Most filters have one subscriber, and then cost no object for it. Immutable:
 * as long as a topic finds the very same ones in the same order, it matches what it matched before.
 */
public sealed interface AtFilter<S> permits SubscriptionIndex.Entry, SharedGroup, Subscribers {
  /** Tells the sink of every subscription and every share group here. */
  void report(SubscriptionIndex.Matches<S> sink);
}

package io.whimbrel.core.session;

import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.SessionRef;
import io.whimbrel.core.routing.SubscriptionIndex;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The subscriptions of one session, kept equal in the session, in the index of the broker and in
 * the journal. Owned by the session's shard.
 */
final class Subscriptions {
  private final Session session;
  private final Replays replays;
  private final Map<TopicFilter, Subscription> subscriptions = new LinkedHashMap<>(4);

  Subscriptions(Session session, Replays replays) {
    this.session = session;
    this.replays = replays;
  }

  long subscribe(SubscriptionRequest request, int subscriptionId) {
    TopicFilter filter = request.filter();
    Subscription subscription =
        new Subscription(
            filter, request.qos(), subscriptionId, request.noLocal(), request.retainAsPublished());
    boolean existed = put(subscription);
    boolean replay =
        !filter.isShared()
            && switch (request.retainHandling()) {
              case SEND -> true; // [MQTT-3.3.1-9]
              case SEND_IF_NEW -> !existed; // [MQTT-3.3.1-10]
              case DO_NOT_SEND -> false; // [MQTT-3.3.1-11]
            };
    if (replay) {
      replays.add(subscription);
    }
    return ref().isDurable() ? record(subscription, replay) : 0;
  }

  private long record(Subscription subscription, boolean replay) {
    return session
        .home()
        .append(
            new JournalRecord.Subscribed(
                ref().key(),
                subscription.filter(),
                subscription.qos(),
                subscription.id(),
                subscription.noLocal(),
                subscription.retainAsPublished(),
                replay));
  }

  /** The session becomes durable; gives the last position, 0 for none. */
  long recordAll() {
    long position = 0;
    for (Subscription each : subscriptions.values()) {
      position = record(each, replays.isPending(each.filter()));
    }
    return position;
  }

  long unsubscribe(TopicFilter filter) {
    if (subscriptions.remove(filter) == null) {
      return -1;
    }
    session.home().subscriptions().remove(filter, ref());
    replays.remove(filter);
    return ref().isDurable()
        ? session.home().append(new JournalRecord.Unsubscribed(ref().key(), filter))
        : 0;
  }

  void restore(JournalRecord.Subscribed record) {
    Subscription subscription =
        new Subscription(
            record.filter(),
            record.qos(),
            record.subscriptionId(),
            record.noLocal(),
            record.retainAsPublished());
    put(subscription);
    if (record.replay()) {
      replays.add(subscription);
    }
  }

  /** The session ends: the index forgets them. */
  void clear() {
    for (TopicFilter filter : subscriptions.keySet()) {
      session.home().subscriptions().remove(filter, ref());
    }
    subscriptions.clear();
  }

  private boolean put(Subscription subscription) {
    session
        .home()
        .subscriptions()
        .put(
            subscription.filter(),
            new SubscriptionIndex.Entry<>(
                ref(),
                subscription.qos(),
                subscription.id(),
                subscription.noLocal(),
                subscription.retainAsPublished(),
                subscription.filter()));
    return subscriptions.put(subscription.filter(), subscription) != null;
  }

  private SessionRef ref() {
    return session.ref();
  }

  int size() {
    return subscriptions.size();
  }

  boolean contains(TopicFilter filter) {
    return subscriptions.containsKey(filter);
  }

  Collection<Subscription> all() {
    return subscriptions.values();
  }
}

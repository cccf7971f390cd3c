package io.whimbrel.core.session;

import io.whimbrel.codec.TopicFilter;
import io.whimbrel.core.routing.SessionRef;
import io.whimbrel.core.routing.SharedGroup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages of Shared Subscriptions that a session gives up for other members of their groups
 * [MQTT-4.8.2-4] [MQTT-4.8.2-5]. It owes each of them until the journal knows where it went. Owned
 * by the session's shard.
 */
final class SharedMoves {
  private final Session session;
  private final Subscriptions subscriptions;
  private final Outgoing outgoing;
  private final Debts debts;
  private @Nullable Map<Long, Runnable> held;

  SharedMoves(Session session, Subscriptions subscriptions, Outgoing outgoing, Debts debts) {
    this.session = session;
    this.subscriptions = subscriptions;
    this.outgoing = outgoing;
    this.debts = debts;
  }

  /** The client is away: what was not sent goes to members that are connected. */
  void clientLeft() {
    for (Subscription mine : List.copyOf(subscriptions.all())) {
      if (mine.filter().isShared() && hasConnectedMember(mine.filter())) {
        move(mine.filter(), false);
      }
    }
  }

  private boolean hasConnectedMember(TopicFilter filter) {
    SharedGroup<SessionRef> group = session.home().subscriptions().snapshot().group(filter);
    return group != null && group.members().stream().anyMatch(m -> m.subscriber().isConnected());
  }

  /** The session leaves a group. */
  void unsubscribed(TopicFilter filter) {
    if (filter.isShared()) {
      move(filter, false);
    }
  }

  /**
   * The session is over: what was sent once with QoS 1 and not acknowledged goes, too, and what is
   * held as soon as it is revealed.
   */
  void sessionEnds() {
    move(null, true);
  }

  /** The session is over, and a message that was held for it may be sent. */
  void revealed(long sequence) {
    Runnable move = held == null ? null : held.remove(sequence);
    if (move != null) {
      move.run();
    }
  }

  private void move(@Nullable TopicFilter share, boolean sessionEnds) {
    for (Delivery delivery : outgoing.takeShared(share, sessionEnds)) {
      TopicFilter by = delivery.share();
      if (by == null) {
        continue;
      }
      Runnable paid = debts.add();
      if (delivery.state == Delivery.State.HELD) {
        if (held == null) {
          held = new HashMap<>(2);
        }
        held.put(
            delivery.sequence,
            () -> {
              delivery.state = Delivery.State.WAITING;
              session.home().redistribute(session, by, delivery, paid);
            });
      } else {
        session.home().redistribute(session, by, delivery, paid);
      }
    }
  }
}

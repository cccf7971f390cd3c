package io.whimbrel.core.session;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.core.routing.SessionRef;
import io.whimbrel.core.routing.SharedGroup;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Messages of Shared Subscriptions that a session gives up for other members of their groups
 * [MQTT-4.8.2-4] [MQTT-4.8.2-5]. It owes each of them until the journal knows where it went. Owned
 * by the session's shard.
 */
final class SharedMoves {
  private final Session session;
  private final Outgoing outgoing;
  private final Debts debts;
  private @Nullable Map<Long, Runnable> held;
  private @Nullable Leaving leaving;

  /** The newest message of the session when it left a group. */
  private @Nullable Map<TopicFilter, Long> left;

  /** The groups that the session leaves in the next turn, unless it leaves its shard first. */
  private final class Leaving implements Runnable {
    final Set<TopicFilter> filters = new HashSet<>(2);
    boolean cancelled;

    @Override
    public void run() {
      if (cancelled || session.ref().isEnded()) {
        return;
      }
      leaving = null;
      for (TopicFilter share : filters) {
        if (session.unsubscribe(share) < 0) {
          move(share, false);
        } else {
          left = left == null ? new HashMap<>(2) : left;
          left.put(share, outgoing.lastSequence());
        }
      }
      outgoing.pump();
    }
  }

  SharedMoves(Session session, Outgoing outgoing, Debts debts) {
    this.session = session;
    this.outgoing = outgoing;
    this.debts = debts;
  }

  /** The client is away: what was not sent goes to members that are connected. */
  void clientLeft() {
    for (Subscription mine : List.copyOf(session.subscriptions())) {
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
   * A message may not be given to the client. Where that is because the client may not have the
   * Shared Subscription any more, and there are others in the group, its session leaves the group
   * in the next turn, or the group would lose what falls to it.
   *
   * @return whether the message waits for that, to go to another member; it does so once
   */
  boolean waitsForOthers(Delivery withheld, Peer client) {
    TopicFilter share = withheld.share;
    if (share == null) {
      return false;
    }
    if (session.hasSubscription(share)) {
      return isLeaving(share, client);
    }
    // It was held until now, or the others had no room for it and gave it back.
    boolean waits = !withheld.offered && withheld.sequence <= leftAt(share);
    if (waits) {
      leave(share);
    }
    return waits;
  }

  /** Whether the session leaves a group, as its client may not have the filter any more. */
  boolean isLeaving(TopicFilter share, Peer client) {
    if (leaving != null && leaving.filters.contains(share)) {
      return true;
    }
    ReasonCode now = client.rights().maySubscribe(share, Qos.AT_MOST_ONCE);
    SharedGroup<SessionRef> group = session.home().subscriptions().snapshot().group(share);
    if (now != ReasonCode.NOT_AUTHORIZED || group == null || group.size() < 2) {
      return false;
    }
    session.home().observer().mark("member of a Shared Subscription has lost its right");
    leave(share);
    return true;
  }

  private void leave(TopicFilter share) {
    if (leaving == null) {
      leaving = new Leaving();
      session.home().nextTurn(leaving);
    }
    leaving.filters.add(share);
  }

  private long leftAt(TopicFilter share) {
    return left == null ? 0 : left.getOrDefault(share, 0L);
  }

  /** The session leaves its shard. */
  void leave() {
    if (leaving != null) {
      leaving.cancelled = true;
      leaving = null;
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
      delivery.offered = true;
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

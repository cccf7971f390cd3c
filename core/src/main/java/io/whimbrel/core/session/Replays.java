package io.whimbrel.core.session;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.retain.RetainedMessages;
import io.whimbrel.core.routing.Publication;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The retained messages a session still has to be sent for its new subscriptions. They are looked
 * up one slice at a time and sent as the peer takes them, so that a wide filter stalls nobody and
 * overflows no queue. What is sent is the value that is retained then, so an old one never follows
 * a newer one. Goes on over reconnections; after a crash it begins again. Owned by the session's
 * shard.
 */
final class Replays {
  /** Messages waiting in the session's queue above which a replay pauses. */
  static final int WAITING_MAX = 64;

  private final Session session;
  private List<Replay> replays = List.of(); // what most sessions never have costs nothing
  private boolean stepping;
  private @Nullable Slice next;

  /** The step that was put off to the next turn; it stays behind when the session moves. */
  private final class Slice implements Runnable {
    private boolean cancelled;

    @Override
    public void run() {
      if (!cancelled) {
        next = null;
        step();
      }
    }
  }

  private static final class Replay {
    final Subscription subscription;
    final RetainedMessages.Cursor<Publication> cursor;
    final ArrayDeque<TopicName> found = new ArrayDeque<>();
    boolean finished;

    Replay(Subscription subscription, RetainedMessages.Cursor<Publication> cursor) {
      this.subscription = subscription;
      this.cursor = cursor;
    }
  }

  Replays(Session session) {
    this.session = session;
  }

  void add(Subscription subscription) {
    remove(subscription.filter()); // a replaced subscription begins again
    if (replays.isEmpty()) {
      replays = new ArrayList<>(2);
    }
    replays.add(
        new Replay(subscription, session.home().retained().matching(subscription.filter())));
  }

  void remove(TopicFilter filter) {
    if (replays.isEmpty()) {
      return;
    }
    replays.removeIf(r -> r.subscription.filter().equals(filter));
  }

  /** Whether retained messages are still to be sent for this subscription. */
  boolean isPending(TopicFilter filter) {
    return replays.stream().anyMatch(r -> r.subscription.filter().equals(filter));
  }

  void clear() {
    replays = List.of();
  }

  /** Sends what there is room for, at most a slice; more in the next turn. */
  void step() {
    if (stepping || replays.isEmpty()) {
      return;
    }
    stepping = true;
    try {
      int budget = session.home().limits().sliceMax();
      while (budget > 0 && !replays.isEmpty() && session.hasRoomForReplay()) {
        budget -= advance(replays.get(0), budget);
      }
      if (budget <= 0 && next == null) {
        Slice slice = new Slice();
        next = slice;
        session.home().nextTurn(slice);
      }
    } finally {
      stepping = false;
    }
  }

  /** The session leaves its shard. */
  void leave() {
    Slice slice = next;
    if (slice != null) {
      slice.cancelled = true;
      next = null;
    }
  }

  private int advance(Replay replay, int budget) {
    TopicName topic = replay.found.poll();
    if (topic != null) {
      send(replay.subscription, topic);
      return 1;
    }
    if (replay.finished) {
      replays.remove(replay);
      if (session.ref().isDurable()) {
        session
            .home()
            .append(new JournalRecord.Replayed(session.ref().key(), replay.subscription.filter()));
      }
      return 1;
    }
    replay.finished = replay.cursor.advance(Math.max(1, budget), replay.found::add);
    return Math.max(1, budget / 2); // looking up costs about as much as sending
  }

  private void send(Subscription subscription, TopicName topic) {
    Publication retained = session.home().retained().find(topic);
    if (retained == null || retained.isExpired(session.home().now())) {
      return;
    }
    Home home = session.home();
    Qos qos = retained.qos().min(subscription.qos()); // [MQTT-3.8.4-8]
    if (qos != Qos.AT_MOST_ONCE && session.ref().isDurable() && home.isStoreFull()) {
      String clientId = session.ref().clientId();
      home.observer().messageDropped(home.shard(), DropReason.STORE_FULL, clientId);
      return;
    }
    session.deliver(
        retained,
        qos,
        true, // [MQTT-3.3.1-8]: the flag says this is the retained message, not news
        subscription.id() == 0 ? NONE : new int[] {subscription.id()},
        null);
  }

  private static final int[] NONE = {};
}

package io.whimbrel.core.session;

import io.whimbrel.codec.Qos;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.JournalRecord.WillMessage;
import io.whimbrel.core.routing.SessionRef;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the journal is told of a session's life. Nothing, while no connection of level {@code OS} or
 * {@code DISK} has taken it on; the first that does has all of it written, and CONNACK waits.
 *
 * <p>Messages that are held for a transaction at that moment are not written with the rest: should
 * a crash keep them without the transaction, QoS 2 would be delivered twice. They are written as
 * they are revealed, and CONNACK waits for them, too. Owned by the session's shard.
 */
final class Recording {
  private final Session session;
  private final Subscriptions subscriptions;
  private final Outgoing outgoing;
  private Set<Long> late = Set.of(); // what most sessions never have costs nothing
  private @Nullable LongConsumer whenComplete;
  private String user;
  private boolean recorded;
  private long connections;

  Recording(Session session, String user, Subscriptions subscriptions, Outgoing outgoing) {
    this.session = session;
    this.user = user;
    this.subscriptions = subscriptions;
    this.outgoing = outgoing;
  }

  /** The journal has it: that many connections took it on. */
  void restored(long ordinal) {
    recorded = true;
    connections = ordinal;
  }

  /** Whether the journal knows of the session. */
  boolean isRecorded() {
    return recorded;
  }

  /** Whose session it is; empty where no client that had it has proved a name. */
  String user() {
    return user;
  }

  // ---------------------------------------------------------------- its life

  /**
   * A connection takes the session on; what was nobody's is its user's from now on.
   *
   * @param matters whether the journal has to know of it even if it ends with its connection
   * @return the position that CONNACK has to wait for, 0 for none
   */
  long connected(Peer peer, boolean matters, long expirySeconds, @Nullable WillMessage will) {
    whenComplete = null;
    own(peer.user());
    if (!recorded) {
      if (peer.durability() == DurabilityLevel.MEMORY || !(matters || ref().isLasting())) {
        return 0;
      }
      append(new JournalRecord.SessionOpened(ref().key(), user));
      recorded = true;
    }
    long position =
        append(new JournalRecord.SessionConnected(ref().key(), ++connections, expirySeconds, will));
    return ref().isLasting() && !ref().isDurable() ? Math.max(position, recordAll()) : position;
  }

  private void own(String name) {
    if (user.isEmpty() && !name.isEmpty()) {
      user = name;
      if (recorded) {
        append(new JournalRecord.SessionOwned(ref().key(), user));
      }
    }
  }

  /** The network connection ended; gives the position of that, 0 where it is not recorded. */
  long disconnected(long atMillis, long expirySeconds, boolean hasWill, long willAtMillis) {
    return recorded
        ? append(
            new JournalRecord.SessionDisconnected(
                ref().key(), atMillis, expirySeconds, hasWill, willAtMillis))
        : 0;
  }

  /** The record that its will is no more, or null where the journal never knew it. */
  JournalRecord.@Nullable WillRemoved willRemoved() {
    return recorded ? new JournalRecord.WillRemoved(ref().key(), connections) : null;
  }

  /** The record of its end, or null where the journal never knew it. */
  JournalRecord.@Nullable SessionEnded ended() {
    return recorded
        ? new JournalRecord.SessionEnded(ref().key(), outgoing.lastSequence() > 0)
        : null;
  }

  // ---------------------------------------------------------------- becoming recorded

  private long recordAll() {
    ref().becomeDurable();
    session.home().observer().mark("session of memory becomes durable");
    long position = subscriptions.recordAll();
    for (int packetId : session.receivedIds()) {
      position = append(new JournalRecord.Received(ref().key(), packetId));
    }
    for (Delivery delivery : outgoing.contents()) {
      if (delivery.state == Delivery.State.HELD) {
        if (late.isEmpty()) {
          late = new HashSet<>();
        }
        late.add(delivery.sequence);
      } else if (delivery.qos != Qos.AT_MOST_ONCE) {
        position = Math.max(append(delivery.record(ref().key())), recordWindow(delivery));
      }
    }
    return position;
  }

  private long recordWindow(Delivery delivery) {
    if (delivery.packetId == 0) {
      return 0;
    }
    return append(
        delivery.isReleased()
            ? new JournalRecord.PubrecReceived(ref().key(), delivery.sequence, delivery.packetId)
            : new JournalRecord.InFlight(ref().key(), delivery.sequence, delivery.packetId));
  }

  /** A held message is about to be revealed; gives whether it was recorded only now. */
  boolean revealing(long sequence) {
    if (late.isEmpty() || !late.remove(sequence)) {
      return false;
    }
    long position = 0;
    for (Delivery delivery : outgoing.contents()) {
      if (delivery.sequence == sequence) {
        position = append(delivery.record(ref().key()));
      }
    }
    LongConsumer waiting = whenComplete;
    if (late.isEmpty() && waiting != null) {
      whenComplete = null;
      waiting.accept(position);
    }
    return true;
  }

  /** Runs the action once nothing is late, with the position to wait for. */
  void whenComplete(long position, LongConsumer action) {
    if (late.isEmpty() || session.durability() == DurabilityLevel.MEMORY) {
      action.accept(position);
    } else {
      whenComplete = action;
    }
  }

  /** The session leaves its shard, and who waits there is refused. */
  void leave() {
    whenComplete = null;
  }

  private long append(JournalRecord record) {
    return session.home().append(record);
  }

  private SessionRef ref() {
    return session.ref();
  }
}

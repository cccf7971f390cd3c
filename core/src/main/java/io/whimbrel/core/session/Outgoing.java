package io.whimbrel.core.session;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session sends: the queue of messages that wait, and the window of those in flight.
 *
 * <p>Order. Messages leave the queue in the order they joined it, and are sent again, after a
 * reconnection, in the order they were first given a packet identifier [MQTT-4.6.0-1]. A message
 * whose transaction is not durable yet (HELD) stops the queue behind it.
 *
 * <p>Durability. QoS 1 is sent at once: a crash may at worst send it twice. QoS 2 of a durable
 * session is sent when its packet identifier is durable, and released when the PUBREC is, so that
 * no crash can repeat it. Owned by the session's shard.
 */
final class Outgoing {
  private static final int PACKET_ID_MAX = 65_535;

  // Valid for the session.
  private final SessionRef ref;
  private final WaitingQueue queue;
  private Home home;
  private final Map<Integer, Delivery> inFlight = new LinkedHashMap<>(4);
  private final Map<Long, Delivery> held = new HashMap<>(0);
  private long lastSequence;
  private int lastPacketId;

  // Valid for the connection.
  private @Nullable Peer peer;
  private final ArrayDeque<Delivery> toSend = new ArrayDeque<>(0);
  private int quotaUsed;
  private int awaitingDurable;
  private boolean pumping;

  Outgoing(SessionRef ref, Home home) {
    this.ref = ref;
    this.home = home;
    this.queue = new WaitingQueue(ref, home);
  }

  /** Takes a message in; see {@link Session#deliver}. */
  long deliver(
      Publication publication,
      Qos qos,
      boolean retain,
      int[] subscriptionIds,
      @Nullable TopicFilter share) {
    if (qos == Qos.AT_MOST_ONCE) {
      deliverAtMostOnce(publication, retain, subscriptionIds);
      return 0;
    }
    if (!queue.makeRoom(publication)) {
      return 0;
    }
    Delivery delivery =
        new Delivery(
            ++lastSequence,
            publication,
            qos,
            retain,
            subscriptionIds,
            share,
            Delivery.State.WAITING);
    long position = ref.isDurable() ? home.append(record(delivery)) : 0;
    queue.join(delivery);
    pump();
    return position;
  }

  /**
   * Takes a message in that is not to be sent before {@link #reveal}; null where it was dropped.
   */
  @Nullable Delivery hold(
      Publication publication,
      Qos qos,
      boolean retain,
      int[] subscriptionIds,
      @Nullable TopicFilter share) {
    if (!queue.makeRoom(publication)) {
      return null;
    }
    Delivery delivery =
        new Delivery(
            ++lastSequence, publication, qos, retain, subscriptionIds, share, Delivery.State.HELD);
    held.put(delivery.sequence, delivery);
    queue.join(delivery);
    return delivery;
  }

  /** The transaction of a held message is durable. */
  void reveal(long sequence) {
    Delivery delivery = held.remove(sequence);
    if (delivery != null) {
      delivery.state = Delivery.State.WAITING;
      pump();
    }
  }

  /** A message that was found on disk; never in flight yet unless {@link #restoreInFlight} says. */
  void restore(JournalRecord.Queued record) {
    lastSequence = Math.max(lastSequence, record.sequence());
    queue.join(
        new Delivery(
            record.sequence(),
            record.publication(),
            record.qos(),
            record.retain(),
            record.subscriptionIds(),
            record.shareFilter(),
            Delivery.State.WAITING));
  }

  /** The newest found on disk had these packet identifiers, in this order. */
  void restoreInFlight(long sequence, int packetId, boolean released) {
    Delivery delivery = queue.take(sequence);
    if (delivery == null) {
      return;
    }
    delivery.packetId = packetId;
    delivery.everSent = true; // it may have been: DUP is the safe answer [MQTT-3.3.1-1]
    delivery.state = released ? Delivery.State.RELEASED : Delivery.State.SENT;
    inFlight.put(packetId, delivery);
    lastPacketId = packetId;
  }

  /** Sequence numbers up to this one were used before a restart. */
  void sequencesAfter(long used) {
    lastSequence = Math.max(lastSequence, used);
  }

  void attach(Peer newPeer) {
    peer = newPeer;
    quotaUsed = 0;
    awaitingDurable = 0;
    toSend.clear();
    for (Delivery delivery : inFlight.values()) {
      delivery.takesQuota = false; // the quota restarts with each connection
    }
  }

  /** CONNACK was sent: releases first, then what was in flight, then the queue. */
  void resume() {
    Peer to = peer;
    if (to == null) {
      return;
    }
    for (Delivery delivery : inFlight.values()) {
      if (delivery.state == Delivery.State.RELEASING || delivery.state == Delivery.State.RELEASED) {
        delivery.state = Delivery.State.RELEASED;
        to.pubrel(delivery.packetId, ReasonCode.SUCCESS);
      } else {
        toSend.add(delivery); // [MQTT-4.4.0-1]
      }
    }
    pump();
  }

  void detach() {
    peer = null;
    toSend.clear();
  }

  void leave() {
    queue.leaveShard();
  }

  void arrive(Home newHome) {
    home = newHome;
    queue.arrive(newHome);
  }

  /** PUBACK [MQTT-4.3.2-3]; one that answers nothing we sent is ignored. */
  boolean onPuback(int packetId, ReasonCode reason) {
    Delivery delivery = inFlight.get(packetId);
    if (delivery == null
        || delivery.qos != Qos.AT_LEAST_ONCE
        || delivery.state != Delivery.State.SENT) {
      return false;
    }
    finish(delivery, reason.isError() ? DropReason.REFUSED_BY_CLIENT : null);
    pump();
    return true;
  }

  /** PUBREC [MQTT-4.3.3-4]; gives what to answer at once: NOT_FOUND, or null for nothing yet. */
  @Nullable ReasonCode onPubrec(int packetId, ReasonCode reason) {
    Delivery delivery = inFlight.get(packetId);
    if (delivery == null || delivery.qos != Qos.EXACTLY_ONCE) {
      return ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
    }
    return switch (delivery.state) {
      case SENT -> {
        if (reason.isError()) { // [MQTT-4.4.0-2]
          finish(delivery, DropReason.REFUSED_BY_CLIENT);
          pump();
        } else {
          release(delivery);
        }
        yield null;
      }
      case RELEASED -> ReasonCode.SUCCESS;
      case RELEASING -> null;
      case HELD, WAITING, ASSIGNED -> ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
    };
  }

  /** PUBCOMP [MQTT-4.3.3-5]; one that answers nothing is ignored. */
  boolean onPubcomp(int packetId) {
    Delivery delivery = inFlight.get(packetId);
    if (delivery == null || delivery.state != Delivery.State.RELEASED) {
      return false;
    }
    finish(delivery, null);
    pump();
    return true;
  }

  private void release(Delivery delivery) {
    delivery.state = Delivery.State.RELEASING;
    Peer to = peer;
    long position =
        ref.isDurable()
            ? home.append(
                new JournalRecord.PubrecReceived(ref.key(), delivery.sequence, delivery.packetId))
            : 0;
    home.whenDurable(
        position,
        () -> {
          // After a hand-over or a reconnection resume() has done it.
          if (to != null && to.isOpen() && delivery.state == Delivery.State.RELEASING) {
            delivery.state = Delivery.State.RELEASED;
            to.pubrel(delivery.packetId, ReasonCode.SUCCESS);
          }
        });
  }

  /** Sends what quota, window and writability allow. */
  void pump() {
    Peer to = peer;
    if (to == null || pumping || !to.isOpen()) {
      return;
    }
    pumping = true; // completing a message from within must not start over
    try {
      while (to.isOpen() && to.isWritable() && sendOne(to)) {}
    } finally {
      pumping = false;
    }
  }

  private boolean sendOne(Peer to) {
    Delivery again = toSend.peek();
    if (again != null) {
      if (!again.everSent && again.publication.isExpired(home.now())) { // [MQTT-3.3.2-5]
        toSend.remove();
        finish(again, DropReason.EXPIRED);
        return true;
      }
      if (!again.takesQuota && !takeQuota(again, to)) {
        return false;
      }
      toSend.remove();
      send(again, to);
      return true;
    }
    Delivery next = queue.peek();
    if (next == null || next.state == Delivery.State.HELD) {
      return false;
    }
    if (next.publication.isExpired(home.now())) { // [MQTT-3.3.2-5]
      queue.remove();
      queue.forget(next, DropReason.EXPIRED);
      return true;
    }
    if (next.qos == Qos.AT_MOST_ONCE) {
      queue.remove();
      sendAtMostOnce(to, next.publication, next.retain, next.subscriptionIds);
      queue.forget(next, null);
      return true;
    }
    if (inFlight.size() >= Math.min(PACKET_ID_MAX, windowMax(to)) || !takeQuota(next, to)) {
      return false;
    }
    queue.remove();
    assign(next, to);
    return true;
  }

  private int windowMax(Peer to) {
    // Released messages of an earlier connection hold an identifier but no quota.
    return home.limits().inFlightMax() + to.receiveMaximum();
  }

  private boolean takeQuota(Delivery delivery, Peer to) {
    if (quotaUsed >= Math.min(to.receiveMaximum(), home.limits().inFlightMax())) {
      return false; // [MQTT-3.3.4-9] [MQTT-4.9.0-2]
    }
    quotaUsed++;
    delivery.takesQuota = true;
    return true;
  }

  private void assign(Delivery delivery, Peer to) {
    delivery.packetId = nextPacketId();
    delivery.state = Delivery.State.ASSIGNED;
    inFlight.put(delivery.packetId, delivery);
    if (!ref.isDurable()) {
      send(delivery, to);
      return;
    }
    long position =
        home.append(new JournalRecord.InFlight(ref.key(), delivery.sequence, delivery.packetId));
    if (delivery.qos == Qos.AT_LEAST_ONCE && awaitingDurable == 0) {
      send(delivery, to);
      return;
    }
    awaitingDurable++; // QoS 1 behind QoS 2 waits too, so that the order of the queue is kept
    home.whenDurable(
        position,
        () -> {
          if (to.isOpen() && delivery.state == Delivery.State.ASSIGNED) {
            awaitingDurable--;
            toSend.add(delivery);
            pump();
          }
        });
  }

  private void send(Delivery delivery, Peer to) {
    boolean sent =
        to.publish(
            delivery.publication,
            delivery.qos,
            delivery.everSent, // [MQTT-3.3.1-3]
            delivery.retain,
            delivery.packetId,
            delivery.subscriptionIds);
    if (!sent) {
      finish(delivery, DropReason.PACKET_TOO_LARGE); // as if it had completed [MQTT-3.1.2-25]
      return;
    }
    delivery.everSent = true;
    delivery.state = Delivery.State.SENT;
  }

  private int nextPacketId() {
    do {
      lastPacketId = lastPacketId % PACKET_ID_MAX + 1;
    } while (inFlight.containsKey(lastPacketId)); // [MQTT-2.2.1-4]
    return lastPacketId;
  }

  private void deliverAtMostOnce(Publication publication, boolean retain, int[] ids) {
    if (publication.isExpired(home.now())) { // [MQTT-3.3.2-5]
      queue.drop(DropReason.EXPIRED);
      return;
    }
    Peer to = peer;
    boolean away = to == null || !to.isOpen();
    boolean keeps = ref.isDurable() && home.limits().queueQos0Offline();
    // It must not overtake others of its kind [MQTT-4.6.0-5].
    if (queue.hasAtMostOnce() || (away && keeps)) {
      if (queue.makeRoom(publication)) {
        queue.join(
            new Delivery(
                ++lastSequence,
                publication,
                Qos.AT_MOST_ONCE,
                retain,
                ids,
                null,
                Delivery.State.WAITING));
        pump();
      }
      return;
    }
    if (to == null || away) {
      queue.drop(DropReason.OFFLINE_QOS0);
      return;
    }
    if (!to.isWritable()) {
      queue.drop(DropReason.SLOW_CONSUMER);
      return;
    }
    sendAtMostOnce(to, publication, retain, ids);
  }

  private void sendAtMostOnce(Peer to, Publication publication, boolean retain, int[] ids) {
    if (!to.publish(publication, Qos.AT_MOST_ONCE, false, retain, 0, ids)) {
      queue.drop(DropReason.PACKET_TOO_LARGE);
    }
  }

  /** Ends a delivery in flight. */
  private void finish(Delivery delivery, @Nullable DropReason dropped) {
    inFlight.remove(delivery.packetId);
    if (delivery.takesQuota) {
      delivery.takesQuota = false;
      quotaUsed--;
    }
    queue.forget(delivery, dropped);
  }

  /**
   * Takes out what came by a Shared Subscription and was never sent; at the end of the session also
   * unacknowledged QoS 1 [MQTT-4.8.2-4] [MQTT-4.8.2-5]. The journal still has them: whoever moves
   * them records that.
   */
  List<Delivery> takeShared(@Nullable TopicFilter share, boolean sessionEnds) {
    List<Delivery> taken = new ArrayList<>(0);
    if (sessionEnds) {
      for (Delivery delivery : List.copyOf(inFlight.values())) {
        boolean mayMove = delivery.qos == Qos.AT_LEAST_ONCE || !delivery.everSent;
        if (delivery.share != null && mayMove) {
          inFlight.remove(delivery.packetId);
          queue.leave(delivery);
          taken.add(delivery);
        }
      }
    }
    queue.takeShared(share, taken);
    return taken;
  }

  /** Puts back what nobody else took, in its old place. */
  void putBack(Delivery delivery) {
    delivery.state = Delivery.State.WAITING;
    queue.putBack(delivery);
  }

  /** The session ended: nothing of this will be sent. */
  void discard() {
    queue.discard();
    inFlight.clear();
    toSend.clear();
    held.clear();
    peer = null;
  }

  JournalRecord.Queued record(Delivery delivery) {
    return new JournalRecord.Queued(
        ref.key(),
        delivery.sequence,
        delivery.publication,
        delivery.qos,
        delivery.retain,
        delivery.subscriptionIds,
        delivery.share);
  }

  /** Whether the peer takes packets now: QoS 0 would be dropped otherwise. */
  boolean isFlowing() {
    Peer to = peer;
    return to != null && to.isOpen() && to.isWritable();
  }

  boolean hasRoomFor(Publication publication) {
    return queue.hasRoomFor(publication);
  }

  /** Whether a message was ever queued. */
  boolean hadMessages() {
    return lastSequence > 0;
  }

  /** Messages waiting or in flight. */
  int size() {
    return queue.messages();
  }

  int waiting() {
    return queue.waiting();
  }

  long bytes() {
    return queue.bytes();
  }

  /** For tests and tools: the window and the queue, in order. */
  List<Delivery> contents() {
    List<Delivery> all = new ArrayList<>(inFlight.values());
    queue.addTo(all);
    return all;
  }
}

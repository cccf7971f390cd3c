package io.whimbrel.core.session;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionRef;
import java.util.ArrayList;
import java.util.HashMap;
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
  // Valid for the session.
  private final SessionRef ref;
  private final WaitingQueue queue;
  private final Window window = new Window();
  private final Paging paging;
  private final SharedMoves moves;
  private Home home;
  private @Nullable Map<Long, Delivery> held;
  private long lastSequence;

  // Valid for the connection.
  private @Nullable Peer peer;
  private final SparseQueue<Delivery> toSend = new SparseQueue<>();
  private int awaitingDurable;
  private boolean pumping;

  Outgoing(Session session, Home home, Debts debts) {
    this.ref = session.ref();
    this.moves = new SharedMoves(session, this, debts);
    this.home = home;
    this.queue = new WaitingQueue(ref, home);
    this.paging = new Paging(ref, queue, window, home, this::pump);
  }

  // ---------------------------------------------------------------- messages come

  /** Takes a message in; see {@link Session#deliver}. */
  long deliver(
      Publication publication,
      Qos qos,
      boolean retain,
      int[] subscriptionIds,
      @Nullable TopicFilter share) {
    if (qos == Qos.AT_MOST_ONCE) {
      deliverAtMostOnce(publication, retain, subscriptionIds, share);
      return 0;
    }
    boolean mayStay = queue.mayStay(qos, share);
    if (!queue.makeRoom(publication, mayStay)) {
      return 0;
    }
    Delivery delivery = next(publication, qos, retain, subscriptionIds, share);
    long position = ref.isDurable() ? home.append(delivery.record(ref.key())) : 0;
    paging.recorded(position);
    if (mayStay && queue.spills(peer == null, publication)) {
      queue.joinSpilled(delivery.sequence, delivery.bytes());
    } else {
      queue.join(delivery);
    }
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
    if (!queue.makeRoom(publication, false)) {
      return null;
    }
    Delivery delivery = next(publication, qos, retain, subscriptionIds, share);
    delivery.state = Delivery.State.HELD;
    if (held == null) {
      held = new HashMap<>();
    }
    held.put(delivery.sequence, delivery);
    queue.join(delivery);
    return delivery;
  }

  private Delivery next(
      Publication said, Qos qos, boolean retain, int[] ids, @Nullable TopicFilter share) {
    long sequence = ++lastSequence;
    return new Delivery(sequence, said, qos, retain, ids, share, Delivery.State.WAITING);
  }

  /** A held message may be sent; see {@link Session#reveal}. */
  void reveal(long sequence, boolean written) {
    Delivery delivery = held == null ? null : held.remove(sequence);
    if (delivery != null) {
      delivery.state = Delivery.State.WAITING;
      boolean maySpill = written || peer == null; // who comes waits for all records before
      if (maySpill && queue.revealed(delivery, peer == null, paging.askedUpTo())) {
        paging.spilled(sequence);
      }
      pump();
    }
  }

  // ---------------------------------------------------------------- found on disk

  /** Takes on the messages of an image: those in flight in their order, then those that wait. */
  void restore(SessionImage image) {
    lastSequence = Math.max(lastSequence, image.lastSequence());
    paging.found(lastSequence);
    Map<Long, JournalRecord> sent = image.inFlightMessages();
    window.restore(image.inFlight(), sent).forEach(queue::countInFlight);
    image.forEachMessage(
        (sequence, message) -> {
          if (!sent.containsKey(sequence)) {
            queue.restore(message);
          }
        });
  }

  // ---------------------------------------------------------------- connections

  /**
   * A connection takes the session on.
   *
   * @param position where the journal has it, or 0
   */
  void attach(Peer newPeer, long position) {
    peer = newPeer;
    paging.recorded(position);
    window.attach();
    awaitingDurable = 0;
    toSend.clear();
  }

  /** CONNACK was sent: releases first, then what was in flight, then the queue. */
  void resume() {
    Peer to = peer;
    if (to == null) {
      return;
    }
    for (Delivery delivery : window.all()) {
      if (delivery.isReleased()) {
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
    paging.cancel();
    queue.spillAll();
    paging.spilled(0);
    window.trim();
    held = held == null || held.isEmpty() ? null : held;
  }

  void leave() {
    paging.cancel();
    queue.leaveShard();
  }

  void arrive(Home newHome) {
    home = newHome;
    queue.arrive(newHome);
    paging.arrive(newHome);
  }

  // ---------------------------------------------------------------- acknowledgements

  /** PUBACK [MQTT-4.3.2-3]; one that answers nothing we sent is ignored. */
  boolean onPuback(int packetId, ReasonCode reason) {
    Delivery delivery = window.find(packetId);
    if (delivery == null
        || (delivery.isRead() && delivery.qos != Qos.AT_LEAST_ONCE)
        || delivery.state != Delivery.State.SENT) {
      return false;
    }
    finish(delivery, reason.isError() ? DropReason.REFUSED_BY_CLIENT : null);
    pump();
    return true;
  }

  /** PUBREC [MQTT-4.3.3-4]; gives what to answer at once: NOT_FOUND, or null for nothing yet. */
  @Nullable ReasonCode onPubrec(int packetId, ReasonCode reason) {
    Delivery delivery = window.find(packetId);
    if (delivery == null || (delivery.isRead() && delivery.qos != Qos.EXACTLY_ONCE)) {
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
    Delivery delivery = window.find(packetId);
    if (delivery == null || delivery.state != Delivery.State.RELEASED) {
      return false;
    }
    finish(delivery, null);
    pump();
    return true;
  }

  private void release(Delivery delivery) {
    delivery.state = Delivery.State.RELEASING;
    window.needNotRead(delivery);
    Peer to = peer;
    long position =
        ref.isDurable()
            ? home.append(
                new JournalRecord.PubrecReceived(ref.key(), delivery.sequence, delivery.packetId))
            : 0;
    home.whenDurable(
        position,
        to == null ? DurabilityLevel.MEMORY : to.durability(),
        () -> {
          // After a hand-over or a reconnection resume() has done it.
          if (to != null && to.isOpen() && delivery.state == Delivery.State.RELEASING) {
            delivery.state = Delivery.State.RELEASED;
            to.pubrel(delivery.packetId, ReasonCode.SUCCESS);
          }
        });
  }

  // ---------------------------------------------------------------- sending

  /** Sends what quota, window and writability allow, and asks for more. */
  void pump() {
    Peer to = peer;
    if (to == null || pumping || !to.isOpen()) {
      return;
    }
    pumping = true; // completing a message from within must not start over
    try {
      while (isFlowing() && sendOne(to)) {}
      if (isFlowing()) {
        paging.readMore(toSend.peek());
      }
    } finally {
      pumping = false;
    }
  }

  private boolean sendOne(Peer to) {
    Delivery again = toSend.peek();
    if (again != null) {
      return sendAgain(again, to);
    }
    Delivery next = queue.peek();
    if (next == null || next.state == Delivery.State.HELD) {
      return false;
    }
    DropReason unfit = unfit(next.publication(), to); // before it is known as sent
    if (unfit == DropReason.WITHHELD && moves.waitsForOthers(next, to)) {
      return false;
    }
    if (unfit != null) {
      queue.remove();
      queue.forget(next, unfit);
      return true;
    }
    if (next.qos == Qos.AT_MOST_ONCE) {
      queue.remove();
      sendAtMostOnce(to, next.publication(), next.retain, next.subscriptionIds);
      queue.forget(next, null);
      return true;
    }
    if (window.isFull(windowMax(to)) || !takeQuota(next, to)) {
      return false;
    }
    queue.remove();
    assign(next, to);
    return true;
  }

  /** What was in flight, or has its identifier and waited for that to be durable. */
  private boolean sendAgain(Delivery again, Peer to) {
    if (!window.maySend(again)) { // the client acknowledged what it had from another connection
      toSend.remove();
      return true;
    }
    if (!again.isRead()) {
      return false;
    }
    DropReason unfit = again.everSent ? null : unfit(again.publication(), to);
    if (unfit != null) { // what the client had before is completed, whatever became of it
      toSend.remove();
      finish(again, unfit);
      return true;
    }
    if (!again.takesQuota && !takeQuota(again, to)) {
      return false;
    }
    toSend.remove();
    send(again, to);
    return true;
  }

  private int windowMax(Peer to) {
    // Released messages of an earlier connection hold an identifier but no quota.
    return home.limits().inFlightMax() + to.receiveMaximum();
  }

  private boolean takeQuota(Delivery delivery, Peer to) {
    return window.takeQuota(delivery, Math.min(to.receiveMaximum(), home.limits().inFlightMax()));
  }

  private void assign(Delivery delivery, Peer to) {
    window.assign(delivery);
    delivery.state = Delivery.State.ASSIGNED;
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
        to.durability(),
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
            delivery.publication(),
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

  private void deliverAtMostOnce(
      Publication publication, boolean retain, int[] ids, @Nullable TopicFilter share) {
    if (publication.isExpired(home.now())) { // [MQTT-3.3.2-5]
      queue.drop(DropReason.EXPIRED);
      return;
    }
    Peer to = peer;
    boolean away = to == null || !to.isOpen();
    boolean keeps = ref.isLasting() && home.limits().queueQos0Offline();
    // It must not overtake others of its kind [MQTT-4.6.0-5].
    if (queue.hasAtMostOnce() || (away && keeps) || (to != null && to.isHeld())) {
      if (queue.makeRoom(publication, false)) {
        queue.join(next(publication, Qos.AT_MOST_ONCE, retain, ids, null));
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
    if (!to.rights().mayReceive(publication.topic())) {
      if (share != null) {
        moves.isLeaving(share, to); // the next ones go to the others
      }
      queue.drop(DropReason.WITHHELD);
      return;
    }
    sendAtMostOnce(to, publication, retain, ids);
  }

  private void sendAtMostOnce(Peer to, Publication publication, boolean retain, int[] ids) {
    if (!to.publish(publication, Qos.AT_MOST_ONCE, false, retain, 0, ids)) {
      queue.drop(DropReason.PACKET_TOO_LARGE);
    }
  }

  /** Why a message may not be given to the client now; null where it may. */
  private @Nullable DropReason unfit(Publication said, Peer to) {
    if (said.isExpired(home.now())) { // [MQTT-3.3.2-5]
      return DropReason.EXPIRED;
    }
    return to.rights().mayReceive(said.topic()) ? null : DropReason.WITHHELD;
  }

  /** Ends a delivery in flight. */
  private void finish(Delivery delivery, @Nullable DropReason dropped) {
    window.remove(delivery);
    queue.forget(delivery, dropped);
  }

  /**
   * Takes out what came by a Shared Subscription and was never sent; at the end of the session also
   * unacknowledged QoS 1 [MQTT-4.8.2-4] [MQTT-4.8.2-5], and what is still held. The journal has
   * them, or will: whoever moves them records that.
   */
  List<Delivery> takeShared(@Nullable TopicFilter share, boolean sessionEnds) {
    List<Delivery> taken = new ArrayList<>(0);
    if (sessionEnds) {
      window.takeShared(taken);
      taken.forEach(queue::leave);
    }
    queue.takeShared(share, sessionEnds, taken);
    return taken;
  }

  /** Puts back what nobody else took, in its old place. */
  void putBack(Delivery delivery) {
    delivery.state = Delivery.State.WAITING;
    queue.putBack(delivery);
  }

  /** The session ended: nothing of this will be sent. */
  void discard() {
    paging.cancel();
    queue.discard();
    window.clear();
    toSend.clear();
    held = null;
    peer = null;
  }

  /** Whether the peer takes packets now: QoS 0 would be dropped otherwise. */
  boolean isFlowing() {
    Peer to = peer;
    return to != null && to.isOpen() && to.isWritable();
  }

  /** The newest message that was ever queued, 0 for none. */
  long lastSequence() {
    return lastSequence;
  }

  /** What it gives up for other members of Shared Subscriptions. */
  SharedMoves moves() {
    return moves;
  }

  /** What waits, and the account of all. */
  WaitingQueue queue() {
    return queue;
  }

  /** For tests and tools: the window, and what waits in memory, in order. */
  List<Delivery> contents() {
    List<Delivery> all = window.all();
    queue.addTo(all);
    return all;
  }
}

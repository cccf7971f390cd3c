package io.whimbrel.core.session;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionRef;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a session that wait to be sent, and the account of all it holds, in flight ones
 * included, against its limits in messages and bytes. What leaves without being delivered is told
 * to the observer with its reason. Owned by the session's shard.
 */
final class WaitingQueue {
  private final SessionRef ref;
  private final ArrayDeque<Delivery> waiting = new ArrayDeque<>(0);
  private Home home;
  private int messages;
  private int atMostOnce;
  private long bytes;

  WaitingQueue(SessionRef ref, Home home) {
    this.ref = ref;
    this.home = home;
  }

  // ---------------------------------------------------------------- coming

  /** Whether a message may join, after dropping older ones where that is the policy. */
  boolean makeRoom(Publication publication) {
    if (publication.isExpired(home.now())) {
      drop(DropReason.EXPIRED);
      return false;
    }
    if (home.isMemoryFull()) {
      drop(DropReason.MEMORY);
      return false;
    }
    long more = publication.bytes();
    while (isFull() || bytes + more > home.limits().queueBytesMax()) {
      DropReason reason = isFull() ? DropReason.QUEUE_MESSAGES : DropReason.QUEUE_BYTES;
      Delivery oldest = waiting.peek();
      boolean mayDrop = oldest != null && oldest.state == Delivery.State.WAITING;
      if (oldest == null || !mayDrop || !home.limits().dropOldest()) {
        drop(reason);
        return false;
      }
      waiting.remove();
      forget(oldest, reason);
    }
    return true;
  }

  /** Whether it would find room without displacing another. */
  boolean hasRoomFor(Publication publication) {
    return !isFull()
        && !home.isMemoryFull()
        && bytes + publication.bytes() <= home.limits().queueBytesMax();
  }

  private boolean isFull() {
    return messages >= home.limits().queueMessagesMax();
  }

  void join(Delivery delivery) {
    waiting.add(delivery);
    count(1, delivery);
  }

  /** Puts a message that had left back into its old place. */
  void putBack(Delivery delivery) {
    ArrayDeque<Delivery> later = new ArrayDeque<>();
    for (Delivery last = waiting.peekLast();
        last != null && last.sequence > delivery.sequence;
        last = waiting.peekLast()) {
      later.addFirst(waiting.removeLast());
    }
    join(delivery);
    waiting.addAll(later);
  }

  // ---------------------------------------------------------------- going

  @Nullable Delivery peek() {
    return waiting.peek();
  }

  /** Takes the head out to be sent; it still counts. */
  void remove() {
    waiting.remove();
  }

  /** Takes the message with this sequence out to be sent; it still counts. Null: not here. */
  @Nullable Delivery take(long sequence) {
    for (Iterator<Delivery> i = waiting.iterator(); i.hasNext(); ) {
      Delivery delivery = i.next();
      if (delivery.sequence == sequence) {
        i.remove();
        return delivery;
      }
    }
    return null;
  }

  /** Ends a message that was taken out: delivered, or dropped for a reason. */
  void forget(Delivery delivery, @Nullable DropReason dropped) {
    leave(delivery);
    if (ref.isDurable() && delivery.qos != Qos.AT_MOST_ONCE) {
      home.append(new JournalRecord.Completed(ref.key(), delivery.sequence, delivery.packetId));
    }
    if (dropped != null) {
      drop(dropped);
    }
  }

  /** A message that was taken out goes to another session. */
  void leave(Delivery delivery) {
    count(-1, delivery);
  }

  /** Takes out what came by a Shared Subscription, or by any where it is null. */
  void takeShared(@Nullable TopicFilter share, List<Delivery> taken) {
    for (Iterator<Delivery> i = waiting.iterator(); i.hasNext(); ) {
      Delivery delivery = i.next();
      boolean asked = delivery.share != null && (share == null || share.equals(delivery.share));
      if (asked && delivery.state == Delivery.State.WAITING) {
        i.remove();
        leave(delivery);
        taken.add(delivery);
      }
    }
  }

  /** The session ended. */
  void discard() {
    for (int i = 0; i < messages; i++) {
      drop(DropReason.SESSION_ENDED);
    }
    waiting.clear();
    home.queued(-messages, -bytes);
    messages = 0;
    atMostOnce = 0;
    bytes = 0;
  }

  void drop(DropReason reason) {
    home.observer().messageDropped(home.shard(), reason, ref.clientId());
  }

  /** The session leaves its shard: that one counts it no more. */
  void leaveShard() {
    home.queued(-messages, -bytes);
  }

  void arrive(Home newHome) {
    home = newHome;
    home.queued(messages, bytes);
  }

  private void count(int sign, Delivery delivery) {
    long size = sign * delivery.publication.bytes();
    messages += sign;
    atMostOnce += delivery.qos == Qos.AT_MOST_ONCE ? sign : 0;
    bytes += size;
    home.queued(sign, size);
  }

  // ---------------------------------------------------------------- to look at

  int messages() {
    return messages;
  }

  long bytes() {
    return bytes;
  }

  /** Whether a message of QoS 0 waits. */
  boolean hasAtMostOnce() {
    return atMostOnce > 0;
  }

  int waiting() {
    return waiting.size();
  }

  void addTo(List<Delivery> all) {
    all.addAll(waiting);
  }
}

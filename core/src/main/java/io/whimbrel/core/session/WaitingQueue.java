package io.whimbrel.core.session;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.Limits;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionRef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a session that wait to be sent, and the account of all it holds, in flight ones
 * included, against its limits in messages and bytes. What leaves without being delivered is told
 * to the observer with its reason. Owned by the session's shard.
 *
 * <pre>
 * front          spilled                     what is sent next is the head of the front
 * 4 5 6   <   7 8 _ 10 11 _ 13               of spilled messages only the size is known
 *                 9         12 14            residents: behind spilled ones, but in memory
 * </pre>
 *
 * <p>A message may be spilled where the journal can give it back and it will not have to move:
 * every message of QoS 1 or 2 of a durable session, but for held ones and those of Shared
 * Subscriptions. It is spilled where others are already, where the client is away, or where too
 * much waits in memory. All residents come after the first spilled message.
 */
final class WaitingQueue {
  private final SessionRef ref;
  private final Line front = new Line();
  private final Line residents = new Line();
  private @Nullable SpilledRun spilled;
  private Home home;
  private int messages;
  private int atMostOnce;
  private long bytes;
  private int storedMessages;
  private long storedBytes;

  WaitingQueue(SessionRef ref, Home home) {
    this.ref = ref;
    this.home = home;
  }

  // ---------------------------------------------------------------- coming

  /**
   * Whether a message may join, after dropping older ones where that is the policy.
   *
   * @param mayStay whether it may be spilled: it needs no memory then
   */
  boolean makeRoom(Publication publication, boolean mayStay) {
    if (publication.isExpired(home.now())) {
      drop(DropReason.EXPIRED);
      return false;
    }
    if (!mayStay && home.isMemoryFull()) {
      drop(DropReason.MEMORY);
      return false;
    }
    long more = publication.bytes();
    while (isFull() || bytes + more > home.limits().queueBytesMax()) {
      DropReason reason = isFull() ? DropReason.QUEUE_MESSAGES : DropReason.QUEUE_BYTES;
      if (!home.limits().dropOldest() || !dropOldest(reason)) {
        drop(reason);
        return false;
      }
    }
    return true;
  }

  private boolean dropOldest(DropReason reason) {
    Delivery oldest = front.peek();
    if (oldest != null) {
      boolean mayDrop = oldest.state == Delivery.State.WAITING;
      if (mayDrop) {
        front.poll();
        forget(oldest, reason);
      }
      return mayDrop;
    }
    SpilledRun run = spilled;
    if (run == null) {
      return false;
    }
    home.observer().mark("spilled message dropped as oldest");
    forgetSpilled(run, reason); // its content is not needed for that
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

  /** Whether the journal can give such a message back, and it stays with this session. */
  boolean mayStay(Qos qos, @Nullable TopicFilter share) {
    return home.keepsQueues() && ref.isDurable() && qos != Qos.AT_MOST_ONCE && share == null;
  }

  private boolean mayStay(Delivery delivery) {
    return delivery.state == Delivery.State.WAITING && mayStay(delivery.qos, delivery.share);
  }

  /** Whether a message that may be spilled is. */
  boolean spills(boolean away, Publication publication) {
    Limits limits = home.limits();
    return spilled != null
        || away
        || front.size() >= limits.queueResidentMessagesMax()
        || front.bytes() + publication.bytes() > limits.queueResidentBytesMax()
        || home.isMemoryFull();
  }

  /** A message joins that stays in memory. */
  void join(Delivery delivery) {
    (spilled == null ? front : residents).add(delivery);
    count(1, delivery);
  }

  /** A message joins that is on disk, or will be. */
  void joinSpilled(long sequence, long size) {
    run().add(sequence, size);
    count(1, size);
    countStored(1, size);
  }

  /** A message was found on disk, as Queued or as Stored; its client is away. */
  void restore(JournalRecord message) {
    if (message instanceof JournalRecord.Stored r) {
      joinSpilled(r.sequence(), r.bytes());
    } else if (message instanceof JournalRecord.Queued r && mayStay(r.qos(), r.shareFilter())) {
      joinSpilled(r.sequence(), r.publication().bytes());
    } else {
      join(Delivery.waiting((JournalRecord.Queued) message));
    }
  }

  /** Puts a message that had left back into its old place. */
  void putBack(Delivery delivery) {
    SpilledRun run = spilled;
    (run == null || delivery.sequence < run.first() ? front : residents).insert(delivery);
    count(1, delivery);
  }

  // ---------------------------------------------------------------- to disk and back

  /** The client went away: what can be read back is forgotten down to its size. */
  void spillAll() {
    if (ref.isDurable() && home.keepsQueues()) {
      Line stay = new Line();
      spillAll(residents, stay);
      spillAll(front, stay);
      for (Delivery next = stay.poll(); next != null; next = stay.poll()) {
        residents.add(next);
      }
      settle();
    }
    front.trim();
  }

  private void spillAll(Line from, Line stay) {
    for (Delivery last = from.pollLast(); last != null; last = from.pollLast()) {
      if (mayStay(last)) {
        spill(last);
      } else {
        stay.addFirst(last);
      }
    }
  }

  private void spill(Delivery delivery) {
    run().add(delivery.sequence, delivery.bytes());
    countStored(1, delivery.bytes());
  }

  /**
   * A held message may be sent: it is spilled where it would have been but for its transaction.
   *
   * @param askedUpTo where a page that is on its way ends: it may have been read too early for this
   * @return whether it was spilled
   */
  boolean revealed(Delivery delivery, boolean away, long askedUpTo) {
    if (!mayStay(delivery) || delivery.sequence <= askedUpTo) {
      return false;
    }
    if (residents.remove(delivery)) {
      spill(delivery);
      return true;
    }
    if (away) {
      Line behind = new Line();
      for (Delivery last = front.pollLast(); last != null; last = front.pollLast()) {
        if (last == delivery) {
          spill(last);
          break;
        }
        behind.addFirst(last);
      }
      for (Delivery last = behind.pollLast(); last != null; last = behind.pollLast()) {
        residents.addFirst(last);
      }
      settle();
    }
    return away;
  }

  private SpilledRun run() {
    SpilledRun run = spilled;
    if (run == null) {
      home.observer().mark("queue spilled");
      run = new SpilledRun();
      spilled = run;
    }
    return run;
  }

  /**
   * A message was read back.
   *
   * @return whether it is still wanted and was the next
   */
  boolean read(JournalRecord.Queued record) {
    SpilledRun run = spilled;
    if (run == null || run.first() != record.sequence()) {
      return false;
    }
    int size = run.removeFirst();
    countStored(-1, -size);
    count(-1, -size);
    Delivery delivery = Delivery.waiting(record);
    front.add(delivery);
    count(1, delivery);
    settle();
    return true;
  }

  /** Spilled messages from one sequence to another are not on disk: nobody can be sent them. */
  void lose(long from, long to) {
    for (SpilledRun run = spilled;
        run != null && run.first() >= from && run.first() <= to;
        run = spilled) {
      forgetSpilled(run, DropReason.UNREADABLE);
    }
  }

  private void forgetSpilled(SpilledRun run, DropReason reason) {
    long sequence = run.first();
    int size = run.removeFirst();
    countStored(-1, -size);
    count(-1, -size);
    home.append(new JournalRecord.Completed(ref.key(), sequence, 0));
    drop(reason);
    settle();
  }

  /** Residents that no spilled message precedes any more come to the front. */
  private void settle() {
    if (spilled != null && spilled.isEmpty()) {
      spilled = null;
    }
    SpilledRun run = spilled;
    for (Delivery next = residents.peek();
        next != null && (run == null || next.sequence < run.first());
        next = residents.peek()) {
      residents.poll();
      front.add(next);
    }
    residents.trim();
  }

  // ---------------------------------------------------------------- going

  @Nullable Delivery peek() {
    return front.peek();
  }

  /** Takes the head out to be sent; it still counts. */
  void remove() {
    front.poll();
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

  /** Takes out what came by a Shared Subscription, or by any where it is null; see {@link Line}. */
  void takeShared(@Nullable TopicFilter share, boolean alsoHeld, List<Delivery> taken) {
    int before = taken.size();
    front.takeShared(share, alsoHeld, taken);
    residents.takeShared(share, alsoHeld, taken);
    taken.subList(before, taken.size()).forEach(this::leave);
  }

  /** The session ended. */
  void discard() {
    for (int i = 0; i < messages; i++) {
      drop(DropReason.SESSION_ENDED);
    }
    front.clear();
    residents.clear();
    spilled = null;
    leaveShard();
    messages = 0;
    atMostOnce = 0;
    bytes = 0;
    storedMessages = 0;
    storedBytes = 0;
  }

  void drop(DropReason reason) {
    home.observer().messageDropped(home.shard(), reason, ref.clientId());
  }

  // ---------------------------------------------------------------- the account

  /** The session leaves its shard: that one counts it no more. */
  void leaveShard() {
    home.queued(-messages, -bytes);
    home.stored(-storedMessages, -storedBytes);
  }

  void arrive(Home newHome) {
    home = newHome;
    home.queued(messages, bytes);
    home.stored(storedMessages, storedBytes);
  }

  /** A message joined that is in flight already. */
  void countInFlight(Delivery delivery) {
    count(1, delivery);
  }

  /** The content of a message in flight was read back. */
  void countRead(Delivery delivery) {
    countStored(-1, -delivery.storedBytes());
    count(-1, -delivery.storedBytes());
    count(1, delivery);
  }

  private void count(int sign, Delivery delivery) {
    atMostOnce += delivery.qos == Qos.AT_MOST_ONCE ? sign : 0;
    count(sign, sign * delivery.bytes());
    if (!delivery.isRead()) {
      countStored(sign, sign * delivery.bytes());
    }
  }

  private void count(int more, long size) {
    messages += more;
    bytes += size;
    home.queued(more, size);
  }

  private void countStored(int more, long size) {
    storedMessages += more;
    storedBytes += size;
    home.stored(more, size);
  }

  // ---------------------------------------------------------------- to look at

  int messages() {
    return messages;
  }

  long bytes() {
    return bytes;
  }

  /** Of these, what is in memory. */
  long residentBytes() {
    return bytes - storedBytes;
  }

  /** Whether a message of QoS 0 waits. */
  boolean hasAtMostOnce() {
    return atMostOnce > 0;
  }

  int waiting() {
    SpilledRun run = spilled;
    return front.size() + residents.size() + (run == null ? 0 : run.count());
  }

  /** What has to be read back, the oldest first, or null. */
  @Nullable SpilledRun spilled() {
    return spilled;
  }

  /** Whether a spilled message has to be sent before that place in the queue. */
  boolean isSpilledBefore(long sequence) {
    SpilledRun run = spilled;
    return run != null && run.first() < sequence;
  }

  /** Whether less than half a page is left to be sent. */
  boolean isFrontShort() {
    return front.isEmpty()
        || (front.size() < home.limits().queuePageMessagesMax() / 2
            && front.bytes() < home.limits().queuePageBytesMax() / 2);
  }

  /** For tests and tools: what waits in memory, in order. */
  void addTo(List<Delivery> all) {
    front.addTo(all);
    residents.addTo(all);
  }

  /** For tests and tools: the places of what waits on disk alone, in order. */
  List<Long> spilledSequences() {
    List<Long> all = new ArrayList<>(0);
    if (spilled != null) {
      spilled.forEach((sequence, size) -> all.add(sequence));
    }
    return all;
  }
}

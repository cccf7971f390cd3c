package io.whimbrel.core.session;

import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.BrokerObserver;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.Limits;
import io.whimbrel.core.port.QueuePage;
import io.whimbrel.core.retain.RetainedMessages;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionKey;
import io.whimbrel.core.routing.SessionRef;
import io.whimbrel.core.routing.SubscriptionIndex;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a shard offers to the sessions and connections that live on it. Everything is called on the
 * shard's thread, within a turn.
 */
public interface Home {
  /** The index of the shard. */
  int shard();

  /** Broker time of this turn, milliseconds. */
  long now();

  /** The maxima of the broker. */
  Limits limits();

  /** Who hears of what happens. */
  BrokerObserver observer();

  /** The subscriptions of all sessions. */
  SubscriptionIndex<SessionRef> subscriptions();

  /** The retained messages of the broker. */
  RetainedMessages<Publication> retained();

  /** Whether a message may be retained: there is room, or it takes the place of another. */
  default boolean retainedFits(TopicName topic, long payloadBytes) {
    Publication old = retained().find(topic);
    boolean room = old != null || retained().count() < limits().retainedMessagesMax();
    long others = retained().bytes() - (old == null ? 0 : old.bytes());
    return room && others + payloadBytes <= limits().retainedBytesMax();
  }

  /** Adds a record to this turn's journal batch and gives its position. */
  long append(JournalRecord record);

  /** Runs the action once the position has reached the level; at once for position 0. */
  void whenDurable(long position, DurabilityLevel level, Runnable action);

  /** Whether the journal gives queued messages back, so that they need not be kept in memory. */
  boolean keepsQueues();

  /**
   * Reads a page of a session's queue, which has to be written by now. Where an earlier page of the
   * session is still on its way, the answer to that is dropped, and this one is asked for then.
   *
   * @param taker told in a later turn of this shard, even if the session has left it
   */
  void readQueue(SessionKey session, long fromSequence, Consumer<QueuePage> taker);

  /** A timer that is not armed. */
  Timer timer(Runnable action);

  /** Runs the action in the next turn: work that is done in slices. */
  void nextTurn(Runnable action);

  /** Whether the memory budget for messages is used up. */
  boolean isMemoryFull();

  /** Whether the store has no room for what may be refused; what was let in is still recorded. */
  boolean isStoreFull();

  /** Messages waiting or in flight changed, in memory or not. */
  void queued(int messages, long bytes);

  /** Of these, what is on disk alone changed: the memory budget does not count it. */
  void stored(int messages, long bytes);

  /**
   * Publishes a will.
   *
   * @param removed recorded in the same commit: the will, or the whole session, is no more; null
   *     where the journal never knew it
   * @return opens when no crash can bring the will back or lose it
   */
  AckBarrier publishWill(Session session, Publication will, @Nullable JournalRecord removed);

  /**
   * Gives an unsent message of a Shared Subscription to another member of its group, or back to the
   * session where there is none.
   *
   * @param done run once the journal has been told of it, or the message is back
   */
  void redistribute(Session from, TopicFilter share, Delivery delivery, Runnable done);

  /** The session ended; the shard forgets it. */
  void ended(Session session);
}

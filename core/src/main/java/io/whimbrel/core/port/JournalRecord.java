package io.whimbrel.core.port;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionKey;
import org.jspecify.annotations.Nullable;

/**
 * A fact the broker must remember over a restart. Applying all records in the order of their
 * commits, or loading what a store made of them, gives the same state. Times are broker time,
 * milliseconds. Records of an incarnation that has ended are void.
 */
public sealed interface JournalRecord {

  /** A fact about one session. */
  sealed interface OfSession extends JournalRecord {
    /** The life of the session it belongs to. */
    SessionKey session();
  }

  /** A new session with no state. */
  record SessionOpened(SessionKey session, String user) implements OfSession {}

  /** A session that was nobody's is this user's from now on. */
  record SessionOwned(SessionKey session, String user) implements OfSession {}

  /**
   * A network connection took the session on; replaces its expiry and its will.
   *
   * @param ordinal which one in the life of the session, from 1
   * @param expirySeconds Session Expiry Interval, 4294967295 for ever
   */
  record SessionConnected(
      SessionKey session, long ordinal, long expirySeconds, @Nullable WillMessage will)
      implements OfSession {}

  /**
   * The network connection ended; the session and its will wait.
   *
   * @param willAtMillis when the will is due; meaningless without a will
   */
  record SessionDisconnected(
      SessionKey session, long atMillis, long expirySeconds, boolean hasWill, long willAtMillis)
      implements OfSession {}

  /**
   * The session and all that belongs to it is gone.
   *
   * @param hadMessages whether any was ever queued for it
   */
  record SessionEnded(SessionKey session, boolean hadMessages) implements OfSession {}

  /**
   * The will was published or discarded [MQTT-3.1.2-10].
   *
   * @param ordinal whose will: the next connection may have set another one meanwhile
   */
  record WillRemoved(SessionKey session, long ordinal) implements OfSession {}

  /**
   * A subscription was made or replaced.
   *
   * @param subscriptionId 1 to 268,435,455, or 0 for none
   * @param replay whether the retained messages it matches are still to be sent
   */
  record Subscribed(
      SessionKey session,
      TopicFilter filter,
      Qos qos,
      int subscriptionId,
      boolean noLocal,
      boolean retainAsPublished,
      boolean replay)
      implements OfSession {}

  /** The retained messages of a new subscription were queued or sent. */
  record Replayed(SessionKey session, TopicFilter filter) implements OfSession {}

  /** A subscription was deleted. */
  record Unsubscribed(SessionKey session, TopicFilter filter) implements OfSession {}

  /**
   * A message of QoS 1 or 2 joined a session's queue.
   *
   * @param sequence place in the queue; grows with each message of the session
   * @param qos the QoS of the delivery
   * @param shareFilter the Shared Subscription it came by, or null
   */
  record Queued(
      SessionKey session,
      long sequence,
      Publication publication,
      Qos qos,
      boolean retain,
      int[] subscriptionIds,
      @Nullable TopicFilter shareFilter)
      implements OfSession {}

  /**
   * Stands for {@link Queued} where a store is loaded: the message is there and stays on disk until
   * it is asked for.
   *
   * @param bytes as {@code Publication.bytes()} counts
   */
  record Stored(SessionKey session, long sequence, int bytes) implements OfSession {}

  /** A queued message was given a packet identifier. */
  record InFlight(SessionKey session, long sequence, int packetId) implements OfSession {}

  /** The receiver took ownership of a QoS 2 message: only PUBREL may be sent now. */
  record PubrecReceived(SessionKey session, long sequence, int packetId) implements OfSession {}

  /**
   * A queued message is done: acknowledged, expired, dropped or moved.
   *
   * @param packetId the one it was given, or 0
   */
  record Completed(SessionKey session, long sequence, int packetId) implements OfSession {}

  /** A QoS 2 message with this packet identifier was taken from the client. */
  record Received(SessionKey session, int packetId) implements OfSession {}

  /** The client released the identifier with PUBREL. */
  record PubrelReceived(SessionKey session, int packetId) implements OfSession {}

  /**
   * A retained message was set, or removed where it is null.
   *
   * @param version greater versions of a topic win, whatever the order of the commits
   */
  record Retained(TopicName topic, long version, @Nullable Publication message)
      implements JournalRecord {}

  /**
   * A will as it waits.
   *
   * @param message expiry counts from when it is published: its deadline is relative here
   * @param expirySeconds Message Expiry Interval, or -1
   * @param delaySeconds Will Delay Interval
   */
  record WillMessage(Publication message, long expirySeconds, long delaySeconds) {
    /** The publication it becomes at the given time. */
    public Publication at(long nowMillis) {
      return new Publication(
          message.publisher(),
          message.topic(),
          message.qos(),
          message.retain(),
          expirySeconds < 0 ? Publication.NEVER : nowMillis + expirySeconds * 1000,
          message.forwarded(),
          message.payload());
    }
  }
}

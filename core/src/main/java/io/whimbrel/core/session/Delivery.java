package io.whimbrel.core.session;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionKey;
import org.jspecify.annotations.Nullable;

/**
 * One saying of a publication to one session, from its place in the queue to its last
 * acknowledgement. Owned by the session's shard.
 *
 * <p>After a restart one that is in flight may be <em>unread</em>: its content is on disk, and QoS,
 * flags and identifiers are known with it.
 *
 * <pre>
 * HELD ──(the publisher's transaction is durable)──► WAITING ──(has a packet id)──► ASSIGNED
 * ASSIGNED ──(sent)──► SENT ──(QoS 1: PUBACK)──► done
 *                      SENT ──(QoS 2: PUBREC)──► RELEASING ──(durable: PUBREL sent)──► RELEASED
 * RELEASED ──(PUBCOMP)──► done
 * </pre>
 */
public final class Delivery {
  /** Where it stands; see the class. */
  enum State {
    HELD,
    WAITING,
    ASSIGNED,
    SENT,
    RELEASING,
    RELEASED
  }

  private static final int[] NO_IDS = {};

  final long sequence;
  private final int storedBytes;
  private @Nullable Publication publication;
  Qos qos;
  boolean retain;
  int[] subscriptionIds;
  @Nullable TopicFilter share;

  State state;
  int packetId;
  boolean everSent;
  boolean takesQuota;

  /** Whether it was offered to other members of its Shared Subscription. */
  boolean offered;

  // Where it stands among those in flight; InFlight's to use.
  @Nullable Delivery nextInChain;
  @Nullable Delivery older;
  @Nullable Delivery newer;

  Delivery(
      long sequence,
      Publication publication,
      Qos qos,
      boolean retain,
      int[] subscriptionIds,
      @Nullable TopicFilter share,
      State state) {
    this.sequence = sequence;
    this.storedBytes = 0;
    this.publication = publication;
    this.qos = qos;
    this.retain = retain;
    this.subscriptionIds = subscriptionIds;
    this.share = share;
    this.state = state;
  }

  private Delivery(JournalRecord.Stored stored) {
    this.sequence = stored.sequence();
    this.storedBytes = stored.bytes();
    this.qos = Qos.EXACTLY_ONCE;
    this.subscriptionIds = NO_IDS;
    this.state = State.WAITING;
  }

  /** One that waits, as it was recorded. */
  static Delivery waiting(JournalRecord.Queued record) {
    return new Delivery(
        record.sequence(),
        record.publication(),
        record.qos(),
        record.retain(),
        record.subscriptionIds(),
        record.shareFilter(),
        State.WAITING);
  }

  /** One whose content is on disk. */
  static Delivery unread(JournalRecord.Stored stored) {
    return new Delivery(stored);
  }

  /** How it joins the queue of a session. */
  JournalRecord.Queued record(SessionKey session) {
    return new JournalRecord.Queued(
        session, sequence, publication(), qos, retain, subscriptionIds, share);
  }

  /** Its content was read back. */
  void read(JournalRecord.Queued record) {
    publication = record.publication();
    qos = record.qos();
    retain = record.retain();
    subscriptionIds = record.subscriptionIds();
  }

  /** Whether its content is here. */
  public boolean isRead() {
    return publication != null;
  }

  /** What was said. */
  public Publication publication() {
    Publication said = publication;
    if (said == null) {
      throw new IllegalStateException("message " + sequence + " was not read back yet");
    }
    return said;
  }

  /** What an unread one counts for, bytes. */
  int storedBytes() {
    return storedBytes;
  }

  /** What it counts for, bytes. */
  long bytes() {
    Publication said = publication;
    return said == null ? storedBytes : said.bytes();
  }

  /** The RETAIN flag it is delivered with. */
  public boolean retain() {
    return retain;
  }

  /** The Subscription Identifiers it is delivered with; not to be changed. */
  public int[] subscriptionIds() {
    return subscriptionIds;
  }

  /** Its place in the session's queue. */
  public long sequence() {
    return sequence;
  }

  /** The Shared Subscription it came by, or null. */
  public @Nullable TopicFilter share() {
    return share;
  }

  /** The QoS it is delivered with. */
  public Qos qos() {
    return qos;
  }

  /** Its packet identifier, or 0 while it has none. */
  public int packetId() {
    return packetId;
  }

  /** Whether its receiver owns it: only PUBREL may be sent. */
  public boolean isReleased() {
    return state == State.RELEASING || state == State.RELEASED;
  }
}

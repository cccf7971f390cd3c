package io.whimbrel.core.session;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.core.routing.Publication;
import org.jspecify.annotations.Nullable;

/**
 * One saying of a publication to one session, from its place in the queue to its last
 * acknowledgement. Owned by the session's shard.
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

  final long sequence;
  final Publication publication;
  final Qos qos;
  final boolean retain;
  final int[] subscriptionIds;
  final @Nullable TopicFilter share;

  State state;
  int packetId;
  boolean everSent;
  boolean takesQuota;

  Delivery(
      long sequence,
      Publication publication,
      Qos qos,
      boolean retain,
      int[] subscriptionIds,
      @Nullable TopicFilter share,
      State state) {
    this.sequence = sequence;
    this.publication = publication;
    this.qos = qos;
    this.retain = retain;
    this.subscriptionIds = subscriptionIds;
    this.share = share;
    this.state = state;
  }

  /** What was said. */
  public Publication publication() {
    return publication;
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

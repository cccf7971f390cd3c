package io.whimbrel.core.shard;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.core.connection.Connection;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.Directory;
import io.whimbrel.core.routing.Place;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionRef;
import io.whimbrel.core.session.AckBarrier;
import io.whimbrel.core.session.Session;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one shard tells another; immutable but for the session that a hand-over carries. */
sealed interface Letter {

  /**
   * One session that takes a publication.
   *
   * @param qos of the delivery
   * @param retain the RETAIN flag of the delivery
   * @param share the Shared Subscription it comes by, or null
   */
  record Taker(
      SessionRef session,
      Qos qos,
      boolean retain,
      int[] subscriptionIds,
      @Nullable TopicFilter share) {
    /**
     * Whether the owner answers for this delivery, recorded or not: that alone never changes while
     * the letter is on its way; see {@link SessionRef#isDurable}.
     */
    boolean isPromised() {
      return session.isLasting() && qos != Qos.AT_MOST_ONCE;
    }
  }

  /**
   * Deliver a publication to sessions of yours.
   *
   * @param origin the publisher's shard, which owns barrier and transaction
   * @param barrier where promised takers are counted off, or null
   * @param transaction where held messages are collected, or null
   * @param forwarded by the shard the session left, before its fences
   */
  record Deliver(
      Publication publication,
      List<Taker> takers,
      int origin,
      @Nullable AckBarrier barrier,
      @Nullable Transaction transaction,
      boolean forwarded)
      implements Letter {}

  /** So many promised deliveries are durable here. */
  record Released(AckBarrier barrier, int deliveries) implements Letter {}

  /**
   * Answers for so many takers of a transaction.
   *
   * @param held what was queued, to be recorded with the transaction
   * @param gone takers whose session has ended
   */
  record Prepared(Transaction transaction, int takers, List<HeldRecord> held, List<Taker> gone)
      implements Letter {}

  /**
   * A message that a session queued and holds, and the record of it.
   *
   * @param recorded whether it belongs into the journal, as the owner knows
   */
  record HeldRecord(SessionRef session, JournalRecord.Queued record, boolean recorded) {}

  /**
   * The transaction a held message belongs to has reached its level.
   *
   * @param written whether the operating system has it, so that it can be read back
   */
  record Reveal(SessionRef session, long sequence, boolean written) implements Letter {}

  /** A connection of another shard wants a session of yours. */
  record Claim(
      Directory.Claim claim, int shard, Connection connection, Identity who, boolean cleanStart)
      implements Letter {}

  /** The connection that claims a session of yours has gone. */
  record Withdrawal(Place place, Connection connection) implements Letter {}

  /**
   * The claim came too late, or a newer one was first.
   *
   * @param denied it is somebody else's session instead
   */
  record Refused(Connection connection, boolean denied) implements Letter {
    void tell() {
      if (denied) {
        connection.denied();
      } else {
        connection.refused();
      }
    }
  }

  /**
   * The place is yours now, and the session with it, if there is one.
   *
   * @param replaces whether a session ended here to make room for a clean start
   */
  record HandOver(Claim claim, int from, @Nullable Session session, boolean replaces)
      implements Letter {}

  /** Send a fence for this session to its old owner, behind all you sent it before. */
  record FenceRequest(SessionRef session, int oldOwner, int newOwner) implements Letter {}

  /** Nothing sent to the old owner follows from this shard; pass it on to the new one. */
  record Fence(SessionRef session, int newOwner) implements Letter {}

  /** One shard's fence has come through the old owner. */
  record FencePassed(SessionRef session) implements Letter {}
}

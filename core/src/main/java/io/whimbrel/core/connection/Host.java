package io.whimbrel.core.connection;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.Access;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionRef;
import io.whimbrel.core.session.AckBarrier;
import io.whimbrel.core.session.Home;
import io.whimbrel.core.session.Session;
import org.jspecify.annotations.Nullable;

/** What a shard offers to the connections on it, beyond what it offers to sessions. */
public interface Host extends Home {
  /** Who may come in and what they may do. */
  Access access();

  /** A Client Identifier no session has [MQTT-3.2.2-16]. */
  String assignClientId();

  /** Whether one more client may connect. */
  boolean hasRoomForClient();

  /** So many clients more are connected. */
  void clientsChanged(int change);

  /** Runs the action in a turn of this shard; callable from any thread. */
  void post(Runnable action);

  /**
   * Asks for the session of a client; answered once, by {@link Connection#seated} or {@link
   * Connection#refused} or {@link Connection#denied}, now or in a later turn, unless the connection
   * closes before.
   */
  void claim(Connection connection, boolean cleanStart);

  /**
   * A new session for a claim that was answered without one.
   *
   * @param lasting whether it may outlive the connection
   */
  Session openSession(Connection connection, String clientId, String user, boolean lasting);

  /** The connection no longer serves its client. */
  void vacate(Connection connection);

  /**
   * Routes what a client published.
   *
   * @param received the record of a QoS 2 identifier that has to become durable together with the
   *     routing, or null
   * @param publisher the session it came by
   * @param barrier opens when all that the acknowledgement promises is durable; the caller arrives
   *     once itself
   * @return how many sessions take it
   */
  int publish(
      Publication publication,
      SessionRef publisher,
      JournalRecord.@Nullable Received received,
      AckBarrier barrier);

  /** Whether a message to this topic would be queued for a session that is recorded. */
  boolean wouldBeRecorded(TopicName topic, Qos qos);

  /** Whether publishers have to wait: a lane to another shard is full, or the disk is behind. */
  boolean isCongested();

  /** Tells the connection by {@link Connection#onUncongested} when that is over. */
  void awaitUncongested(Connection connection);
}

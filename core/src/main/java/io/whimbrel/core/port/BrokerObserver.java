package io.whimbrel.core.port;

import io.whimbrel.codec.PacketType;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;

/**
 * Told of what happens, for logs, metrics and {@code $SYS}; the core itself logs nothing. Called on
 * shards' threads, several at a time, for every message: implementations only count. No payloads,
 * no secrets are ever given.
 */
public interface BrokerObserver {
  /** A broker nobody watches. */
  BrokerObserver NONE = new BrokerObserver() {};

  /** A network connection came. */
  default void connectionOpened(int shard, Origin origin) {}

  /** CONNACK SUCCESS was sent. */
  default void clientConnected(
      int shard, Identity who, ProtocolVersion version, boolean sessionPresent) {}

  /**
   * A client that is connected has proved once more who it is (4.12.1).
   *
   * @param lost how many of its subscriptions it may not have any more
   */
  default void reauthenticated(int shard, Identity who, int lost) {}

  /**
   * CONNECT was refused, or no CONNECT came in time.
   *
   * @param claimed who it says it is, which nobody need have checked; no names where no CONNECT was
   *     read
   */
  default void connectRefused(int shard, Identity claimed, ReasonCode reason, String explanation) {}

  /**
   * A network connection is gone.
   *
   * @param who as claimed, where the client was not connected
   * @param wasConnected whether {@link #clientConnected} was told of it
   * @param reason SUCCESS where the client said goodbye
   */
  default void connectionClosed(
      int shard, Identity who, boolean wasConnected, ReasonCode reason, String explanation) {}

  /** A packet came in. */
  default void packetReceived(int shard, PacketType type) {}

  /** A packet went out. */
  default void packetSent(int shard, PacketType type) {}

  /** A PUBLISH was taken from a client. */
  default void messageReceived(int shard, Qos qos, long payloadBytes) {}

  /** A PUBLISH was sent to a client for the first time. */
  default void messageSent(int shard, Qos qos, long payloadBytes) {}

  /** A PUBLISH was sent once more, after a reconnection. */
  default void messageResent(int shard) {}

  /** A message did not reach a taker. */
  default void messageDropped(int shard, DropReason reason, String clientId) {}

  /** A session began. */
  default void sessionOpened(int shard) {}

  /** A session ended; expired or discarded. */
  default void sessionEnded(int shard, boolean expired) {}

  /** A session came from another shard. */
  default void sessionMoved(int shard) {}

  /** The messages waiting or in flight of all sessions changed. */
  default void queuedChanged(int shard, int messages, long bytes) {}

  /** Of these, what is on disk alone changed. */
  default void storedChanged(int shard, int messages, long bytes) {}

  /** The number of connected clients of a shard changed. */
  default void connectedChanged(int shard, int change) {}

  /** Reading from a client was stopped, for the named reason. */
  default void braked(int shard, String why) {}

  /** Something rare happened that tests want to know was reached. */
  default void mark(String name) {}

  /** We broke an invariant of our own; the connection it happened on is closed. */
  default void internalError(int shard, String where, Throwable cause) {}
}

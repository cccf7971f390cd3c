package io.whimbrel.core.routing;

import org.jspecify.annotations.Nullable;

/**
 * How the rest of the broker points at a session: its key and where it lives. Held by the
 * subscription index, by cached matches and by messages between shards. Written by the shard that
 * owns the session, read by all.
 */
public final class SessionRef {
  private final SessionKey key;
  private final boolean durable;
  private volatile int owner;
  private volatile boolean connected;
  private volatile boolean ended;

  /**
   * @param durable whether the session outlives its connection, and so its messages a crash
   * @param owner index of the shard it lives on
   */
  public SessionRef(SessionKey key, boolean durable, int owner) {
    this.key = key;
    this.durable = durable;
    this.owner = owner;
  }

  /** Which life of which session. */
  public SessionKey key() {
    return key;
  }

  /** The Client Identifier. */
  public String clientId() {
    return key.clientId();
  }

  /** Whether deliveries of QoS 1 and 2 to it are written to the journal. */
  public boolean isDurable() {
    return durable;
  }

  /** The shard it lives on, or is on its way to. */
  public int owner() {
    return owner;
  }

  /** Hands it to another shard; only the owner may. */
  public void moveTo(int shard) {
    owner = shard;
  }

  /** Whether its client is connected: shared subscriptions prefer such a taker. */
  public boolean isConnected() {
    return connected;
  }

  /** Set by the owner as connections come and go. */
  public void connected(boolean now) {
    connected = now;
  }

  /** Whether this life of the session is over; nothing may be delivered to it any more. */
  public boolean isEnded() {
    return ended;
  }

  /** Ends this life; only the owner may, once. */
  public void end() {
    ended = true;
    connected = false;
  }

  /** The incarnation: the same in every run of one seed, and not for a peer to choose. */
  @Override
  public int hashCode() {
    return Long.hashCode(key.incarnation());
  }

  /** Identity: there is one reference for each life of a session. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public String toString() {
    return key.clientId() + "#" + key.incarnation();
  }
}

package io.whimbrel.core.routing;

import org.jspecify.annotations.Nullable;

/**
 * How the rest of the broker points at a session: its key and where it lives. Held by the
 * subscription index, by cached matches and by messages between shards. Written by the shard that
 * owns the session, read by all.
 */
public final class SessionRef {
  private final SessionKey key;
  private final boolean lasting;
  private volatile boolean durable;
  private volatile int owner;
  private volatile boolean connected;
  private volatile boolean ended;

  /**
   * @param lasting whether the session may outlive its connection
   * @param durable whether such a one outlives a crash, and its messages with it
   * @param owner index of the shard it lives on
   */
  public SessionRef(SessionKey key, boolean lasting, boolean durable, int owner) {
    this.key = key;
    this.lasting = lasting;
    this.durable = lasting && durable;
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

  /** Whether it waits for its client after a connection, and queues messages meanwhile (4.1). */
  public boolean isLasting() {
    return lasting;
  }

  /**
   * Whether its subscriptions and its messages of QoS 1 and 2 are written to the journal: all
   * lasting sessions but those that no connection of level {@code OS} or {@code DISK} has taken on.
   *
   * <p>It turns from false to true once, on the owner's thread; other shards may see that late. So
   * only the owner decides by it whether something is recorded. Whether somebody waits for a
   * delivery is decided by {@link #isLasting}, which never changes, and counted where the owner
   * answers: a message that was matched before the session became durable and is queued after it is
   * recorded, and its acknowledgement waits for that record like any other.
   */
  public boolean isDurable() {
    return durable;
  }

  /** From now on it is recorded; only the owner may. */
  public void becomeDurable() {
    if (!lasting) {
      throw new IllegalStateException("a session that ends with its connection is not recorded");
    }
    durable = true;
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

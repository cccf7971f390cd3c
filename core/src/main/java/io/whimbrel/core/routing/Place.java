package io.whimbrel.core.routing;

import org.jspecify.annotations.Nullable;

/**
 * Where one Client Identifier is served: the shard that owns it, and the order of the claims to it.
 * It stands in the {@link Directory} while a session, a connection or a claim exists. The owner is
 * written only by the owner, the newest epoch only inside the directory.
 */
public final class Place {
  private final String clientId;
  private volatile int owner;
  private volatile long newestEpoch;
  private volatile long servedEpoch;
  private volatile @Nullable String user;

  Place(String clientId, int owner) {
    this.clientId = clientId;
    this.owner = owner;
  }

  /** The Client Identifier served here. */
  public String clientId() {
    return clientId;
  }

  /** The shard that decides about the session. */
  public int owner() {
    return owner;
  }

  /** Hands the decision to another shard; only the owner may. */
  public void moveTo(int shard) {
    owner = shard;
  }

  /** The epoch of the newest claim made. */
  public long newestEpoch() {
    return newestEpoch;
  }

  /** The newest claim that was served; older ones are refused. */
  public long servedEpoch() {
    return servedEpoch;
  }

  /** Marks a claim as served, and all older ones with it; only the owner may. */
  public void served(long epoch) {
    servedEpoch = Math.max(servedEpoch, epoch);
  }

  /** Whose session is served here, or null where there is none; seen by whoever wants to claim. */
  public @Nullable String user() {
    return user;
  }

  /** A session came, or the last one ended (null); only the owner may. */
  public void servesUser(@Nullable String name) {
    user = name;
  }

  long nextEpoch() {
    long next = newestEpoch + 1;
    newestEpoch = next;
    return next;
  }
}

package io.whimbrel.core.routing;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Which shard serves which Client Identifier. The one table all shards write, touched once when a
 * client connects and once when its session ends, never for a message.
 */
public final class Directory {
  private final ConcurrentHashMap<String, Place> places = new ConcurrentHashMap<>();
  private final AtomicLong incarnations = new AtomicLong();

  /**
   * A claim to a Client Identifier.
   *
   * @param epoch newer claims have greater ones
   * @param fresh whether the place was made for this claim, so that nobody serves it yet
   */
  public record Claim(Place place, long epoch, boolean fresh) {}

  /** Claims an identifier for a connection on a shard, which owns the place if it is new. */
  public Claim claim(String clientId, int shard) {
    Claim[] claim = new Claim[1];
    places.compute(
        clientId,
        (id, known) -> {
          Place place = known == null ? new Place(id, shard) : known;
          claim[0] = new Claim(place, place.nextEpoch(), known == null);
          return place;
        });
    return claim[0];
  }

  /** The place of an identifier, or null where nobody has or claims it. */
  public @Nullable Place find(String clientId) {
    return places.get(clientId);
  }

  /** The place of a session that was found on disk. */
  public Place restore(String clientId, int shard) {
    return places.computeIfAbsent(clientId, id -> new Place(id, shard));
  }

  /**
   * Forgets a place without session or connection, unless a claim to it is on its way.
   *
   * @return whether it is forgotten
   */
  public boolean forget(Place place) {
    Place left =
        places.computeIfPresent(
            place.clientId(),
            (id, known) ->
                known == place && place.newestEpoch() == place.servedEpoch() ? null : known);
    return left != place;
  }

  /** Whether the identifier is in use: an assigned one must not be [MQTT-3.2.2-16]. */
  public boolean contains(String clientId) {
    return places.containsKey(clientId);
  }

  /** How many identifiers are served. */
  public int size() {
    return places.size();
  }

  /** An incarnation no session had before. */
  public long nextIncarnation() {
    return incarnations.incrementAndGet();
  }

  /** Makes sure no incarnation up to the given one is handed out. */
  public void incarnationsAfter(long known) {
    incarnations.accumulateAndGet(known, Math::max);
  }
}

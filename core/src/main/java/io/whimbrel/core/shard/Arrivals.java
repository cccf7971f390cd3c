package io.whimbrel.core.shard;

import io.whimbrel.core.routing.SessionRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sessions on their way to this shard, and the letters that overtook them.
 *
 * <p>Publishers send straight to the new owner as soon as they see it, while what they sent to the
 * old one is still being forwarded. To keep the order, direct letters wait until a fence from every
 * shard has come through the old owner: all that was sent there first has then been forwarded.
 * Owned by its shard.
 */
final class Arrivals {
  private final int others;
  private final Map<SessionRef, Arrival> arrivals = new HashMap<>();

  private static final class Arrival {
    private int fences = -1; // the session itself is not here yet
    private final List<Letter> held = new ArrayList<>(0);
  }

  Arrivals(int shards) {
    this.others = shards - 1;
  }

  /** Whether direct letters for the session have to wait. */
  boolean isOpen(SessionRef session) {
    return arrivals.containsKey(session);
  }

  /** Keeps a letter until the session is here and its fences have passed. */
  int hold(SessionRef session, Letter letter) {
    Arrival arrival = arrivals.computeIfAbsent(session, s -> new Arrival());
    arrival.held.add(letter);
    return arrival.held.size();
  }

  int heldFor(SessionRef session) {
    Arrival arrival = arrivals.get(session);
    return arrival == null ? 0 : arrival.held.size();
  }

  /** The session is here; its fences are awaited. */
  void arrived(SessionRef session) {
    arrivals.computeIfAbsent(session, s -> new Arrival()).fences = others;
  }

  /** A fence has passed; gives the letters that waited once it was the last, else null. */
  @Nullable List<Letter> fencePassed(SessionRef session) {
    Arrival arrival = arrivals.get(session);
    if (arrival == null || --arrival.fences > 0) {
      return null;
    }
    arrivals.remove(session);
    return arrival.held;
  }

  int size() {
    return arrivals.size();
  }
}

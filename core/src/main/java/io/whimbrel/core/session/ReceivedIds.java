package io.whimbrel.core.session;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The packet identifiers of QoS 2 messages that were taken from the client and not yet released
 * [MQTT-4.3.3-10]. Valid for the session; allocated when the first one comes. Owned by the
 * session's shard.
 */
final class ReceivedIds {
  private final Map<Integer, AckBarrier> ids = new LinkedHashMap<>();
  private int pending;
  private @Nullable Runnable whenSafe;

  /** The barrier of a known identifier, or null where it is new. */
  @Nullable AckBarrier find(int packetId) {
    return ids.get(packetId);
  }

  void add(int packetId, AckBarrier barrier) {
    ids.put(packetId, barrier);
    if (!barrier.isOpen()) {
      pending++;
      barrier.whenOpen(this::passed);
    }
  }

  private void passed() {
    Runnable waiting = whenSafe;
    if (--pending == 0 && waiting != null) {
      whenSafe = null;
      waiting.run();
    }
  }

  /** Runs the action when none is pending; a later call takes the place of an earlier one. */
  void whenSafe(Runnable action) {
    if (pending == 0) {
      action.run();
    } else {
      whenSafe = action;
    }
  }

  /** Whether it was known. */
  boolean remove(int packetId) {
    return ids.remove(packetId) != null;
  }

  /** How many are not yet safe: a session is not handed over before they are. */
  int pending() {
    return pending;
  }

  int size() {
    return ids.size();
  }

  Set<Integer> all() {
    return ids.keySet();
  }
}

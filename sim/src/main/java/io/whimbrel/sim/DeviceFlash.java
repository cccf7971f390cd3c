package io.whimbrel.sim;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * What a device still knows when it was switched off and on again: what it has to say, its message
 * ids, and which messages of QoS 2 it had. Owned by the simulation's thread.
 */
final class DeviceFlash {
  private static final int DONE_MAX = 64;

  private final World world;
  private final ArrayDeque<Done> done = new ArrayDeque<>();
  private final Map<Integer, String> received = new HashMap<>();
  private int lastId;

  /** What it says, in its order; the first is on its way. */
  final ArrayDeque<Outgoing> out = new ArrayDeque<>();

  /** A message of QoS 2 that it had, and that was released. */
  private record Done(int id, String key, long atMillis) {}

  /** A message to be said. */
  static final class Outgoing {
    final Message message;
    int id;
    boolean sent;
    boolean released;

    Outgoing(Message message) {
      this.message = message;
    }
  }

  /**
   * @param lastId ids are counted from there on
   */
  DeviceFlash(World world, int lastId) {
    this.world = world;
    this.lastId = lastId;
  }

  int nextId() {
    lastId = lastId % 0xFFFF + 1;
    if (lastId == 1) {
      world.mark("sim: message ids begin at 1 again");
    }
    return lastId;
  }

  /** Takes a message of QoS 2; false where it had it. */
  boolean take(String device, int id, String key) {
    for (Done each : done) {
      boolean recent = world.now() - each.atMillis < Airwaves.RETRY_MILLIS;
      if (recent && each.id == id && each.key.equals(key)) {
        world.mark("sim: a copy came behind PUBREL");
        return false;
      }
    }
    String before = received.putIfAbsent(id, key);
    if (before != null && !before.equals(key)) {
      world.broken(
          "a message id is used once at a time", device + " got " + key + " by that of " + before);
    }
    return before == null;
  }

  /** PUBREL came. */
  void release(int id) {
    String key = received.remove(id);
    if (key != null) {
      done.add(new Done(id, key, world.now()));
      if (done.size() > DONE_MAX) {
        done.remove();
      }
    }
  }

  /** A session begins anew: nothing of the one before goes on. */
  void beginAnew(SnLedger ledger) {
    Map.copyOf(received).keySet().forEach(this::release);
    Outgoing first = out.peek();
    if (first != null && first.sent && first.message.qos == 2) {
      ledger.abandoned(first.message);
      out.remove();
    }
  }
}

package io.whimbrel.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What may be retained on a topic that one client writes: a write that no acknowledged write came
 * after. A write lies somewhere between its first sending and its last. Owned by the simulation's
 * thread.
 */
final class RetainedLaw {
  private final World world;
  private final Map<String, List<Write>> writes = new HashMap<>();
  private final Map<String, String> found = new HashMap<>();
  private int lastOrder;

  private static final class Write {
    final Message message;
    final boolean removal;
    final int first;
    int last;

    Write(Message message, boolean removal, int order) {
      this.message = message;
      this.removal = removal;
      this.first = order;
      this.last = order;
    }
  }

  RetainedLaw(World world) {
    this.world = world;
  }

  void sent(Message message) {
    int order = ++lastOrder;
    List<Write> known = writes.computeIfAbsent(message.topic, t -> new ArrayList<>());
    for (Write write : known) {
      if (write.message == message) {
        write.last = order;
        return;
      }
    }
    known.add(new Write(message, message.removal, order));
  }

  /** Somebody subscribed anew and was sent this as retained. */
  void found(String topic, String key) {
    found.put(topic, key);
  }

  void forgetFound() {
    found.clear();
  }

  /** All that is retained was found: it has to be what was written last. */
  void check() {
    writes.forEach(
        (topic, known) -> {
          String key = found.get(topic);
          List<String> allowed = new ArrayList<>();
          if (isAllowed(known, 0)) {
            allowed.add("none");
          }
          for (Write write : known) {
            boolean maybe = !write.message.refused || write.message.sends > 1;
            if (maybe && isAllowed(known, write.last)) {
              allowed.add(write.removal ? "none" : write.message.key);
            }
          }
          if (!allowed.contains(key == null ? "none" : key)) {
            world.broken(
                "retained is what was written last",
                topic + " has " + key + ", allowed: " + allowed);
          }
        });
    for (String topic : found.keySet()) {
      if (!writes.containsKey(topic)) {
        world.broken("retained is what was written last", topic + " was never written");
      }
    }
  }

  private static boolean isAllowed(List<Write> known, int last) {
    for (Write other : known) {
      boolean acknowledged = other.message.ackedAt >= 0 && !other.message.refused;
      if (acknowledged && other.first > last) {
        return false;
      }
    }
    return true;
  }
}

package io.whimbrel.core.connection;

import io.whimbrel.codec.Packet;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Acknowledgements that wait until what they promise is durable. They leave in the order of the
 * packets they answer [MQTT-4.6.0-2] [MQTT-4.6.0-3]. Valid for the connection, owned by its shard.
 */
final class AckQueue {
  private final ArrayDeque<Slot> slots = new ArrayDeque<>(0);
  private final Consumer<Packet> send;

  /** The place of one acknowledgement. */
  static final class Slot {
    private final Packet packet;
    private boolean ready;

    private Slot(Packet packet) {
      this.packet = packet;
    }
  }

  AckQueue(Consumer<Packet> send) {
    this.send = send;
  }

  /** Takes the next place. */
  Slot reserve(Packet packet) {
    Slot slot = new Slot(packet);
    slots.add(slot);
    return slot;
  }

  /** What the acknowledgement promises is durable. */
  void ready(Slot slot) {
    slot.ready = true;
    for (Slot head = slots.peek(); head != null && head.ready; head = slots.peek()) {
      slots.remove();
      send.accept(head.packet);
    }
  }

  /** Sends an acknowledgement that waits for nothing, where none waits before it. */
  void sendAtOnce(Packet packet) {
    send.accept(packet);
  }

  boolean isEmpty() {
    return slots.isEmpty();
  }

  int size() {
    return slots.size();
  }

  void clear() {
    slots.clear();
  }
}

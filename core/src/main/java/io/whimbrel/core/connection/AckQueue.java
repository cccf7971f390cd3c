package io.whimbrel.core.connection;

import io.whimbrel.codec.Packet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledgements that wait until what they promise is durable. They leave in the order of the
 * packets they answer [MQTT-4.6.0-2] [MQTT-4.6.0-3]. Valid for the connection, owned by its shard.
 */
final class AckQueue {
  private final Consumer<Packet> send;
  private @Nullable Slot first;
  private @Nullable Slot last;
  private int size;

  /** The place of one acknowledgement. */
  static final class Slot {
    private final Packet packet;
    private boolean ready;
    private @Nullable Slot next;

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
    Slot before = last;
    if (before == null) {
      first = slot;
    } else {
      before.next = slot;
    }
    last = slot;
    size++;
    return slot;
  }

  /** What the acknowledgement promises is durable. */
  void ready(Slot slot) {
    slot.ready = true;
    for (Slot head = first; head != null && head.ready; head = first) {
      first = head.next;
      last = first == null ? null : last;
      head.next = null; // or an old one would keep all that follow alive
      size--;
      send.accept(head.packet);
    }
  }

  /** Sends an acknowledgement that waits for nothing, where none waits before it. */
  void sendAtOnce(Packet packet) {
    send.accept(packet);
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  void clear() {
    first = null;
    last = null;
    size = 0;
  }
}

package io.whimbrel.core.session;

import io.whimbrel.codec.TopicFilter;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages of a session that wait in memory, in the order of their sequences, and their bytes.
 * Nothing is allocated before the first one comes. Owned by the session's shard.
 */
final class Line {
  private @Nullable ArrayDeque<Delivery> deliveries;
  private long bytes;

  @Nullable Delivery peek() {
    return deliveries == null ? null : deliveries.peek();
  }

  @Nullable Delivery poll() {
    return left(deliveries == null ? null : deliveries.poll());
  }

  @Nullable Delivery pollLast() {
    return left(deliveries == null ? null : deliveries.pollLast());
  }

  private @Nullable Delivery left(@Nullable Delivery delivery) {
    bytes -= delivery == null ? 0 : delivery.bytes();
    return delivery;
  }

  /** Adds what comes behind all others. */
  void add(Delivery delivery) {
    all().add(delivery);
    bytes += delivery.bytes();
  }

  /** Adds what comes before all others. */
  void addFirst(Delivery delivery) {
    all().addFirst(delivery);
    bytes += delivery.bytes();
  }

  /** Adds a message in its place. */
  void insert(Delivery delivery) {
    ArrayDeque<Delivery> later = new ArrayDeque<>(0);
    ArrayDeque<Delivery> line = all();
    for (Delivery last = line.peekLast();
        last != null && last.sequence > delivery.sequence;
        last = line.peekLast()) {
      later.addFirst(line.removeLast());
    }
    add(delivery);
    line.addAll(later);
  }

  /** Whether the message was here; found soon where it is one of the newest. */
  boolean remove(Delivery delivery) {
    boolean found = deliveries != null && deliveries.removeLastOccurrence(delivery);
    bytes -= found ? delivery.bytes() : 0;
    return found;
  }

  /**
   * Takes out what came by a Shared Subscription and may move, or by any where it is null.
   *
   * @param alsoHeld what will be revealed, too
   */
  void takeShared(@Nullable TopicFilter share, boolean alsoHeld, List<Delivery> taken) {
    if (deliveries == null) {
      return;
    }
    for (Iterator<Delivery> i = deliveries.iterator(); i.hasNext(); ) {
      Delivery delivery = i.next();
      boolean asked = delivery.share != null && (share == null || share.equals(delivery.share));
      boolean held = delivery.state == Delivery.State.HELD;
      if (asked && (delivery.state == Delivery.State.WAITING || (held && alsoHeld))) {
        i.remove();
        left(delivery);
        taken.add(delivery);
      }
    }
  }

  /** Gives memory back that is not needed. */
  void trim() {
    if (deliveries != null && deliveries.isEmpty()) {
      deliveries = null;
    }
  }

  void clear() {
    deliveries = null;
    bytes = 0;
  }

  private ArrayDeque<Delivery> all() {
    ArrayDeque<Delivery> line = deliveries;
    if (line == null) {
      line = new ArrayDeque<>(0);
      deliveries = line;
    }
    return line;
  }

  boolean isEmpty() {
    return deliveries == null || deliveries.isEmpty();
  }

  int size() {
    return deliveries == null ? 0 : deliveries.size();
  }

  long bytes() {
    return bytes;
  }

  void addTo(List<Delivery> list) {
    if (deliveries != null) {
      list.addAll(deliveries);
    }
  }
}

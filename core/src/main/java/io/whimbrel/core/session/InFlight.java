package io.whimbrel.core.session;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries that have a packet identifier: found by it, and kept in the order they were given it.
 * A table of chains and a list, both linked through the deliveries themselves, so that a message
 * costs no memory here; nothing is allocated before the first one. Owned by the session's shard.
 */
final class InFlight {
  private static final int FIRST_CAPACITY = 4;
  private static final @Nullable Delivery[] NONE = new @Nullable Delivery[0];

  private @Nullable Delivery[] chains = NONE;
  private @Nullable Delivery oldest;
  private @Nullable Delivery newest;
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  @Nullable Delivery find(int packetId) {
    if (size == 0) {
      return null;
    }
    Delivery delivery = chains[packetId & (chains.length - 1)];
    while (delivery != null && delivery.packetId != packetId) {
      delivery = delivery.nextInChain;
    }
    return delivery;
  }

  /** Adds a delivery whose identifier nobody has. */
  void add(Delivery delivery) {
    if (size == chains.length) {
      grow();
    }
    chain(delivery);
    Delivery before = newest;
    delivery.older = before;
    if (before == null) {
      oldest = delivery;
    } else {
      before.newer = delivery;
    }
    newest = delivery;
    size++;
  }

  /** Removes a delivery; one that is not here is left alone. */
  void remove(Delivery delivery) {
    if (delivery.packetId == 0 || find(delivery.packetId) != delivery) {
      return;
    }
    unchain(delivery);
    Delivery before = delivery.older;
    Delivery after = delivery.newer;
    if (before == null) {
      oldest = after;
    } else {
      before.newer = after;
    }
    if (after == null) {
      newest = before;
    } else {
      after.older = before;
    }
    delivery.older = null;
    delivery.newer = null;
    size--;
  }

  private void chain(Delivery delivery) {
    int place = delivery.packetId & (chains.length - 1);
    delivery.nextInChain = chains[place];
    chains[place] = delivery;
  }

  private void unchain(Delivery delivery) {
    int place = delivery.packetId & (chains.length - 1);
    Delivery at = chains[place];
    if (at == delivery) {
      chains[place] = delivery.nextInChain;
    } else {
      while (at != null && at.nextInChain != delivery) {
        at = at.nextInChain;
      }
      if (at != null) {
        at.nextInChain = delivery.nextInChain;
      }
    }
    delivery.nextInChain = null;
  }

  private void grow() {
    chains = new @Nullable Delivery[Math.max(FIRST_CAPACITY, chains.length * 2)];
    for (Delivery each = oldest; each != null; each = each.newer) {
      chain(each);
    }
  }

  /** In the order they were added. */
  List<Delivery> all() {
    List<Delivery> all = new ArrayList<>(size);
    for (Delivery each = oldest; each != null; each = each.newer) {
      all.add(each);
    }
    return all;
  }

  /** Gives memory back where nothing is here. */
  void trim() {
    if (size == 0) {
      chains = NONE;
    }
  }

  void clear() {
    chains = NONE;
    oldest = null;
    newest = null;
    size = 0;
  }
}

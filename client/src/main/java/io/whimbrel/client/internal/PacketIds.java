package io.whimbrel.client.internal;

import java.util.BitSet;

/** The packet identifiers of one session, for messages and requests alike [MQTT-2.2.1-3]. */
final class PacketIds {
  private static final int MAX = 65_535;

  private final BitSet taken = new BitSet();
  private int last;
  private int count;

  /** Whether there is a free one. */
  boolean isAnyFree() {
    return count < MAX;
  }

  /** The next free one after the last: an identifier is not used again soon. */
  int take() {
    if (!isAnyFree()) {
      throw new IllegalStateException("every packet identifier is in use");
    }
    int next = taken.nextClearBit(last + 1);
    if (next > MAX) {
      next = taken.nextClearBit(1);
    }
    mark(next);
    return next;
  }

  /** This one is in use. */
  void mark(int id) {
    if (!taken.get(id)) {
      taken.set(id);
      count++;
    }
    last = id;
  }

  void free(int id) {
    if (taken.get(id)) {
      taken.clear(id);
      count--;
    }
  }
}

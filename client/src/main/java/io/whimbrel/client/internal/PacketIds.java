package io.whimbrel.client.internal;

import java.util.BitSet;

/**
 * The packet identifiers of one session, for messages and requests alike [MQTT-2.2.1-3]. A process
 * that goes on with the session of an earlier one, and has not kept what that was doing, would take
 * the same ones first, and the server may still hold a QoS 2 message by one of them: ours would
 * pass for its repetition [MQTT-4.3.3-10]. So each begins elsewhere.
 */
final class PacketIds {
  static final int MAX = 65_535;

  private final int first;

  /** By the distance from the first: of a client that does little these are few bits. */
  private final BitSet taken = new BitSet();

  private int last = -1;
  private int count;

  /**
   * None is in use.
   *
   * @param first the one to begin with, of 1 to 65,535
   */
  PacketIds(int first) {
    this.first = first;
  }

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
    if (next >= MAX) {
      next = taken.nextClearBit(0);
    }
    int id = 1 + (first - 1 + next) % MAX;
    mark(id);
    return id;
  }

  /** This one is in use. */
  void mark(int id) {
    last = distance(id);
    if (!taken.get(last)) {
      taken.set(last);
      count++;
    }
  }

  void free(int id) {
    int distance = distance(id);
    if (taken.get(distance)) {
      taken.clear(distance);
      count--;
    }
  }

  private int distance(int id) {
    return (id - first + MAX) % MAX;
  }
}

package io.whimbrel.core.session;

/**
 * The messages of a session that wait on disk alone: of each its place in the queue and its size,
 * no more.
 *
 * <p>A ring of ints, the oldest message first. A positive one is the size of the message at the
 * next sequence; a negative one stands for so many sequences in a row that are not here. So a
 * message costs four bytes, and a gap four more however wide it is (beyond 2,147,483,647 sequences:
 * for each so many). The ring begins and ends with a message; it grows by a quarter and shrinks.
 * Owned by the session's shard.
 */
final class SpilledRun {
  private static final int PLACES_MIN = 4;

  private int[] ring = new int[PLACES_MIN];
  private int head;
  private int used;
  private long first;
  private long last;
  private int count;
  private long bytes;

  /** Adds a message: at the end and at the beginning at once, between others by moving the rest. */
  void add(long sequence, long size) {
    int kept = (int) Math.max(1, Math.min(size, Integer.MAX_VALUE));
    if (count == 0) {
      first = sequence;
      last = sequence;
      append(kept);
    } else if (sequence > last) {
      for (long gap = sequence - last - 1; gap > 0; gap -= Integer.MAX_VALUE) {
        append((int) -Math.min(gap, Integer.MAX_VALUE));
      }
      last = sequence;
      append(kept);
    } else if (sequence < first) {
      for (long gap = first - sequence - 1; gap > 0; gap -= Integer.MAX_VALUE) {
        prepend((int) -Math.min(gap, Integer.MAX_VALUE));
      }
      first = sequence;
      prepend(kept);
    } else {
      fill(sequence, kept);
    }
    count++;
    bytes += kept;
  }

  /** Takes the oldest out and gives its size. */
  int removeFirst() {
    if (count == 0) {
      throw new IllegalStateException("no message is spilled");
    }
    int size = pop();
    count--;
    bytes -= size;
    first++;
    while (used > 0 && at(0) < 0) {
      first -= pop();
    }
    return size;
  }

  private void fill(long sequence, int size) {
    int i = used - 1;
    long lowest = last; // of the sequences that place i stands for
    while (lowest > sequence) {
      int entry = at(--i);
      lowest -= entry > 0 ? 1 : -(long) entry;
    }
    int gap = -at(i);
    if (gap < 0) {
      throw new IllegalStateException("message " + sequence + " is spilled already");
    }
    int before = (int) (sequence - lowest);
    int after = gap - before - 1;
    open(i, (before > 0 ? 1 : 0) + (after > 0 ? 1 : 0));
    if (before > 0) {
      set(i++, -before);
    }
    set(i, size);
    if (after > 0) {
      set(i + 1, -after);
    }
  }

  // ---------------------------------------------------------------- the ring

  private int at(int place) {
    int i = head + place;
    return ring[i < ring.length ? i : i - ring.length];
  }

  private void set(int place, int entry) {
    int i = head + place;
    ring[i < ring.length ? i : i - ring.length] = entry;
  }

  private void append(int entry) {
    grow(1);
    set(used++, entry);
  }

  private void prepend(int entry) {
    grow(1);
    head = head == 0 ? ring.length - 1 : head - 1;
    used++;
    set(0, entry);
  }

  private int pop() {
    int entry = at(0);
    head = head + 1 == ring.length ? 0 : head + 1;
    used--;
    if (ring.length > 4 * PLACES_MIN && used < ring.length / 4) {
      resize(ring.length / 2);
    }
    return entry;
  }

  /** Makes so many places more behind this one. */
  private void open(int place, int more) {
    grow(more);
    for (int i = used - 1; i > place; i--) {
      set(i + more, at(i));
    }
    used += more;
  }

  private void grow(int more) {
    if (used + more > ring.length) {
      resize(ring.length + Math.max(PLACES_MIN, ring.length / 4));
    }
  }

  private void resize(int places) {
    int[] resized = new int[places];
    for (int i = 0; i < used; i++) {
      resized[i] = at(i);
    }
    ring = resized;
    head = 0;
  }

  // ---------------------------------------------------------------- to look at

  boolean isEmpty() {
    return count == 0;
  }

  int count() {
    return count;
  }

  long bytes() {
    return bytes;
  }

  /** The sequence of the oldest. */
  long first() {
    return first;
  }

  /** The sequence of the newest; of the last removed where it is empty. */
  long last() {
    return last;
  }

  /** Ints allocated. */
  int places() {
    return ring.length;
  }

  /** Hears of messages, oldest first. */
  interface Visitor {
    /** One message. */
    void visit(long sequence, int size);
  }

  void forEach(Visitor visitor) {
    long sequence = first;
    for (int i = 0; i < used; i++) {
      int entry = at(i);
      if (entry > 0) {
        visitor.visit(sequence++, entry);
      } else {
        sequence -= entry;
      }
    }
  }
}

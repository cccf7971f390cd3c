package io.whimbrel.server.net;

import io.netty.buffer.ByteBuf;
import io.whimbrel.codec.ByteWriter;
import java.util.ArrayDeque;

/**
 * What was written for one peer and its channel has not taken yet: bytes of its own, with shared
 * arrays in between. Small packets are copied together because gathering them costs more than the
 * copy; a large payload stays where it is until the socket takes its next slice. Lent by its loop
 * to one peer at a time.
 */
final class Batch {
  private static final int CAPACITY = 4096;
  private static final int CAPACITY_KEPT_MAX = 64 * 1024;

  private ByteWriter writer = new ByteWriter(CAPACITY);
  private final ArrayDeque<Shared> shared = new ArrayDeque<>();
  private long base;
  private int taken;
  private int takenOfShared;
  private long sharedBytes;

  /** An array that comes before the byte at this place; places count from the last reset. */
  private record Shared(long before, byte[] bytes) {}

  ByteWriter writer() {
    return writer;
  }

  void addShared(byte[] bytes) {
    shared.add(new Shared(base + writer.size(), bytes));
    sharedBytes += bytes.length;
  }

  long remaining() {
    return writer.size() - taken + sharedBytes;
  }

  /** Moves the next bytes, so many at most. */
  void moveTo(ByteBuf out, int most) {
    int room = most;
    while (room > 0 && remaining() > 0) {
      Shared next = shared.peek();
      int own = (next == null ? writer.size() : (int) (next.before - base)) - taken;
      if (own > 0) {
        int count = Math.min(room, own);
        out.writeBytes(writer.array(), taken, count);
        taken += count;
        room -= count;
      } else if (next != null) {
        room -= moveShared(next, out, room);
      }
    }
  }

  private int moveShared(Shared next, ByteBuf out, int most) {
    int count = Math.min(most, next.bytes.length - takenOfShared);
    out.writeBytes(next.bytes, takenOfShared, count);
    takenOfShared += count;
    sharedBytes -= count;
    if (takenOfShared == next.bytes.length) {
      shared.remove();
      takenOfShared = 0;
    }
    return count;
  }

  /** Gives up the room of what was taken, where that is the larger part. */
  void compact() {
    int left = writer.size() - taken;
    if (taken > left) {
      System.arraycopy(writer.array(), taken, writer.array(), 0, left);
      writer.truncate(left);
      base += taken;
      taken = 0;
    }
  }

  /** Forgets everything, and what was too large to keep. */
  void reset() {
    if (writer.array().length > CAPACITY_KEPT_MAX) {
      writer = new ByteWriter(CAPACITY);
    }
    writer.truncate(0);
    shared.clear();
    base = 0;
    taken = 0;
    takenOfShared = 0;
    sharedBytes = 0;
  }
}

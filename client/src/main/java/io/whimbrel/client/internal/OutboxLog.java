package io.whimbrel.client.internal;

import io.whimbrel.client.internal.OutboxFiles.OpenFile;
import io.whimbrel.client.internal.OutboxRecord.Kind;
import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.Publish;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The log of an outbox: segments that are written one after the other and deleted from the first
 * on, without a gap. That order is what makes it right. While a message record is there, all that
 * was recorded behind it is there too, and so nothing that is done comes back.
 *
 * <ul>
 *   <li>A segment is forced before the next one is made; only the last one can have a torn end.
 *   <li>The first segment is deleted when nothing in it is alive: each message of it is done, or
 *       has a copy further on that was forced.
 *   <li>A copy is one record that says how far its message is. Torn or whole, it is never half a
 *       message whose packet identifier is missing.
 *   <li>Behind each forcing a SAFE record precedes the next one. Where one stands behind a broken
 *       record, that was damaged later, and is no torn end.
 * </ul>
 *
 * <p>Owned by the thread that opens it, then by the outbox's writer.
 */
final class OutboxLog implements Closeable {
  private static final int STAGED_BYTES = 64 << 10;

  private final OutboxFiles files;
  private final long segmentBytes;
  private final OutboxIndex index;
  private final ArrayDeque<OutboxSegment> segments;
  private final ByteBuffer staged = ByteBuffer.allocate(STAGED_BYTES);
  private final ByteWriter own = new ByteWriter(64);
  private long totalBytes;

  // Valid for the last segment.
  private OutboxSegment last;
  private OpenFile file;
  private boolean forced = true;

  /** Whether a SAFE record, or nothing at all, stands behind what was forced last. */
  private boolean marked;

  /**
   * A log that was read, or is new.
   *
   * @param segments at least one, all that there are
   * @param file the last of them
   */
  OutboxLog(
      OutboxFiles files,
      long segmentBytes,
      OutboxIndex index,
      ArrayDeque<OutboxSegment> segments,
      OpenFile file,
      boolean marked) {
    this.files = files;
    this.segmentBytes = segmentBytes;
    this.index = index;
    this.segments = segments;
    this.last = segments.getLast();
    this.file = file;
    this.marked = marked;
    for (OutboxSegment each : segments) {
      totalBytes += each.size;
    }
  }

  // ---------------------------------------------------------------- what was found

  /** The messages that are not done, in the order of their sequence. */
  List<Outbox.Kept> kept() throws IOException {
    List<OutboxIndex.Message> alive = List.copyOf(index.messages()); // in the order of the log
    List<Outbox.Kept> kept = new ArrayList<>(alive.size());
    for (OutboxSegment segment : segments) {
      try (OpenFile from = files.open(segment.name())) {
        while (kept.size() < alive.size() && alive.get(kept.size()).segment == segment.number) {
          OutboxIndex.Message next = alive.get(kept.size());
          kept.add(
              new Outbox.Kept(next.sequence, publish(from, next), next.packetId, next.released));
        }
      }
    }
    kept.sort(Comparator.comparingLong(Outbox.Kept::sequence));
    return kept;
  }

  List<Integer> received() {
    return index.received();
  }

  private Publish publish(OpenFile from, OutboxIndex.Message message) throws IOException {
    try {
      return OutboxRecord.publish(record(from, message));
    } catch (ProtocolErrorException refused) {
      throw damaged(message, "a message cannot be read (" + refused.explanation() + ")");
    }
  }

  private byte[] record(OpenFile from, OutboxIndex.Message message) throws IOException {
    byte[] record = new byte[message.size];
    ByteBuffer buffer = ByteBuffer.wrap(record);
    while (buffer.hasRemaining() && from.read(buffer, message.offset + buffer.position()) >= 0) {}
    if (buffer.hasRemaining() || !OutboxRecord.isWhole(record, 0, record.length)) {
      throw damaged(message, "a record has changed since it was read");
    }
    return record;
  }

  private OutboxException damaged(OutboxIndex.Message message, String what) {
    return OutboxException.damaged(
        files, OutboxSegment.name(message.segment), message.offset, what);
  }

  // ---------------------------------------------------------------- writing

  /** Writes records, which are safe after the next {@link #commit}. */
  void append(byte[] records, int from, int to) throws IOException {
    for (int at = from; at < to; ) {
      int size = (int) OutboxRecord.size(records, at);
      appendOne(records, at, size);
      at += size;
    }
  }

  private void appendOne(byte[] bytes, int from, int size) throws IOException {
    boolean begun = last.size > OutboxSegment.HEADER_BYTES + OutboxRecord.PLACE_BYTES;
    if (begun && last.size + size > segmentBytes) {
      roll();
    }
    if (!marked) {
      marked = true;
      place(Kind.SAFE);
    }
    long offset = last.size;
    stage(bytes, from, size);
    Kind kind = OutboxRecord.kind(bytes, from, from + size);
    if (kind == null) {
      throw new IllegalStateException("a record that nobody can read");
    }
    index.apply(kind, bytes, from, size, last.number, offset);
  }

  private void place(Kind kind) throws IOException {
    own.truncate(0);
    OutboxRecord.place(own, kind, last.number, last.size);
    stage(own.array(), 0, own.size());
  }

  private void roll() throws IOException {
    place(Kind.END);
    commit(true);
    file.close();
    last = new OutboxSegment(last.number + 1, 0);
    file = files.open(last.name());
    segments.add(last);
    stage(OutboxSegment.header(last.number), 0, OutboxSegment.HEADER_BYTES);
    files.sync();
    marked = true;
  }

  private void stage(byte[] bytes, int from, int size) throws IOException {
    last.size += size;
    totalBytes += size;
    forced = false;
    for (int at = from; at < from + size; ) {
      int part = Math.min(from + size - at, staged.remaining());
      staged.put(bytes, at, part);
      at += part;
      if (!staged.hasRemaining()) {
        // What of these bytes is still to be staged is counted already.
        flush(last.size - (from + size - at));
      }
    }
  }

  private void flush(long end) throws IOException {
    if (staged.position() == 0) {
      return;
    }
    staged.flip();
    file.write(staged, end - staged.limit());
    staged.clear();
  }

  /** Hands what was written to the operating system, and on to the disk where that is wanted. */
  void commit(boolean force) throws IOException {
    flush(last.size);
    if (force && !forced) {
      file.force();
      forced = true;
      marked = false;
    }
  }

  /** All is safe, and said to be. */
  void finish() throws IOException {
    commit(true);
    if (!marked) {
      marked = true;
      place(Kind.SAFE);
      commit(true);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  // ---------------------------------------------------------------- cleaning

  /** A step of cleaning, between commits: gives whether there is another one to be made. */
  boolean clean() throws IOException {
    deleteDead();
    if (isWasteful()) {
      copyFirst();
      deleteDead();
    }
    return isWasteful();
  }

  private void deleteDead() throws IOException {
    for (OutboxSegment first = segments.getFirst();
        first != last
            && index.firstIn(first.number) == null
            && index.firstReceivedIn(first.number) < 0;
        first = segments.getFirst()) {
      commit(true); // copies, and word that a message is done, before what they make dead
      files.delete(first.name());
      files.sync(); // each for itself: a later one must not go without an earlier one
      segments.removeFirst();
      totalBytes -= first.size;
    }
  }

  /**
   * Whether the log is much more than what is alive in it. Once round all segments, copying them
   * would leave little more than that, so that cleaning ends.
   */
  private boolean isWasteful() {
    return segments.size() > 1 && totalBytes > 2 * (index.liveBytes() + segmentBytes);
  }

  private void copyFirst() throws IOException {
    int first = segments.getFirst().number;
    try (OpenFile from = files.open(OutboxSegment.name(first))) {
      for (OutboxIndex.Message next = index.firstIn(first);
          next != null;
          next = index.firstIn(first)) {
        byte[] record = record(from, next);
        OutboxRecord.restate(record, next.packetId, next.released);
        appendOne(record, 0, record.length);
      }
    }
    ByteWriter copy = new ByteWriter(OutboxRecord.RECEIVED_BYTES);
    for (int next = index.firstReceivedIn(first); next >= 0; next = index.firstReceivedIn(first)) {
      copy.truncate(0);
      OutboxRecord.identifier(copy, Kind.RECEIVED, next);
      appendOne(copy.array(), 0, copy.size());
    }
  }
}

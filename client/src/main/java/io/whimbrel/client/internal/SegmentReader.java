package io.whimbrel.client.internal;

import io.whimbrel.client.internal.OutboxFiles.OpenFile;
import io.whimbrel.client.internal.OutboxRecord.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads a file of records from one end to the other. Owned by who opens an outbox. */
final class SegmentReader {
  /** Is shown each record; the array is valid until it returns. */
  interface Visitor {
    void onRecord(Kind kind, byte[] bytes, int from, int size, long offset);
  }

  private static final int WINDOW_BYTES = 64 << 10;

  private final OutboxFiles files;
  private final String name;
  private final OpenFile file;
  private final long fileSize;
  private byte[] window = new byte[WINDOW_BYTES];
  private int from;
  private int to;

  /** The place in the file of what stands at {@code from} in the window. */
  private long offset;

  SegmentReader(OutboxFiles files, String name, OpenFile file) throws IOException {
    this.files = files;
    this.name = name;
    this.file = file;
    this.fileSize = file.size();
  }

  /**
   * Whether a whole header of the segment stands at the beginning.
   *
   * @throws OutboxException it is that of another segment, or of another version of the format
   */
  boolean readHeader(int number) throws IOException {
    seek(0);
    if (!has(OutboxSegment.HEADER_BYTES)) {
      return false;
    }
    byte[] header = Arrays.copyOfRange(window, from, from + OutboxSegment.HEADER_BYTES);
    if (!OutboxSegment.isHeader(header)) {
      return false;
    }
    if (!OutboxSegment.isOfThisVersion(header)) {
      throw new OutboxException(
          "The outbox in "
              + files
              + " was written by another version of the library, which has to open it",
          null);
    }
    if (OutboxSegment.numberIn(header) != number) {
      throw OutboxException.damaged(files, name, 0, "it is another segment");
    }
    return true;
  }

  /** Shows all whole records from a place on, and says where they end. */
  long readRecords(long first, Visitor visitor) throws IOException {
    seek(first);
    while (has(OutboxRecord.FRAME_BYTES)) {
      long size = OutboxRecord.size(window, from);
      if (size < OutboxRecord.HEAD_BYTES
          || size > OutboxRecord.SIZE_MAX
          || size > fileSize - offset
          || !has((int) size)
          || !OutboxRecord.isWhole(window, from, from + (int) size)) {
        break;
      }
      @Nullable Kind kind = OutboxRecord.kind(window, from, from + (int) size);
      if (kind == null) {
        throw OutboxException.damaged(files, name, offset, "a record is of an unknown kind");
      }
      visitor.onRecord(kind, window, from, (int) size, offset);
      from += (int) size;
      offset += size;
    }
    return offset;
  }

  /** Whether a record behind that place says that the place was safe. */
  boolean isSafe(int segment, long place) throws IOException {
    seek(place);
    while (has(OutboxRecord.PLACE_BYTES)) {
      if (OutboxRecord.isSafe(window, from, segment, offset)) {
        return true;
      }
      from++;
      offset++;
    }
    return false;
  }

  private void seek(long place) {
    from = 0;
    to = 0;
    offset = place;
  }

  /** Whether so many bytes are in the window, which is filled for it. */
  private boolean has(int count) throws IOException {
    if (to - from >= count) {
      return true;
    }
    byte[] target = count > window.length ? new byte[count] : window;
    System.arraycopy(window, from, target, 0, to - from);
    to -= from;
    from = 0;
    window = target;
    ByteBuffer buffer = ByteBuffer.wrap(window);
    while (to < count) {
      int read = file.read(buffer.limit(window.length).position(to), offset + to);
      if (read < 0) {
        return false;
      }
      to += read;
    }
    return true;
  }
}

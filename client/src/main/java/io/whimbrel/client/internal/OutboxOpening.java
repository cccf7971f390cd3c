package io.whimbrel.client.internal;

import io.whimbrel.client.internal.OutboxFiles.OpenFile;
import io.whimbrel.client.internal.OutboxRecord.Kind;
import io.whimbrel.codec.ByteWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens the log in a directory that is locked. The torn end of the last segment, which a crash
 * leaves, is cut off; all else that is not as it was written is refused. What is found is made safe
 * before anybody relies on it: a process that was killed may have left it to the operating system.
 *
 * <p>Owned by the thread that opens.
 */
final class OutboxOpening {
  private static final String CLIENT = "client";

  private final OutboxFiles files;
  private final byte[] clientId;
  private final long segmentBytes;
  private final OutboxIndex index = new OutboxIndex();
  private final ArrayDeque<OutboxSegment> segments = new ArrayDeque<>();
  private @Nullable Kind lastKind;

  OutboxOpening(OutboxFiles files, String clientId, long segmentBytes) {
    this.files = files;
    this.clientId = clientId.getBytes(StandardCharsets.UTF_8);
    this.segmentBytes = segmentBytes;
  }

  OutboxLog open() throws IOException {
    List<Integer> numbers =
        files.names().stream()
            .map(OutboxSegment::number)
            .filter(number -> number > 0)
            .sorted()
            .toList();
    checkClient(numbers.isEmpty());
    if (numbers.isEmpty()) {
      return begin(1);
    }
    for (int i = 0; i < numbers.size() - 1; i++) {
      if (numbers.get(i) + 1 != numbers.get(i + 1)) {
        String missing = OutboxSegment.name(numbers.get(i) + 1);
        throw OutboxException.damaged(files, missing, 0, "a segment is missing");
      }
      readOlder(numbers.get(i));
    }
    return openLast(numbers.get(numbers.size() - 1));
  }

  /** The directory belongs to one client identifier, whatever letters that has. */
  private void checkClient(boolean isNew) throws IOException {
    try (OpenFile file = files.open(CLIENT)) {
      SegmentReader reader = new SegmentReader(files, CLIENT, file);
      byte[][] found = new byte[1][];
      reader.readRecords(
          0,
          (kind, bytes, from, size, offset) -> {
            if (kind == Kind.CLIENT) {
              found[0] = Arrays.copyOfRange(bytes, from + OutboxRecord.HEAD_BYTES, from + size);
            }
          });
      if (found[0] == null) {
        if (!isNew) {
          throw OutboxException.damaged(files, CLIENT, 0, "it does not say whose the outbox is");
        }
        writeClient(file);
      } else if (!Arrays.equals(found[0], clientId)) {
        throw new OutboxException(
            "The outbox in "
                + files
                + " belongs to the client identifier '"
                + new String(found[0], StandardCharsets.UTF_8)
                + "', not to '"
                + new String(clientId, StandardCharsets.UTF_8)
                + "'. Give each client identifier a directory of its own",
            null);
      }
    }
  }

  private void writeClient(OpenFile file) throws IOException {
    ByteWriter record = new ByteWriter(OutboxRecord.HEAD_BYTES + clientId.length);
    OutboxRecord.client(record, clientId);
    file.truncate(0);
    file.write(ByteBuffer.wrap(record.array(), 0, record.size()), 0);
    file.force();
    files.sync();
  }

  private void readOlder(int number) throws IOException {
    String name = OutboxSegment.name(number);
    try (OpenFile file = files.open(name)) {
      SegmentReader reader = new SegmentReader(files, name, file);
      if (!reader.readHeader(number)) {
        throw OutboxException.damaged(files, name, 0, "it has no header");
      }
      long end = read(reader, number);
      if (end < file.size() || lastKind != Kind.END) {
        throw OutboxException.damaged(files, name, end, "a record is broken or missing");
      }
      segments.add(new OutboxSegment(number, end));
    }
  }

  private long read(SegmentReader reader, int number) throws IOException {
    lastKind = null;
    return reader.readRecords(
        OutboxSegment.HEADER_BYTES,
        (kind, bytes, from, size, offset) -> {
          if (kind == Kind.CLIENT) {
            throw OutboxException.damaged(
                files, OutboxSegment.name(number), offset, "a record is in the wrong file");
          }
          index.apply(kind, bytes, from, size, number, offset);
          lastKind = kind;
        });
  }

  private OutboxLog openLast(int number) throws IOException {
    String name = OutboxSegment.name(number);
    OpenFile file = files.open(name);
    boolean opened = false;
    try {
      SegmentReader reader = new SegmentReader(files, name, file);
      long end = reader.readHeader(number) ? read(reader, number) : 0;
      if (end < file.size()) {
        if (reader.isSafe(number, end)) {
          throw OutboxException.damaged(files, name, end, "a record is broken");
        }
        file.truncate(end);
      }
      OutboxLog log = begin(number, end, file);
      opened = true;
      return log;
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  private OutboxLog begin(int number) throws IOException {
    OpenFile file = files.open(OutboxSegment.name(number));
    boolean opened = false;
    try {
      OutboxLog log = begin(number, 0, file);
      opened = true;
      return log;
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  private OutboxLog begin(int number, long end, OpenFile file) throws IOException {
    if (end == 0) {
      file.write(ByteBuffer.wrap(OutboxSegment.header(number)), 0);
    }
    file.force();
    files.sync();
    segments.add(new OutboxSegment(number, Math.max(end, OutboxSegment.HEADER_BYTES)));
    boolean marked = lastKindIsSafe(end);
    return new OutboxLog(files, segmentBytes, index, segments, file, marked);
  }

  /** Whether the log ends with word that it is safe, or has nothing to say it of. */
  private boolean lastKindIsSafe(long end) {
    return end <= OutboxSegment.HEADER_BYTES || lastKind == Kind.SAFE;
  }
}

package io.whimbrel.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Reads a file in the format of RocksDB's log, which its write-ahead log and its MANIFEST have
 * (RocksDB's {@code log_format.h}). Unlike RocksDB it goes on behind what cannot be read: a record
 * never begins in one block's middle and is found from the beginning of the next.
 *
 * <pre>
 * file:    blocks of 32 KiB; fewer than seven bytes at the end of one are padding
 * part:    masked CRC-32C of what follows the length (4), length (2), type (1), payload
 * record:  one part that is FULL, or FIRST, any number of MIDDLE, LAST
 * </pre>
 *
 * <p>Zeros to the end of the file were allocated and not written: they end it like nothing at all.
 */
final class LogFile {
  static final int BLOCK_BYTES = 32 * 1024;
  static final int HEADER_BYTES = 7;
  private static final int RECYCLABLE_HEADER_BYTES = 11;
  private static final int CRC_MASK = 0xA282EAD8;

  private static final int FULL = 1;
  private static final int FIRST = 2;
  private static final int MIDDLE = 3;
  private static final int LAST = 4;
  private static final int RECYCLABLE = 4; // added to the four above
  private static final int COMPRESSION = 9;
  private static final int TIMESTAMPS = 10;
  private static final int RECYCLABLE_TIMESTAMPS = 11;

  /** A type with this bit may be passed over by whoever does not know it. */
  private static final int IGNORABLE = 0x80;

  private static final int RECYCLABLE_PREDECESSOR = 0x83;
  private static final int NOWHERE = -1;

  /** Hears what a file holds, in order. */
  interface Visitor {
    /**
     * A record that is whole.
     *
     * @param from where it begins
     * @param to behind its last byte
     */
    void onRecord(long from, long to, byte[] record);

    /** There should be a record and none can be read. */
    void onBroken(long from, String why);
  }

  private final FileChannel channel;
  private final Visitor visitor;
  private final byte[] block = new byte[BLOCK_BYTES];
  private final CRC32C crc = new CRC32C();
  private final WriteBytes record = new WriteBytes(BLOCK_BYTES);
  private int length;
  private long recordFrom = NOWHERE;
  private long zerosFrom = NOWHERE;
  private boolean behindBroken;

  private LogFile(FileChannel channel, Visitor visitor) {
    this.channel = channel;
    this.visitor = visitor;
  }

  static void read(Path file, Visitor visitor) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      new LogFile(channel, visitor).readBlocks();
    }
  }

  private void readBlocks() throws IOException {
    for (long base = 0; fill(base); base += BLOCK_BYTES) {
      int at = 0;
      while (at != NOWHERE && length - at >= HEADER_BYTES) {
        at = readPart(base, at);
      }
      if (at != NOWHERE && length < BLOCK_BYTES && !isZero(at)) {
        broken(base + at, "a header is cut off");
      }
    }
    if (recordFrom != NOWHERE) {
      broken(recordFrom, "the record is cut off");
    }
  }

  private boolean fill(long base) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(block);
    while (buffer.hasRemaining() && channel.read(buffer, base + buffer.position()) > 0) {}
    length = buffer.position();
    return length > 0;
  }

  /** Gives the place of the next part, or NOWHERE where the rest of the block has to be left. */
  private int readPart(long base, int at) {
    int size = (block[at + 4] & 0xFF) | (block[at + 5] & 0xFF) << 8;
    int type = block[at + 6] & 0xFF;
    if (type == 0 && size == 0 && isZero(at)) {
      if (zerosFrom == NOWHERE) {
        zerosFrom = base + at;
      }
      return NOWHERE;
    }
    if (zerosFrom != NOWHERE) {
      broken(zerosFrom, "zeros stand where a record should");
    }
    int header = isRecyclable(type) ? RECYCLABLE_HEADER_BYTES : HEADER_BYTES;
    if (size + header > length - at) {
      broken(base + at, length < BLOCK_BYTES ? "the record is cut off" : "a length is wrong");
      return NOWHERE;
    }
    if (type == 0) {
      broken(base + at, "zeros stand where a record should");
      return NOWHERE;
    }
    int next = at + header + size;
    crc.reset();
    crc.update(block, at + 6, next - at - 6);
    if (masked((int) crc.getValue()) != littleEndian(at)) {
      broken(base + at, "a checksum does not match");
    } else {
      accept(type, base + at, at + header, size, base + next);
    }
    return next;
  }

  private void accept(int type, long from, int payload, int size, long to) {
    int part = type > LAST && type <= LAST + RECYCLABLE ? type - RECYCLABLE : type;
    switch (part) {
      case FULL -> {
        begin(from);
        add(payload, size);
        end(to);
      }
      case FIRST -> {
        begin(from);
        add(payload, size);
      }
      case MIDDLE -> {
        if (goesOn(from)) {
          add(payload, size);
        }
      }
      case LAST -> {
        if (goesOn(from)) {
          add(payload, size);
          end(to);
        }
      }
      case COMPRESSION, TIMESTAMPS, RECYCLABLE_TIMESTAMPS -> {}
      default -> {
        if ((type & IGNORABLE) == 0) {
          broken(from, "a record is of the unknown type " + type);
        }
      }
    }
  }

  private void begin(long from) {
    if (recordFrom != NOWHERE) {
      broken(recordFrom, "the record does not end");
    }
    recordFrom = from;
    record.clear();
    behindBroken = false;
  }

  /** Whether a part belongs to a record whose beginning was read. */
  private boolean goesOn(long from) {
    if (recordFrom == NOWHERE && !behindBroken) {
      broken(from, "a record does not begin");
    }
    return recordFrom != NOWHERE;
  }

  private void add(int payload, int size) {
    record.raw(block, payload, size);
  }

  private void end(long to) {
    long from = recordFrom;
    recordFrom = NOWHERE;
    visitor.onRecord(from, to, record.copy());
  }

  /** What is left of the record that was being read, if any, goes with it. */
  private void broken(long from, String why) {
    long begin = recordFrom == NOWHERE ? from : recordFrom;
    recordFrom = NOWHERE;
    zerosFrom = NOWHERE;
    behindBroken = true;
    visitor.onBroken(begin, why);
  }

  private boolean isZero(int from) {
    for (int i = from; i < length; i++) {
      if (block[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private int littleEndian(int at) {
    return (block[at] & 0xFF)
        | (block[at + 1] & 0xFF) << 8
        | (block[at + 2] & 0xFF) << 16
        | (block[at + 3] & 0xFF) << 24;
  }

  private static boolean isRecyclable(int type) {
    return (type > LAST && type <= LAST + RECYCLABLE)
        || type == RECYCLABLE_TIMESTAMPS
        || type == RECYCLABLE_PREDECESSOR;
  }

  /** RocksDB masks checksums, as they may be of bytes that hold checksums themselves. */
  private static int masked(int crc) {
    return Integer.rotateRight(crc, 15) + CRC_MASK;
  }
}

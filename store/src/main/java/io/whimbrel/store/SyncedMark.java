package io.whimbrel.store;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What is known to be on disk, in a file beside the store: the number of the last batch, and how
 * far the MANIFEST went, in which RocksDB says what its tables are. It is written to memory that
 * the operating system writes back when it likes, always after the sync it tells of: so it is never
 * ahead of the disk, and a killed process leaves it exact. A store that ends before it has lost
 * something it had promised. Written by the committer, read when the store is opened.
 */
final class SyncedMark {
  private static final int MANIFEST = Long.BYTES;
  private static final int MANIFEST_BYTES = 2 * Long.BYTES;
  private static final int SIZE = 3 * Long.BYTES;

  private final ByteBuffer memory;

  private SyncedMark(ByteBuffer memory) {
    this.memory = memory;
  }

  static SyncedMark open(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long size = channel.size();
      if (size < SIZE) {
        // Memory over room that the file system has yet to find would end in a signal.
        channel.write(ByteBuffer.allocate((int) (SIZE - size)), size);
        channel.force(true);
      }
      MappedByteBuffer memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE);
      return new SyncedMark(memory);
    }
  }

  /** The mark of a store that somebody else may have open; what is set here is not written. */
  static SyncedMark read(Path file) throws IOException {
    ByteBuffer copy = ByteBuffer.allocate(SIZE);
    if (Files.exists(file)) {
      byte[] bytes = Files.readAllBytes(file);
      copy.put(0, bytes, 0, Math.min(SIZE, bytes.length));
    }
    return new SyncedMark(copy);
  }

  /** Brings it to the disk now. */
  void force() {
    if (memory instanceof MappedByteBuffer mapped) {
      mapped.force();
    }
  }

  long get() {
    return memory.getLong(0);
  }

  void set(long batch) {
    memory.putLong(0, batch);
  }

  /** The number of the MANIFEST; 0 where none was looked at yet. */
  long manifest() {
    return memory.getLong(MANIFEST);
  }

  /** The length of that MANIFEST. */
  long manifestBytes() {
    return memory.getLong(MANIFEST_BYTES);
  }

  void setManifest(long number, long bytes) {
    memory.putLong(MANIFEST_BYTES, 0); // for whom it ends between the two
    VarHandle.releaseFence(); // plain stores may change places
    memory.putLong(MANIFEST, number);
    VarHandle.releaseFence();
    memory.putLong(MANIFEST_BYTES, bytes);
  }
}

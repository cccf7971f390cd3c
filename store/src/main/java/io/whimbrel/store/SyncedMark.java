package io.whimbrel.store;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The number of the last batch known to be on disk, in a file beside the store. It is written to
 * memory that the operating system writes back when it likes, always after the sync it tells of: so
 * it is never ahead of the disk, and a killed process leaves it exact. A store that ends before it
 * has lost something it had promised. Written by the committer, read when the store is opened.
 */
final class SyncedMark {
  private final MappedByteBuffer memory;

  private SyncedMark(MappedByteBuffer memory) {
    this.memory = memory;
  }

  static SyncedMark open(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new SyncedMark(channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES));
    }
  }

  long get() {
    return memory.getLong(0);
  }

  void set(long batch) {
    memory.putLong(0, batch);
  }
}

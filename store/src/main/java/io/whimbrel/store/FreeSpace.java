package io.whimbrel.store;

import java.io.IOException;
import java.nio.file.FileStore;
import java.util.concurrent.TimeUnit;

/**
 * Whether the file system has more room than the reserve that removals, compactions and an orderly
 * stop need. Looked at after so many bytes and so much time; asked from any thread.
 */
final class FreeSpace {
  private static final long EVERY_BYTES = 8 * 1024 * 1024;
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final FileStore files;
  private volatile long reserveBytes;
  private volatile boolean room = true;
  private long usedBytes;
  private long lookedNanos;

  FreeSpace(FileStore files, long reserveBytes) {
    this.files = files;
    this.reserveBytes = reserveBytes;
    look();
  }

  boolean hasRoom() {
    return room;
  }

  /** The reserve is another from now on; from any thread. */
  void reserve(long bytes) {
    reserveBytes = bytes;
    look();
  }

  void used(long bytes, long nowNanos) {
    usedBytes += bytes;
    if (usedBytes > EVERY_BYTES || nowNanos - lookedNanos > EVERY_NANOS) {
      usedBytes = 0;
      lookedNanos = nowNanos;
      look();
    }
  }

  /** Looks again where there was no room: nothing may be written meanwhile that would. */
  void lookAgain(long nowNanos) {
    if (!room) {
      used(0, nowNanos);
    }
  }

  private void look() {
    try {
      room = files.getUsableSpace() > reserveBytes;
    } catch (IOException unknown) {
      room = true; // a file system that does not tell; the write itself will
    }
  }
}

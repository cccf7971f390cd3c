package io.whimbrel.client.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The directory of an outbox: as much of a file system as an outbox needs, so that a test can make
 * it fail. As text it is the name of the directory.
 *
 * <p>Owned by one thread at a time: that of the session until the outbox is open and when it is
 * closed, the outbox's writer between.
 */
interface OutboxFiles {
  /** A file that is open. */
  interface OpenFile extends Closeable {
    long size() throws IOException;

    /** Reads some bytes from a place on: how many, -1 at the end of the file. */
    int read(ByteBuffer into, long from) throws IOException;

    /** Writes all of the bytes. */
    void write(ByteBuffer bytes, long at) throws IOException;

    void truncate(long size) throws IOException;

    /** What was written outlives a power cut. */
    void force() throws IOException;
  }

  /**
   * Takes the directory, which is made where it is missing, for one outbox.
   *
   * @throws OutboxException somebody has it
   */
  void lock() throws IOException;

  /** The names in it. */
  List<String> names() throws IOException;

  /** Opens a file, which is made where it is missing. */
  OpenFile open(String name) throws IOException;

  void delete(String name) throws IOException;

  /** The files that have names, and those that have none, stay so after a power cut. */
  void sync() throws IOException;

  /** Lets go of the directory; does nothing where it is not taken. */
  void unlock() throws IOException;
}

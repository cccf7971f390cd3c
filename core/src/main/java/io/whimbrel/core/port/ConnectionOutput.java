package io.whimbrel.core.port;

import io.whimbrel.codec.ByteWriter;

/**
 * The way to one peer. Called only on the thread of the connection's shard; what is written in a
 * turn leaves together after it. Nothing here blocks or fails: a lost peer is reported to the
 * connection.
 */
public interface ConnectionOutput {
  /** Where to write bytes for the peer, whole packets at a time; valid until the call returns. */
  ByteWriter writer();

  /** Adds bytes behind all that was written, without copying them; they are never changed. */
  void writeShared(byte[] bytes);

  /** Bytes that were written here and that the network has not taken yet. */
  long pendingBytes();

  /** Reads no more from the peer until {@link #resumeReading}; what was read may still arrive. */
  void pauseReading();

  /** Reads again. */
  void resumeReading();

  /**
   * So many bytes of the peer are in memory now and not handled: the rest of their packet has not
   * come, or a brake is on.
   *
   * @param sinceMillis broker time at which the last packet was handled
   */
  default void unfinished(int bytes, long sinceMillis) {}

  /** Closes the network connection once what was written has left, within a bounded time. */
  void close();
}

package io.whimbrel.store;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Where what is kept: column families and keys. All rows of a session begin with its incarnation,
 * which is never used again, so that two sessions can never meet in a key. A change of what is
 * written here makes a new {@link #FORMAT}.
 */
final class Layout {
  /** The version of the layout. */
  static final int FORMAT = 1;

  /** The column families, in the order of their numbers: RocksDB counts as they are made. */
  static final List<String> FAMILIES = List.of("default", "session", "queue", "retained");

  static final int DEFAULT = 0;
  static final int SESSION = 1;
  static final int QUEUE = 2;
  static final int RETAINED = 3;

  /** The one row of {@link #DEFAULT}; see {@link Tip}. */
  static final byte[] TIP = "tip".getBytes(StandardCharsets.US_ASCII);

  // Kinds of rows of a session, behind its incarnation.
  static final int OPENED = 'a';
  static final int CONNECTED = 'b';
  static final int DISCONNECTED = 'c';
  static final int WILL = 'd'; // ordinal of the connection
  static final int SUBSCRIPTION = 'e'; // filter
  static final int REPLAY = 'f'; // filter
  static final int IN_FLIGHT = 'g'; // packet identifier
  static final int RECEIVED = 'h'; // packet identifier

  private Layout() {}

  /** The first eight bytes of a key. */
  static long incarnation(byte[] key) {
    return new ReadBytes(key).eightBytes();
  }

  static byte[] number(long value) {
    WriteBytes key = new WriteBytes(8);
    key.eightBytes(value);
    return key.array();
  }

  static byte[] queueKey(long incarnation, long sequence) {
    WriteBytes key = new WriteBytes(16);
    key.eightBytes(incarnation);
    key.eightBytes(sequence);
    return key.array();
  }
}

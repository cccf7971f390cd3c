package io.whimbrel.store;

import io.whimbrel.core.routing.SessionKey;

/** Whether a row is what a store of this version writes, whatever stands beside it. */
final class RowCheck {
  private static final SessionKey SOMEBODY = new SessionKey("", 0);

  private RowCheck() {}

  /**
   * Reads a row to its end.
   *
   * @throws BrokenRowException where it is not what it should be
   */
  static void check(int family, byte[] key, byte[] value) {
    switch (family) {
      case Layout.QUEUE -> {
        ReadBytes place = new ReadBytes(key);
        place.eightBytes();
        MessageRow.readQueued(SOMEBODY, place.eightBytes(), new ReadBytes(value));
      }
      case Layout.RETAINED -> MessageRow.readRetained(key, new ReadBytes(value));
      case Layout.SESSION -> session(key, value);
      default -> Tip.read(new ReadBytes(value));
    }
  }

  private static void session(byte[] key, byte[] value) {
    SessionRows rows = new SessionRows(Layout.incarnation(key));
    WriteBytes opened = new WriteBytes(16);
    opened.text("");
    opened.text("");
    rows.add(sessionKey(key, Layout.OPENED), opened.copy());
    rows.add(key, value);
    ReadBytes kind = new ReadBytes(key);
    kind.eightBytes();
    if (kind.oneByte() == Layout.WILL) {
      MessageRow.readWill(new ReadBytes(value));
    }
    rows.beforeMessages(SOMEBODY, record -> {});
    rows.afterMessages(record -> {});
  }

  private static byte[] sessionKey(byte[] key, int kind) {
    WriteBytes opened = new WriteBytes(9);
    opened.raw(key, 0, 8);
    opened.oneByte(kind);
    return opened.copy();
  }

  /** The message that a row says is in flight; -1 where it says something else. */
  static long inFlight(byte[] key, byte[] value) {
    ReadBytes place = new ReadBytes(key);
    place.eightBytes();
    return place.oneByte() == Layout.IN_FLIGHT ? new ReadBytes(value).eightBytes() : -1;
  }

  /** Whether a row is the first of a session, without which the others are void. */
  static boolean opens(byte[] key) {
    return key.length == 9 && key[8] == Layout.OPENED;
  }
}

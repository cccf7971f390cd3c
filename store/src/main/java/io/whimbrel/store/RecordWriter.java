package io.whimbrel.store;

import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.SessionKey;

/**
 * Turns records into changes of rows; nothing is read for it. Remembers the greatest numbers it
 * saw, for {@link Tip}. Owned by its shard.
 */
final class RecordWriter {
  private static final int NO_LOCAL = 0x04;
  private static final int RETAIN_AS_PUBLISHED = 0x08;

  private long lastIncarnation;
  private long lastVersion;

  long lastIncarnation() {
    return lastIncarnation;
  }

  long lastVersion() {
    return lastVersion;
  }

  void write(JournalRecord record, RowBatch rows) {
    // Release 17 has no pattern switch; messages come first because there are most of them.
    if (record instanceof JournalRecord.Queued r) {
      queueKey(rows, r.session(), r.sequence());
      MessageRow.writeQueued(rows.value(), r);
      rows.put(Layout.QUEUE);
    } else if (record instanceof JournalRecord.Completed r) {
      queueKey(rows, r.session(), r.sequence());
      rows.deleteOnce(Layout.QUEUE);
      if (r.packetId() > 0) {
        key(rows, r.session(), Layout.IN_FLIGHT).twoBytes(r.packetId());
        rows.delete(Layout.SESSION);
      }
    } else if (record instanceof JournalRecord.InFlight r) {
      inFlight(rows, r.session(), r.packetId(), r.sequence(), false);
    } else if (record instanceof JournalRecord.PubrecReceived r) {
      inFlight(rows, r.session(), r.packetId(), r.sequence(), true);
    } else if (record instanceof JournalRecord.Received r) {
      key(rows, r.session(), Layout.RECEIVED).twoBytes(r.packetId());
      rows.value();
      rows.put(Layout.SESSION);
    } else if (record instanceof JournalRecord.PubrelReceived r) {
      key(rows, r.session(), Layout.RECEIVED).twoBytes(r.packetId());
      rows.delete(Layout.SESSION);
    } else if (record instanceof JournalRecord.Retained r) {
      lastVersion = Math.max(lastVersion, r.version());
      rows.key().raw(r.topic().utf8());
      MessageRow.writeRetained(rows.value(), r);
      rows.merge(Layout.RETAINED);
    } else {
      writeSession(record, rows);
    }
  }

  private void writeSession(JournalRecord record, RowBatch rows) {
    if (record instanceof JournalRecord.SessionOpened r) {
      lastIncarnation = Math.max(lastIncarnation, r.session().incarnation());
      opened(rows, r.session(), r.user());
    } else if (record instanceof JournalRecord.SessionOwned r) {
      opened(rows, r.session(), r.user());
    } else if (record instanceof JournalRecord.SessionConnected r) {
      connected(rows, r);
    } else if (record instanceof JournalRecord.SessionDisconnected r) {
      key(rows, r.session(), Layout.DISCONNECTED);
      WriteBytes value = rows.value();
      value.eightBytes(r.atMillis());
      value.eightBytes(r.expirySeconds());
      value.oneByte(r.hasWill() ? 1 : 0);
      value.eightBytes(r.willAtMillis());
      rows.put(Layout.SESSION);
    } else if (record instanceof JournalRecord.SessionEnded r) {
      deleteAll(rows, r.session(), Layout.SESSION);
      if (r.hadMessages()) {
        deleteAll(rows, r.session(), Layout.QUEUE);
      }
    } else if (record instanceof JournalRecord.WillRemoved r) {
      key(rows, r.session(), Layout.WILL).eightBytes(r.ordinal());
      rows.delete(Layout.SESSION);
    } else {
      writeSubscription(record, rows);
    }
  }

  private static void opened(RowBatch rows, SessionKey session, String user) {
    key(rows, session, Layout.OPENED);
    WriteBytes value = rows.value();
    value.text(session.clientId());
    value.text(user);
    rows.put(Layout.SESSION);
  }

  private static void connected(RowBatch rows, JournalRecord.SessionConnected record) {
    SessionKey session = record.session();
    key(rows, session, Layout.CONNECTED);
    WriteBytes value = rows.value();
    value.eightBytes(record.ordinal());
    value.eightBytes(record.expirySeconds());
    rows.put(Layout.SESSION);
    if (record.ordinal() > 1) {
      key(rows, session, Layout.DISCONNECTED);
      rows.delete(Layout.SESSION);
      key(rows, session, Layout.WILL).eightBytes(record.ordinal() - 1);
      rows.delete(Layout.SESSION);
    }
    JournalRecord.WillMessage will = record.will();
    if (will != null) {
      key(rows, session, Layout.WILL).eightBytes(record.ordinal());
      MessageRow.writeWill(rows.value(), will);
      rows.put(Layout.SESSION);
    }
  }

  private static void writeSubscription(JournalRecord record, RowBatch rows) {
    if (record instanceof JournalRecord.Subscribed r) {
      key(rows, r.session(), Layout.SUBSCRIPTION).raw(r.filter().utf8());
      WriteBytes value = rows.value();
      value.oneByte(
          r.qos().ordinal()
              | (r.noLocal() ? NO_LOCAL : 0)
              | (r.retainAsPublished() ? RETAIN_AS_PUBLISHED : 0));
      value.varint(r.subscriptionId());
      rows.put(Layout.SESSION);
      key(rows, r.session(), Layout.REPLAY).raw(r.filter().utf8());
      if (r.replay()) {
        rows.value();
        rows.put(Layout.SESSION);
      } else {
        rows.delete(Layout.SESSION);
      }
    } else if (record instanceof JournalRecord.Replayed r) {
      key(rows, r.session(), Layout.REPLAY).raw(r.filter().utf8());
      rows.delete(Layout.SESSION);
    } else if (record instanceof JournalRecord.Unsubscribed r) {
      key(rows, r.session(), Layout.SUBSCRIPTION).raw(r.filter().utf8());
      rows.delete(Layout.SESSION);
      key(rows, r.session(), Layout.REPLAY).raw(r.filter().utf8());
      rows.delete(Layout.SESSION);
    } else {
      throw new IllegalStateException("a record without rows: " + record.getClass());
    }
  }

  /** The value of a subscription's row. */
  static JournalRecord.Subscribed readSubscription(
      SessionKey session, byte[] filter, boolean replay, ReadBytes value) {
    int flags = value.oneByte();
    return new JournalRecord.Subscribed(
        session,
        MessageRow.filter(filter),
        MessageRow.qos(flags),
        value.varint(),
        (flags & NO_LOCAL) != 0,
        (flags & RETAIN_AS_PUBLISHED) != 0,
        replay);
  }

  private static void inFlight(
      RowBatch rows, SessionKey session, int packetId, long sequence, boolean released) {
    key(rows, session, Layout.IN_FLIGHT).twoBytes(packetId);
    WriteBytes value = rows.value();
    value.eightBytes(sequence);
    value.oneByte(released ? 1 : 0);
    rows.put(Layout.SESSION);
  }

  private static void deleteAll(RowBatch rows, SessionKey session, int family) {
    rows.key().eightBytes(session.incarnation());
    rows.value().eightBytes(session.incarnation() + 1);
    rows.deleteRange(family);
  }

  private static WriteBytes key(RowBatch rows, SessionKey session, int kind) {
    WriteBytes key = rows.key();
    key.eightBytes(session.incarnation());
    key.oneByte(kind);
    return key;
  }

  private static void queueKey(RowBatch rows, SessionKey session, long sequence) {
    WriteBytes key = rows.key();
    key.eightBytes(session.incarnation());
    key.eightBytes(sequence);
  }
}

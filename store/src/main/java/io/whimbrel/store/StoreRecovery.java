package io.whimbrel.store;

import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.Recovery;
import io.whimbrel.core.routing.SessionKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * What the store remembers: all rows once, in the order of their keys, retained messages first,
 * then session by session. Every block is read and its checksum held against it, so damage is found
 * here.
 */
final class StoreRecovery implements Recovery {
  /** Removed retained messages that are forgotten at one start; others wait for the next. */
  private static final int REMOVED_MAX = 100_000;

  private final Path directory;
  private final Database database;
  private final Tip tip;
  private final LoadProgress progress;
  private final Purpose purpose;
  private final List<Long> leftSessions = new ArrayList<>();
  private final List<byte[]> removed = new ArrayList<>();
  private final List<Long> leftMessages = new ArrayList<>();
  private int family;
  private byte[] key = {}; // of the row that is being read

  /** What its records are for. */
  enum Purpose {
    /** For a broker. What is of no use any more is deleted; only before the first batch. */
    START,
    /** To be counted: messages stay on disk. */
    LOOK,
    /** To be copied: messages are read whole. */
    COPY
  }

  StoreRecovery(
      Path directory, Database database, Tip tip, LoadProgress progress, Purpose purpose) {
    this.directory = directory;
    this.purpose = purpose;
    this.database = database;
    this.tip = tip;
    this.progress = progress;
  }

  @Override
  public long markMillis() {
    return tip.markMillis();
  }

  @Override
  public long lastIncarnation() {
    return tip.lastIncarnation();
  }

  @Override
  public long lastVersion() {
    return tip.lastVersion();
  }

  @Override
  public void load(Consumer<JournalRecord> visitor) {
    try {
      loadRetained(visitor);
      loadSessions(visitor);
      tidy();
      progress.done();
    } catch (RocksDBException e) {
      throw Trouble.unreadable(directory, Trouble.why(e), e);
    } catch (BrokenRowException e) {
      throw Trouble.unreadable(directory, place() + ": " + e.getMessage(), e);
    }
  }

  private String place() {
    return "the row " + HexFormat.of().formatHex(key) + " of " + Layout.FAMILIES.get(family);
  }

  private byte[] reading(int in, RocksIterator rows) {
    family = in;
    key = rows.key();
    return key;
  }

  private static ReadOptions scan() {
    return new ReadOptions().setFillCache(false).setReadaheadSize(2L * 1024 * 1024);
  }

  private void loadRetained(Consumer<JournalRecord> visitor) throws RocksDBException {
    try (ReadOptions options = scan();
        RocksIterator rows = database.rows(Layout.RETAINED, options)) {
      for (rows.seekToFirst(); rows.isValid(); rows.next()) {
        JournalRecord.Retained record =
            MessageRow.readRetained(reading(Layout.RETAINED, rows), new ReadBytes(rows.value()));
        if (record.message() != null) {
          visitor.accept(record);
          progress.retained();
        } else if (purpose == Purpose.START && removed.size() < REMOVED_MAX) {
          removed.add(rows.key());
        }
      }
      rows.status();
    }
  }

  private void loadSessions(Consumer<JournalRecord> visitor) throws RocksDBException {
    try (ReadOptions options = scan();
        RocksIterator sessions = database.rows(Layout.SESSION, options);
        RocksIterator queue = database.rows(Layout.QUEUE, options)) {
      queue.seekToFirst();
      sessions.seekToFirst();
      while (sessions.isValid()) {
        SessionRows rows = new SessionRows(Layout.incarnation(sessions.key()));
        for (; sessions.isValid() && rows.takes(sessions.key()); sessions.next()) {
          rows.add(reading(Layout.SESSION, sessions), sessions.value());
        }
        SessionKey session = rows.session();
        if (session == null) {
          leftBehind(Layout.SESSION, rows.incarnation());
          continue;
        }
        rows.beforeMessages(session, visitor);
        loadQueue(session, queue, visitor);
        rows.afterMessages(visitor);
        progress.session();
      }
      sessions.status(); // if it did not get to the end, what follows belongs to somebody
      while (queue.isValid()) {
        skipLeftBehind(queue);
      }
      queue.status();
    }
  }

  private void loadQueue(SessionKey session, RocksIterator queue, Consumer<JournalRecord> visitor)
      throws RocksDBException {
    while (queue.isValid()) {
      ReadBytes place = new ReadBytes(reading(Layout.QUEUE, queue));
      long incarnation = place.eightBytes();
      if (incarnation > session.incarnation()) {
        return;
      }
      if (incarnation < session.incarnation()) {
        skipLeftBehind(queue);
        continue;
      }
      long sequence = place.eightBytes();
      byte[] value = queue.value();
      JournalRecord.Stored stored =
          purpose == Purpose.COPY
              ? null
              : MessageRow.readStored(session, sequence, new ReadBytes(value));
      visitor.accept(
          stored == null ? MessageRow.readQueued(session, sequence, new ReadBytes(value)) : stored);
      progress.message();
      queue.next();
    }
  }

  /** Rows of a session that ended before they came, as another shard's letter may: void. */
  private void skipLeftBehind(RocksIterator queue) {
    long incarnation = Layout.incarnation(queue.key());
    leftBehind(Layout.QUEUE, incarnation);
    queue.seek(Layout.number(incarnation + 1));
  }

  private void leftBehind(int in, long incarnation) {
    if (purpose == Purpose.START) {
      (in == Layout.QUEUE ? leftMessages : leftSessions).add(incarnation);
    }
  }

  /** Deletes what belongs to nobody. When all was read: a start that is refused changes nothing. */
  private void tidy() throws RocksDBException {
    for (byte[] topic : removed) {
      database.delete(Layout.RETAINED, topic); // no older message can come now
    }
    for (long incarnation : leftSessions) {
      delete(Layout.SESSION, incarnation);
    }
    for (long incarnation : leftMessages) {
      delete(Layout.QUEUE, incarnation);
    }
  }

  private void delete(int from, long incarnation) throws RocksDBException {
    database.deleteRange(from, Layout.number(incarnation), Layout.number(incarnation + 1));
  }
}

package io.whimbrel.store;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;

/**
 * A data directory that grows batch by batch, of which the test knows what was synced, and copies
 * of it as a crash would leave them. What has to be there after batch n is known for every n.
 */
final class GrownStore implements AutoCloseable {
  private static final SessionKey FIRST = new SessionKey("client1", 1);
  private static final int KEPT = 20;

  private final Path directory;
  private final SyncedMark mark;
  private Database database;
  private int batches;

  GrownStore(Path directory) throws Exception {
    this.directory = Files.createDirectories(directory);
    FormatFile.check(directory, Store.databaseIn(directory));
    mark = SyncedMark.open(Store.markIn(directory));
    database = Database.open(Store.databaseIn(directory));
    MarkingSink.look(directory, mark);
  }

  /** Writes batches and syncs each. */
  GrownStore synced(int count) throws RocksDBException {
    for (int i = 0; i < count; i++) {
      write(true);
      mark.set(batches);
    }
    return this;
  }

  /** Writes batches that are promised to nobody. */
  GrownStore unsynced(int count) throws RocksDBException {
    for (int i = 0; i < count; i++) {
      write(false);
    }
    return this;
  }

  /** Opens it again, by which all that is in the log comes into tables. */
  GrownStore reopened() throws RocksDBException {
    database.close();
    database = Database.open(Store.databaseIn(directory));
    MarkingSink.look(directory, mark);
    return this;
  }

  /** Begins another log, which this family needs no older one for. */
  GrownStore flushed(int family) throws RocksDBException {
    database.flush(family);
    MarkingSink.look(directory, mark);
    return this;
  }

  private void write(boolean sync) throws RocksDBException {
    batches++;
    RowBatch rows = new RowBatch(64);
    new Tip(batches, mark.get(), 1_000 + batches, batches, batches).writeTo(rows);
    RecordWriter writer = new RecordWriter();
    records(batches).forEach(record -> writer.write(record, rows));
    database.write(rows.serialised(), sync);
  }

  private static List<JournalRecord> records(int batch) {
    SessionKey session = new SessionKey("client" + batch, batch);
    TopicName topic = TopicName.of("state/" + batch % 10);
    List<JournalRecord> records = new ArrayList<>();
    records.add(new JournalRecord.SessionOpened(session, "user"));
    records.add(
        new JournalRecord.Subscribed(
            session, TopicFilter.of("a/" + batch), Qos.AT_LEAST_ONCE, batch, false, true, false));
    records.add(
        new JournalRecord.Queued(
            FIRST, batch, message(batch, topic), Qos.AT_LEAST_ONCE, false, new int[0], null));
    records.add(new JournalRecord.InFlight(FIRST, batch, batch));
    if (batch > KEPT) {
      records.add(new JournalRecord.Completed(FIRST, batch - KEPT, batch - KEPT));
    }
    records.add(new JournalRecord.Retained(topic, batch, message(batch, topic)));
    return records;
  }

  /** Mostly small; some are longer than a block of the log. */
  private static Publication message(int batch, TopicName topic) {
    byte[] payload = new byte[batch % 17 == 0 ? 40_000 : 10 + batch % 300];
    Arrays.fill(payload, (byte) batch);
    return new Publication(
        "client" + batch, topic, Qos.AT_LEAST_ONCE, false, Publication.NEVER, new byte[0], payload);
  }

  /** What a store has to give that holds the first batches and nothing else. */
  static Set<String> expected(long batches) {
    Set<String> texts = new TreeSet<>();
    for (int batch = 1; batch <= batches; batch++) {
      for (JournalRecord record : records(batch)) {
        boolean done =
            record instanceof JournalRecord.Completed
                || (record instanceof JournalRecord.Queued && batch <= batches - KEPT)
                || (record instanceof JournalRecord.InFlight && batch <= batches - KEPT)
                || (record instanceof JournalRecord.Retained && batch <= batches - 10);
        if (!done) {
          texts.add(text(record));
        }
      }
    }
    return texts;
  }

  /** What a store gives, with the messages that stay on disk. */
  static Set<String> found(Store store) throws RocksDBException {
    Set<String> texts = new TreeSet<>();
    List<JournalRecord.Stored> stored = new ArrayList<>();
    store
        .recovery()
        .load(
            record -> {
              if (record instanceof JournalRecord.Stored message) {
                stored.add(message);
              } else {
                texts.add(text(record));
              }
            });
    for (JournalRecord.Stored message : stored) {
      texts.add(text(store.database().queued(message.session(), message.sequence())));
    }
    return texts;
  }

  private static String text(JournalRecord record) {
    if (record instanceof JournalRecord.Queued queued) {
      return "queued " + queued.session() + queued.sequence() + text(queued.publication());
    }
    if (record instanceof JournalRecord.Retained retained) {
      Publication message = retained.message();
      return "retained " + retained.version() + (message == null ? "" : text(message));
    }
    return record.toString();
  }

  private static String text(Publication message) {
    return message.topic() + " " + HexFormat.of().formatHex(message.payload());
  }

  int batches() {
    return batches;
  }

  long marked() {
    return mark.get();
  }

  /** A copy as a crash at this moment would leave it. */
  Path crashed(Path to) {
    copy(directory, to);
    return to;
  }

  static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    database.close();
  }
}

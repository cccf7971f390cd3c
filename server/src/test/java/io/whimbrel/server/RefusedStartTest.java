package io.whimbrel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.JournalRecord.WillMessage;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionKey;
import io.whimbrel.core.shard.ShardMail;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.store.Store;
import io.whimbrel.store.StoreReading;
import io.whimbrel.store.StoreSettings;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that does not start changes nothing. */
class RefusedStartTest {
  private static final SessionKey GONE = new SessionKey("gone", 1);
  private static final SessionKey WAITS = new SessionKey("waits", 2);

  @TempDir Path directory;

  @Test
  void damageFoundWhileLoadingLeavesTheStoreAsItWas() throws Exception {
    fill();
    Store.open(new StoreSettings(directory, 0)).close(); // what the log has becomes a table
    List<String> before = texts(records());
    Path table = biggestTable();
    flip(table, Files.size(table) / 2);

    assertThatThrownBy(() -> Server.start(config()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(table.getFileName().toString());

    flip(table, Files.size(table) / 2);
    assertThat(texts(records())).isEqualTo(before);
    Server mended = Server.start(config());
    mended.stop();
    assertThat(records())
        .as("the will, which a start that succeeds does publish")
        .anyMatch(record -> record instanceof JournalRecord.Queued q && isWill(q.publication()));
  }

  /** What tells one record from another; contents were not touched. */
  private static List<String> texts(List<JournalRecord> records) {
    return records.stream()
        .map(
            record ->
                record instanceof JournalRecord.Queued q
                    ? q.session() + " " + q.sequence() + " " + q.publication().topic()
                    : record instanceof JournalRecord.SessionConnected c
                        ? c.session() + " " + c.ordinal() + " " + (c.will() != null)
                        : record.toString())
        .toList();
  }

  private static boolean isWill(Publication publication) {
    return publication.topic().equals(TopicName.of("will"));
  }

  /** A client that was connected, with a will, and one that has much to read before it. */
  private void fill() throws Exception {
    LinkedBlockingQueue<ShardMail> mail = new LinkedBlockingQueue<>();
    try (Store store = Store.open(new StoreSettings(directory, 0))) {
      store.begin(() -> 1, why -> {});
      Journal journal = store.journal(mail::add);
      WillMessage will = new WillMessage(message("will", new byte[] {1}), -1, 0);
      journal.append(new JournalRecord.SessionOpened(GONE, ""));
      journal.append(new JournalRecord.SessionConnected(GONE, 1, 1000, will));
      journal.append(new JournalRecord.SessionOpened(WAITS, ""));
      journal.append(new JournalRecord.SessionConnected(WAITS, 1, 1000, null));
      journal.append(
          new JournalRecord.Subscribed(
              WAITS, TopicFilter.of("will"), Qos.AT_LEAST_ONCE, 0, false, false, false));
      SplittableRandom noise = new SplittableRandom(1);
      for (int i = 1; i <= 200; i++) {
        byte[] payload = new byte[1000];
        noise.nextBytes(payload);
        journal.append(
            new JournalRecord.Queued(
                WAITS, i, message("t", payload), Qos.AT_LEAST_ONCE, false, new int[0], null));
      }
      journal.commit(DurabilityLevel.DISK);
      mail.take();
    }
  }

  private static Publication message(String topic, byte[] payload) {
    return Publication.of(
        "x", TopicName.of(topic), Qos.AT_LEAST_ONCE, false, Properties.NONE, payload, 0);
  }

  private List<JournalRecord> records() throws Exception {
    List<JournalRecord> records = new ArrayList<>();
    try (StoreReading reading = StoreReading.open(directory)) {
      reading.load(records::add, progress -> {});
    }
    return records;
  }

  private Path biggestTable() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".sst"))
          .max(Comparator.comparingLong(file -> file.toFile().length()))
          .orElseThrow();
    }
  }

  private static void flip(Path file, long at) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(at);
      int was = bytes.read();
      bytes.seek(at);
      bytes.write(was ^ 0x10);
    }
  }

  private ServerConfig config() throws Exception {
    return ServerConfig.of(
        Map.of(
            "listeners.tcp-port", "any",
            "listeners.websocket-port", "0",
            "http.port", "0",
            "data-dir", directory.toString()));
  }
}

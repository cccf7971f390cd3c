package io.whimbrel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.Publication;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tools that end before they are done, and tools that must not say that all is well. */
final class StoreExchangeTest {
  private static final int BATCHES = 60;

  @TempDir private Path temporary;

  // ---------------------------------------------------------------- what did not end

  @Test
  void aRepairThatCannotPutTheOldAsideLeavesWhatTellsThatSomethingIsMissing() throws Exception {
    Path image = grown("image");
    Path manifest = biggest(image, "MANIFEST");
    truncate(manifest, Files.size(manifest) * 2 / 3);
    assertThat(Outcome.of(image).kind()).isEqualTo(StoreException.Kind.DAMAGED);
    Files.writeString(image.resolve("salvage"), "in the way");

    assertThatThrownBy(() -> StoreRepair.run(image, what -> {})).isInstanceOf(StoreException.class);

    assertThat(Outcome.of(image).kind()).isEqualTo(StoreException.Kind.DAMAGED);
    Files.delete(image.resolve("salvage"));
    StoreRepair.run(image, what -> {});
    assertThat(StoreCheck.run(image, what -> {}).damage()).isEmpty();
    assertThat(found(image)).containsAll(GrownStore.expected(BATCHES));
  }

  @Test
  void aRestoreThatEndedInTheMiddleIsNoEmptyStore() throws Exception {
    Path image = inTheMiddleOfARestore();

    assertThatThrownBy(() -> Store.open(new StoreSettings(image, 0)))
        .hasMessageContaining("'whimbrel store restore' did not end");
    assertThat(StoreCheck.run(image, what -> {}).damage())
        .anyMatch(line -> line.contains("'whimbrel store restore' did not end"));
    assertThatThrownBy(() -> StoreReading.open(image)).hasMessageContaining("did not end");
  }

  @Test
  void aRepairPutsBackWhatARestoreHadTakenAway() throws Exception {
    Path image = inTheMiddleOfARestore();
    StoreRepair.run(image, what -> {});
    assertThat(StoreCheck.run(image, what -> {}).damage()).isEmpty();
    assertThat(found(image)).isEqualTo(GrownStore.expected(BATCHES));
  }

  @Test
  void aRestoreThatIsRepeatedEnds() throws Exception {
    Path image = inTheMiddleOfARestore();
    Path backup = temporary.resolve("backup");
    StoreBackup.make(grown("other"), backup, what -> {});
    StoreBackup.restore(backup, image, StoreBackup.Present.REFUSE, what -> {});
    assertThat(found(image)).isEqualTo(GrownStore.expected(BATCHES));
    assertThat(image.resolve("unfinished")).doesNotExist();
  }

  @Test
  void anImportThatEndsBetweenItsDatabaseAndItsMarkIsSeenAndRepeatedOrEnded() throws Exception {
    for (boolean repeated : new boolean[] {true, false}) {
      Path image = grown("image" + repeated);
      Path fresh = temporary.resolve("fresh" + repeated);
      try (GrownStore other = new GrownStore(temporary.resolve("imported" + repeated))) {
        other.synced(7).reopened().crashed(fresh);
      }
      Exchange exchange = new Exchange(image, "import lines.jsonl");
      assertThatThrownBy(
              () ->
                  exchange.run(
                      fresh.resolve("db"),
                      () -> {
                        throw new IOException("killed here");
                      }))
          .hasMessage("killed here");

      assertThatThrownBy(() -> Store.open(new StoreSettings(image, 0)))
          .hasMessageContaining("'whimbrel store import lines.jsonl' did not end: repeat it");
      if (repeated) {
        StoreBackup.make(grown("source"), temporary.resolve("backup"), what -> {});
        StoreBackup.restore(
            temporary.resolve("backup"), image, StoreBackup.Present.PUT_ASIDE, what -> {});
      } else {
        StoreRepair.run(image, what -> {});
      }
      assertThat(image.resolve("unfinished")).doesNotExist();
      assertThat(StoreCheck.run(image, what -> {}).damage()).isEmpty();
      assertThat(found(image)).isEqualTo(GrownStore.expected(repeated ? BATCHES : 7));
    }
  }

  private Path inTheMiddleOfARestore() throws Exception {
    Path image = grown("image");
    Files.writeString(image.resolve("unfinished"), "restore\n");
    new Salvage(image).move(image.resolve("db"));
    return image;
  }

  @Test
  void aBackupThatAToolWasEndedOverIsRemovedAfterAnHour() throws Exception {
    Path backups = Files.createDirectories(temporary.resolve("backups"));
    Path old = Files.createDirectories(backups.resolve("asked-999999999999-1/db"));
    Files.writeString(old.resolve("1.sst"), "pinned");
    Files.setLastModifiedTime(old.getParent(), FileTime.fromMillis(1_000));
    Path fresh = Files.createDirectories(backups.resolve("asked-999999999999-2"));
    Path other = Files.createDirectories(backups.resolve("monday"));
    Files.setLastModifiedTime(other, FileTime.fromMillis(1_000));

    new BackupRequests(temporary, to -> {}).answer();

    assertThat(old.getParent()).doesNotExist();
    assertThat(fresh).exists();
    assertThat(other).exists();
  }

  // ---------------------------------------------------------------- what is not well

  @Test
  void aStoreWithoutOneOfItsTablesIsNotBackedUp() throws Exception {
    Path image = grown("image");
    Files.delete(biggest(image, ".sst"));
    assertNoBackup(image);
  }

  @Test
  void aStoreWithADamagedTableIsNotBackedUp() throws Exception {
    Path image = grown("image");
    Path table = biggest(image, ".sst");
    flip(table, Files.size(table) / 2);
    assertNoBackup(image);
  }

  private void assertNoBackup(Path image) {
    Path backup = temporary.resolve("backup");
    assertThatThrownBy(() -> StoreBackup.make(image, backup, what -> {}))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("damaged");
    assertThat(backup).doesNotExist();
  }

  @Test
  void topicsThatBeginAlikeAreNotLostBehindOneDamagedBlock() throws Exception {
    Path image = temporary.resolve("topics");
    int topics = 3_000;
    SplittableRandom noise = new SplittableRandom(1);
    try (StoreWriting writing = StoreWriting.into(image)) {
      for (int i = 0; i < topics; i++) {
        byte[] payload = new byte[60];
        noise.nextBytes(payload);
        TopicName topic =
            TopicName.of("enterprise/site-london/building-0001/floor-03/sensor-" + (10_000 + i));
        writing.add(
            new JournalRecord.Retained(
                topic,
                i + 1,
                Publication.of("p", topic, Qos.AT_LEAST_ONCE, true, Properties.NONE, payload, 0)));
      }
      writing.finish(new StoreMoment(1, 0, topics));
    }
    Path table = biggest(image, ".sst");
    flip(table, Files.size(table) / 3);

    StoreRepair.Report report = StoreRepair.run(image, what -> {});

    assertThat(report.lost()).isNotEmpty();
    assertThat(count(image)).as("of " + topics + "; " + report).isGreaterThan(topics - 150);
  }

  // ---------------------------------------------------------------- stores

  private Path grown(String name) throws Exception {
    Path image = temporary.resolve(name);
    try (GrownStore store = new GrownStore(temporary.resolve("grown-" + name))) {
      store.synced(BATCHES / 2).reopened().synced(BATCHES / 2).reopened().crashed(image);
    }
    return image;
  }

  private static Set<String> found(Path directory) throws Exception {
    try (Store store = Store.open(new StoreSettings(directory, 0))) {
      return GrownStore.found(store);
    }
  }

  private static long count(Path directory) throws Exception {
    long[] count = {0};
    try (StoreReading reading = StoreReading.open(directory)) {
      reading.load(record -> count[0]++, progress -> {});
    }
    return count[0];
  }

  private static Path biggest(Path image, String part) throws Exception {
    try (Stream<Path> files = Files.list(image.resolve("db"))) {
      return files
          .filter(file -> file.getFileName().toString().contains(part))
          .max(Comparator.comparingLong(file -> file.toFile().length()))
          .orElseThrow();
    }
  }

  private static void truncate(Path file, long at) throws Exception {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.setLength(at);
    }
  }

  private static void flip(Path file, long at) throws Exception {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(at);
      int was = bytes.read();
      bytes.seek(at);
      bytes.write(was ^ 0x10);
    }
  }
}

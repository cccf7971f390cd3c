package io.whimbrel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.SessionKey;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores that are checked, repaired, counted, copied and put back. */
final class StoreToolsTest {
  private static final int BATCHES = 120;

  @TempDir private Path temporary;
  private int copies;

  // ---------------------------------------------------------------- check

  @Test
  void aSoundStoreIsToldWithWhatItHoldsAndLeftAsItIs() throws Exception {
    Path image = image();
    Set<String> before = contents(image);

    StoreCheck.Report report = StoreCheck.run(image, what -> {});

    assertThat(report.damage()).isEmpty();
    assertThat(report.found())
        .contains("the last batch is 120; up to 120 all was synced")
        .contains("120 sessions in 260 rows, 20 messages in queues, 10 retained");
    assertThat(contents(image)).isEqualTo(before);
  }

  @Test
  void aTornTailIsNoDamage() throws Exception {
    Path image = temporary.resolve("torn");
    try (GrownStore store = new GrownStore(temporary.resolve("store"))) {
      store.synced(5).unsynced(3).crashed(image);
    }
    Path log = LogTail.logs(image.resolve("db")).get(0);
    truncate(log, Files.size(log) - 1);

    StoreCheck.Report report = StoreCheck.run(image, what -> {});

    assertThat(report.damage()).isEmpty();
    assertThat(report.found()).anyMatch(line -> line.contains("promised to nobody"));
  }

  @Test
  void everyDamageIsNamed() throws Exception {
    Path image = tables();
    Path table = biggest(image, ".sst");
    flip(table, Files.size(table) / 2);
    Files.writeString(image.resolve("format"), "x");

    StoreCheck.Report report = StoreCheck.run(image, what -> {});

    assertThat(report.isSound()).isFalse();
    assertThat(report.damage())
        .contains(image.resolve("format") + " does not hold the number of a format")
        .anyMatch(line -> line.startsWith(table + ": block checksum mismatch"));
  }

  @Test
  void whatIsInFlightAndInNoQueueIsDamage() throws Exception {
    Path directory = temporary.resolve("flight");
    try (StoreWriting writing = StoreWriting.into(directory)) {
      SessionKey session = new SessionKey("client", 7);
      writing.add(new JournalRecord.SessionOpened(session, "user"));
      writing.add(new JournalRecord.InFlight(session, 3, 9));
      writing.finish(new StoreMoment(1, 7, 0));
    }

    assertThat(StoreCheck.run(directory, what -> {}).damage())
        .containsExactly(
            "the row 0000000000000007670009 of session:"
                + " message 3 is in flight and not in the queue");
  }

  // ---------------------------------------------------------------- repair

  @Test
  void aDamagedBatchIsLostAndThoseAroundItAreNot() throws Exception {
    Path image = image();
    Path log = LogTail.logs(image.resolve("db")).get(0);
    flip(log, Files.size(log) - 20); // of the last batch
    assertThat(Outcome.of(image).kind()).isEqualTo(StoreException.Kind.DAMAGED);

    StoreRepair.Report report = StoreRepair.run(image, what -> {});

    assertThat(report.lost())
        .anyMatch(line -> line.startsWith(log + ", byte "))
        .contains("batch 120");
    assertThat(found(image)).isEqualTo(GrownStore.expected(BATCHES - 1));
    assertThat(StoreCheck.run(image, what -> {}).damage()).isEmpty();
    assertThat(children(image.resolve("salvage")))
        .anyMatch(path -> path.getFileName().toString().matches("db-\\d{8}-\\d{6}"));
    assertThat(image.resolve("repairing")).doesNotExist();
  }

  @Test
  void aStoreWhoseCurrentIsGoneIsRepairedWhole() throws Exception {
    for (Path image : List.of(image(), tables())) {
      Files.delete(image.resolve("db/CURRENT"));

      StoreRepair.run(image, what -> {});

      assertThat(found(image)).isEqualTo(GrownStore.expected(BATCHES));
    }
  }

  @Test
  void aStoreWhoseManifestIsGoneHasAllThatItHadAndMaybeMore() throws Exception {
    for (Path image : List.of(image(), tables())) {
      for (Path file : children(image.resolve("db"))) {
        if (file.getFileName().toString().startsWith("MANIFEST")) {
          Files.delete(file);
        }
      }

      StoreRepair.Report report = StoreRepair.run(image, what -> {});

      assertThat(report.lost()).anyMatch(line -> line.contains("what was deleted may be back"));
      assertThat(found(image)).containsAll(GrownStore.expected(BATCHES));
      assertThat(StoreCheck.run(image, what -> {}).damage()).isEmpty();
    }
  }

  @Test
  void ofADamagedTableOnlyTheBlockIsLost() throws Exception {
    Path image = temporary.resolve("many");
    try (GrownStore store = new GrownStore(temporary.resolve("store"))) {
      store.unsynced(1_000).synced(1).reopened().crashed(image);
    }
    Path table = biggest(image, ".sst"); // sessions: the messages are alike, and compressed well
    flip(table, Files.size(table) / 2);

    StoreRepair.Report report = StoreRepair.run(image, what -> {});

    assertThat(report.lost()).anyMatch(line -> line.contains("block checksum mismatch"));
    Set<String> lost = GrownStore.expected(1_001);
    lost.removeAll(found(image));
    assertThat(lost.size()).as(report + " " + lost.size()).isBetween(1, 400);
    assertThat(StoreCheck.run(image, what -> {}).damage()).isEmpty();
  }

  @Test
  void aTableThatIsGoneAndALogThatIsGoneLeaveTheRest() throws Exception {
    Path image = logs();
    for (String ending : List.of(".sst", ".log")) {
      Path copy = temporary.resolve("copy" + copies++);
      GrownStore.copy(image, copy);
      Files.delete(biggest(copy, ending));

      StoreRepair.Report report = StoreRepair.run(copy, what -> {});

      assertThat(report.lost()).isNotEmpty();
      assertThat(StoreCheck.run(copy, what -> {}).damage()).isEmpty();
      Store.open(new StoreSettings(copy, 0)).close();
    }
  }

  @Test
  void aRepairedQueueIsEmptiedForGood() throws Exception {
    Path image = image();
    StoreRepair.run(image, what -> {});
    SessionKey first = new SessionKey("client1", 1);
    try (Store store = begun(image)) {
      LinkedBlockingQueue<Object> mail = new LinkedBlockingQueue<>();
      Journal journal = store.journal(mail::add);
      for (int sequence = BATCHES - 19; sequence <= BATCHES; sequence++) {
        journal.append(new JournalRecord.Completed(first, sequence, sequence));
      }
      journal.commit(DurabilityLevel.DISK);
      mail.take();
    }
    try (Database database = Database.open(image.resolve("db"))) {
      database.compact(); // what deletes once must not uncover an older row
    }

    assertThat(found(image)).noneMatch(line -> line.startsWith("queued"));
  }

  @Test
  void aSoundStoreLosesNothingByARepair() throws Exception {
    Path image = logs();

    StoreRepair.Report report = StoreRepair.run(image, what -> {});

    assertThat(report.lost()).isEmpty();
    assertThat(report.kept())
        .containsExactly("120 sessions", "20 messages in queues", "10 retained messages");
    assertThat(found(image)).isEqualTo(GrownStore.expected(BATCHES));
  }

  @Test
  void aRepairThatDidNotEndIsBegunAgain() throws Exception {
    Path image = image();
    Files.createDirectories(image.resolve("salvage"));
    Files.createDirectories(image.resolve("repairing/made/db"));
    Files.move(image.resolve("db"), image.resolve("salvage/db-20250101-000000"));

    StoreRepair.run(image, what -> {});

    assertThat(found(image)).isEqualTo(GrownStore.expected(BATCHES));
  }

  // ---------------------------------------------------------------- stats

  @Test
  void aStoreIsCountedBesideWhoUsesIt() throws Exception {
    Path image = image();
    StoreStats stopped = StoreStats.read(image, what -> {});
    assertThat(stopped.heldBy()).isEmpty();
    assertThat(stopped.batch()).isEqualTo(120);
    assertThat(stopped.sessions()).isEqualTo(120);
    assertThat(stopped.subscriptions()).isEqualTo(120);
    assertThat(stopped.messages()).isEqualTo(20);
    assertThat(stopped.inFlight()).isEqualTo(20);
    assertThat(stopped.retained()).isEqualTo(10);
    assertThat(stopped.longest()).hasSize(1);
    assertThat(stopped.longest().get(0).clientId()).isEqualTo("client1");

    try (Store store = begun(image)) {
      StoreStats live = StoreStats.read(image, what -> {});
      assertThat(live.heldBy()).contains("process " + ProcessHandle.current().pid());
      assertThat(live.messages()).isEqualTo(20);
      assertThat(store.tip().batch()).isEqualTo(live.batch());
    }
  }

  // ---------------------------------------------------------------- backup and restore

  @Test
  void aBackupOfAStoppedStoreIsADataDirectory() throws Exception {
    Path image = image();
    Path backup = temporary.resolve("backup");

    assertThat(StoreBackup.make(image, backup, what -> {})).isEqualTo(120);

    assertThat(StoreCheck.run(backup, what -> {}).damage()).isEmpty();
    assertThat(found(backup)).isEqualTo(GrownStore.expected(BATCHES));
  }

  @Test
  void aBackupOfAStoreInUseHasWhatWasAcknowledged() throws Exception {
    Path image = image();
    Path backup = temporary.resolve("backup");
    try (Store store = begun(image)) {
      LinkedBlockingQueue<Object> mail = new LinkedBlockingQueue<>();
      Journal journal = store.journal(mail::add);
      journal.append(new JournalRecord.SessionOpened(new SessionKey("late", 1_000), "user"));
      journal.commit(DurabilityLevel.DISK);
      mail.take();

      assertThat(StoreBackup.make(image, backup, what -> {})).isEqualTo(121);

      assertThat(children(image.resolve("backups"))).isEmpty();
    }
    assertThat(StoreCheck.run(backup, what -> {}).damage()).isEmpty();
    assertThat(found(backup)).hasSize(GrownStore.expected(BATCHES).size() + 1);
  }

  @Test
  void whoeverMayWriteTheDirectoryMayAskForABackup() throws Exception {
    Path image = image();
    try (Store store = Store.open(new StoreSettings(image, 0))) {
      BackupRequests requests = new BackupRequests(image, store::checkpoint);
      Path backups = Files.createDirectories(image.resolve("backups"));
      Files.createFile(backups.resolve("nightly.request"));
      Files.createFile(backups.resolve("..request"));
      requests.answer();

      assertThat(backups.resolve("nightly.request")).doesNotExist();
      assertThat(backups.resolve("nightly/format")).exists();
      assertThat(backups.resolve("..request")).exists();

      Files.createFile(backups.resolve("nightly.request"));
      requests.answer();
      assertThat(backups.resolve("nightly.failed")).content().contains("nightly is there");
      assertThat(backups.resolve("nightly.request")).doesNotExist();
    }
    assertThat(found(image.resolve("backups/nightly"))).isEqualTo(GrownStore.expected(BATCHES));
  }

  @Test
  void aBackupIsPutBackWhereThereIsNoStore() throws Exception {
    Path image = image();
    Path absent = temporary.resolve("new/data");

    assertThat(StoreBackup.restore(image, absent, StoreBackup.Present.REFUSE, what -> {}))
        .isEqualTo(120);

    assertThat(found(absent)).isEqualTo(GrownStore.expected(BATCHES));
    refused(
        () -> StoreBackup.restore(image, absent, StoreBackup.Present.REFUSE, what -> {}),
        "data directory " + absent + " cannot be used: it holds a store already");
  }

  @Test
  void aStoreThatIsThereIsPutAsideIfAskedFor() throws Exception {
    Path image = image();
    Path other = temporary.resolve("other");
    try (GrownStore store = new GrownStore(other)) {
      store.synced(130); // newer than the backup: its mark must not stay
    }

    StoreBackup.restore(image, other, StoreBackup.Present.PUT_ASIDE, what -> {});

    assertThat(found(other)).isEqualTo(GrownStore.expected(BATCHES));
    assertThat(children(other.resolve("salvage"))).hasSize(2);
  }

  @Test
  void aBackupThatIsDamagedIsNotPutBack() throws Exception {
    Path image = image();
    Path log = LogTail.logs(image.resolve("db")).get(0);
    truncate(log, Files.size(log) / 2);
    Path absent = temporary.resolve("absent");

    StoreException refused =
        refused(() -> StoreBackup.restore(image, absent, StoreBackup.Present.REFUSE, what -> {}));

    assertThat(refused.getMessage()).startsWith(image + " is damaged: ").contains("are missing");
    assertThat(children(absent)).allMatch(file -> file.endsWith("lock"));
  }

  @Test
  void aStoreInUseIsNeitherCheckedNorRepairedNorReplaced() throws Exception {
    Path image = image();
    String line =
        "data directory " + image + " is in use by process " + ProcessHandle.current().pid();
    try (Store store = Store.open(new StoreSettings(image, 0))) {
      refused(() -> StoreCheck.run(image, what -> {}), line);
      refused(() -> StoreRepair.run(image, what -> {}), line);
      refused(() -> StoreReading.open(image), line);
      refused(
          () -> StoreBackup.restore(image, image, StoreBackup.Present.PUT_ASIDE, what -> {}), line);
      assertThat(store.tip().batch()).isEqualTo(120);
    }
  }

  @Test
  void aDirectoryWithoutAStoreIsNotMadeOne() throws Exception {
    Path empty = Files.createDirectories(temporary.resolve("empty"));
    String line = "data directory " + empty + " cannot be used: it holds no store";
    refused(() -> StoreCheck.run(empty, what -> {}), line);
    refused(() -> StoreRepair.run(empty, what -> {}), line);
    refused(() -> StoreStats.read(empty, what -> {}), line);
    refused(() -> StoreReading.open(empty), line);
    refused(() -> StoreBackup.make(empty, temporary.resolve("to"), what -> {}), line);
    assertThat(children(empty)).isEmpty();
  }

  // ---------------------------------------------------------------- records

  @Test
  void aStoreThatIsMadeOfTheRecordsOfAnotherGivesTheSame() throws Exception {
    Path image = image();
    Path copy = temporary.resolve("copy");
    try (StoreReading reading = StoreReading.open(image);
        StoreWriting writing = StoreWriting.into(copy)) {
      List<JournalRecord> records = new ArrayList<>();
      reading.load(records::add, what -> {});
      for (JournalRecord record : records) {
        writing.add(record);
      }
      writing.finish(reading.moment());
    }

    try (Store store = Store.open(new StoreSettings(copy, 0))) {
      assertThat(GrownStore.found(store)).isEqualTo(GrownStore.expected(BATCHES));
      assertThat(store.recovery().lastIncarnation()).isEqualTo(120);
      assertThat(store.recovery().markMillis()).isEqualTo(1_120);
    }
  }

  @Test
  void aStoreThatIsNotFinishedIsNotThere() throws Exception {
    Path directory = temporary.resolve("half");
    try (StoreWriting writing = StoreWriting.into(directory)) {
      writing.add(new JournalRecord.SessionOpened(new SessionKey("client", 1), "user"));
    }

    assertThat(children(directory)).allMatch(file -> file.endsWith("lock"));
    StoreWriting.into(directory).close();
  }

  // ---------------------------------------------------------------- images

  private Path image() throws Exception {
    return grown("image" + copies++, Layout.FAMILIES.size());
  }

  private Path tables() throws Exception {
    return grown("tables" + copies++, -1);
  }

  private Path logs() throws Exception {
    return grown("logs" + copies++, Layout.QUEUE);
  }

  private Path grown(String name, int flushed) throws Exception {
    Path image = temporary.resolve(name);
    try (GrownStore store = new GrownStore(temporary.resolve("grown-" + name))) {
      store.synced(BATCHES / 2).reopened().synced(BATCHES / 4);
      if (flushed >= 0 && flushed < Layout.FAMILIES.size()) {
        store.flushed(flushed);
      }
      store.synced(BATCHES / 4);
      if (flushed < 0) {
        store.reopened();
      }
      store.crashed(image);
    }
    return image;
  }

  private static Store begun(Path directory) throws StoreException {
    Store store = Store.open(new StoreSettings(directory, 0));
    store.begin(
        () -> 5_000,
        why -> {
          throw new AssertionError(why);
        });
    return store;
  }

  private static Set<String> found(Path directory) throws Exception {
    try (Store store = Store.open(new StoreSettings(directory, 0))) {
      return GrownStore.found(store);
    }
  }

  private static Set<String> contents(Path directory) throws Exception {
    Set<String> contents = new TreeSet<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.add(file + " " + Files.size(file));
      }
    }
    contents.removeIf(line -> line.contains("/lock "));
    return contents;
  }

  private static List<Path> children(Path directory) throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private static Path biggest(Path image, String ending) throws Exception {
    Path biggest = null;
    for (Path file : children(image.resolve("db"))) {
      if (file.toString().endsWith(ending)
          && (biggest == null || Files.size(file) > Files.size(biggest))) {
        biggest = file;
      }
    }
    return biggest;
  }

  private static void flip(Path file, long at) throws Exception {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at);
      int value = open.read();
      open.seek(at);
      open.write(value ^ 1);
    }
  }

  private static void truncate(Path file, long at) throws Exception {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(at);
    }
  }

  private static StoreException refused(ThrowingCallable work) {
    StoreException refused = catchThrowableOfType(StoreException.class, work);
    assertThat(refused).isNotNull();
    return refused;
  }

  private static void refused(ThrowingCallable work, String line) {
    assertThat(refused(work)).hasMessage(line);
  }
}

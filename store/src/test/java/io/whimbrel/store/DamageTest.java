package io.whimbrel.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was on disk is there, or the store says that it is not; what was not may be missing from the
 * end. With {@code -Dwhimbrel.damage=20} twenty times as much is tried.
 */
final class DamageTest {
  private static final int TIMES = Integer.getInteger("whimbrel.damage", 1);
  private static final int SYNCED = 120;

  @TempDir private Path temporary;
  private int copies;

  // ---------------------------------------------------------------- torn tails

  @Test
  void anUnsyncedTailThatIsCutAnywhereLeavesTheBatchesBeforeIt() throws Exception {
    Path image = temporary.resolve("image");
    try (GrownStore store = new GrownStore(temporary.resolve("store"))) {
      store.synced(40);
      long safe = Files.size(onlyLog(store.crashed(fresh())));
      store.unsynced(30).crashed(image);
      long size = Files.size(onlyLog(image));
      Random random = new Random(1);
      for (int i = 0; i < 12 * TIMES; i++) {
        Path copy = copy(image);
        long at = safe + (long) (random.nextDouble() * (size - safe));
        truncate(onlyLog(copy), at);

        Outcome outcome = Outcome.of(copy);

        assertThat(outcome.refusal()).as("cut at %d of %d", at, size).isNull();
        assertThat(outcome.batches()).isBetween(40L, 70L);
      }
    }
  }

  @Test
  void anUnsyncedTailOfWhichLaterPartsWereWrittenLeavesTheBatchesBeforeTheFirstHole()
      throws Exception {
    Path image = temporary.resolve("image");
    try (GrownStore store = new GrownStore(temporary.resolve("store"))) {
      store.synced(40);
      long safe = Files.size(onlyLog(store.crashed(fresh())));
      store.unsynced(30).crashed(image);
      long size = Files.size(onlyLog(image));
      Random random = new Random(2);
      for (int i = 0; i < 8 * TIMES; i++) {
        Path copy = copy(image);
        long at = safe + (long) (random.nextDouble() * (size - safe));
        overwrite(onlyLog(copy), at, new byte[(int) Math.min(4096, size - at)]);

        Outcome outcome = Outcome.of(copy);

        assertThat(outcome.refusal()).as("a hole at %d of %d", at, size).isNull();
        assertThat(outcome.batches()).isBetween(40L, 70L);
      }
    }
  }

  @Test
  void aTornTailIsKeptAndTheNextBatchesFollowTheLastWholeOne() throws Exception {
    Path image = temporary.resolve("image");
    try (GrownStore store = new GrownStore(temporary.resolve("store"))) {
      store.synced(5).unsynced(5).crashed(image);
    }
    byte[] log = Files.readAllBytes(onlyLog(image));
    truncate(onlyLog(image), log.length - 3);

    assertThat(Outcome.of(image).batches()).isEqualTo(9);
    Path kept = files(image.resolve("salvage")).get(0);
    assertThat(kept.getFileName().toString()).matches("\\d{6}\\.log\\.torn-\\d{8}-\\d{6}");
    byte[] tail = Files.readAllBytes(kept);
    assertThat(log).containsSequence(tail);
    assertThat(Outcome.of(image).batches()).isEqualTo(9);
  }

  @Test
  void aTailThatIsTornAtTheFirstRecordOfItsLogIsToldFromDamageByTheTables() throws Exception {
    Path image = temporary.resolve("image");
    try (GrownStore store = new GrownStore(temporary.resolve("store"))) {
      store.synced(30).reopened().unsynced(1).crashed(image);
    }
    truncate(onlyLog(image), 20);

    assertThat(Outcome.of(image).batches()).isEqualTo(30);
  }

  @Test
  void zerosThatWereAllocatedAndNotWrittenAreNoDamage() throws Exception {
    Path image = image();
    for (int zeros : new int[] {1, 6, 7, 100, 32 * 1024, 100_000}) {
      Path copy = copy(image);
      Path log = newest(copy, ".log");
      overwrite(log, Files.size(log), new byte[zeros]);

      assertThat(Outcome.of(copy)).isEqualTo(new Outcome(SYNCED, null, null));
    }
  }

  @Test
  void aCrashWhileTheStoreIsLoadedChangesNothing() throws Exception {
    Path image = image();
    try (Store store = Store.open(new StoreSettings(image, 0))) {
      int[] seen = {0};
      try {
        store
            .recovery()
            .load(
                record -> {
                  if (++seen[0] > 100) {
                    throw new IllegalStateException("enough");
                  }
                });
      } catch (IllegalStateException enough) {
        // as far as the crash let it come
      }
      Path crashed = copy(image);
      Files.delete(crashed.resolve("lock"));
      assertThat(Outcome.of(crashed).batches()).isEqualTo(SYNCED);
    }
    assertThat(Outcome.of(image).batches()).isEqualTo(SYNCED);
  }

  // ---------------------------------------------------------------- damage

  @Test
  void aLogThatEndsBeforeTheMarkIsRefusedWhereverItEnds() throws Exception {
    Path image = image();
    Path log = newest(image, ".log");
    List<Long> boundaries = boundaries(log);
    long size = Files.size(log);
    Random random = new Random(3);
    for (int i = 0; i < 10 * TIMES; i++) {
      long last = boundaries.get(boundaries.size() - 1);
      boundaries.add(last + (long) (random.nextDouble() * (size - last)));
    }
    int step = TIMES > 1 ? 1 : 4;
    for (int i = 0; i < boundaries.size(); i += step) {
      Path copy = copy(image);
      truncate(newest(copy, ".log"), boundaries.get(i));

      assertRefusedAndUntouched(copy, "cut at " + boundaries.get(i));
    }
  }

  @Test
  void oneBitThatChangedIsHarmlessOrRefused() throws Exception {
    List<Path> images = List.of(image(), imageOfTables(), imageOfManyLogs());
    int harmless = 0;
    for (int seed = 0; seed < 60 * TIMES; seed++) {
      Random random = new Random(seed);
      Path copy = copy(images.get(seed % images.size()));
      List<Path> files = new ArrayList<>(databaseFiles(copy));
      files.add(copy.resolve("synced"));
      files.add(copy.resolve("format"));
      Path file = files.get(random.nextInt(files.size()));
      if (Files.size(file) == 0) {
        continue;
      }
      long at = (long) (random.nextDouble() * Files.size(file));
      flip(file, at, 1 << random.nextInt(8));

      String what = "seed " + seed + ": " + file.getFileName() + " byte " + at;
      Outcome outcome = Outcome.of(copy);

      if (outcome.isRefused()) {
        assertThat(outcome.refusal()).as(what).doesNotContain("\n");
        if (!file.endsWith("format")) {
          assertThat(outcome.kind()).as(what + outcome).isEqualTo(StoreException.Kind.DAMAGED);
        }
      } else {
        harmless++;
        assertThat(outcome.batches()).as(what).isEqualTo(SYNCED);
      }
    }
    assertThat(harmless).isLessThan(50 * TIMES); // most of it matters
  }

  @Test
  void aDamagedRecordIsNamedWithItsFileItsByteAndWhatIsMissing() throws Exception {
    Path image = image();
    Path log = newest(image, ".log");
    long at = boundaries(log).get(10);
    flip(log, at + 30, 1);

    assertThat(Outcome.of(image).refusal())
        .startsWith("the store in " + image + " is damaged: " + log + ", byte " + at)
        .contains("a checksum does not match; batch 71 is missing; behind it ")
        .contains(" can be read, ")
        .contains("'whimbrel store check --data-dir " + image + "'");
  }

  @Test
  void whatIsRemovedIsMissed() throws Exception {
    for (Path image : List.of(image(), imageOfTables(), imageOfManyLogs())) {
      for (Path file : databaseFiles(image)) {
        Path copy = copy(image);
        Files.delete(copy.resolve("db").resolve(file.getFileName()));
        if (file.getFileName().toString().startsWith("OPTIONS")) {
          assertThat(Outcome.of(copy).batches()).isEqualTo(SYNCED); // told anew at every start
        } else {
          assertWholeOrRefused(copy, file.getFileName() + " removed");
        }
      }
    }
  }

  @Test
  void aTableOrAManifestThatIsCutIsMissed() throws Exception {
    Random random = new Random(4);
    for (Path image : List.of(imageOfTables(), imageOfManyLogs())) {
      for (Path file : databaseFiles(image)) {
        String name = file.getFileName().toString();
        if (!name.endsWith(".sst") && !name.startsWith("MANIFEST")) {
          continue;
        }
        for (int i = 0; i < 2 * TIMES; i++) {
          Path copy = copy(image);
          long at = (long) (random.nextDouble() * Files.size(file));
          truncate(copy.resolve("db").resolve(name), at);

          assertWholeOrRefused(copy, name + " cut at " + at + " of " + Files.size(file));
        }
      }
    }
  }

  @Test
  void aDirectoryWithoutItsDatabaseIsNoNewStore() throws Exception {
    Path image = image();
    Opening.deleteAll(image.resolve("db"));

    assertThat(Outcome.of(image).refusal()).contains("is damaged: " + image.resolve("db"));
  }

  @Test
  void aCrashWhileTheStoreIsMadeIsNoDamage() throws Exception {
    Path directory = fresh();
    try (Store store = Store.open(new StoreSettings(directory, 0))) {
      assertThat(store.tip()).isEqualTo(Tip.NONE);
    }
    for (Path file : databaseFiles(directory)) {
      if (!file.getFileName().toString().startsWith("MANIFEST")) {
        Files.delete(file);
      }
    }

    assertThat(Outcome.of(directory).batches()).isZero();
  }

  // ---------------------------------------------------------------- images

  /** All in one log but the first half, which is in tables. */
  private Path image() throws Exception {
    Path image = temporary.resolve("image");
    if (!Files.exists(image)) {
      try (GrownStore store = new GrownStore(fresh())) {
        store.synced(SYNCED / 2).reopened().synced(SYNCED - SYNCED / 2).crashed(image);
      }
    }
    return image;
  }

  private Path imageOfTables() throws Exception {
    Path image = temporary.resolve("tables");
    try (GrownStore store = new GrownStore(fresh())) {
      store.synced(SYNCED / 2).reopened().synced(SYNCED - SYNCED / 2).reopened().crashed(image);
    }
    return image;
  }

  private Path imageOfManyLogs() throws Exception {
    Path image = temporary.resolve("logs");
    try (GrownStore store = new GrownStore(fresh())) {
      store
          .synced(SYNCED / 4)
          .flushed(Layout.DEFAULT)
          .synced(SYNCED / 4)
          .flushed(Layout.QUEUE)
          .synced(SYNCED / 4)
          .flushed(Layout.DEFAULT)
          .synced(SYNCED / 4)
          .crashed(image);
    }
    return image;
  }

  private Path fresh() {
    return temporary.resolve("fresh" + copies++);
  }

  private Path copy(Path image) {
    Path copy = temporary.resolve("copy" + copies++);
    GrownStore.copy(image, copy);
    return copy;
  }

  /** It may hold what is needed nowhere any more. */
  private static void assertWholeOrRefused(Path directory, String what) throws IOException {
    List<String> before = sizes(directory);
    Outcome outcome = Outcome.of(directory);
    if (outcome.isRefused()) {
      assertRefusedAndUntouched(directory, what, before, outcome);
    } else {
      assertThat(outcome.batches()).as(what).isEqualTo(SYNCED);
    }
  }

  private static void assertRefusedAndUntouched(Path directory, String what) throws IOException {
    List<String> before = sizes(directory);
    assertRefusedAndUntouched(directory, what, before, Outcome.of(directory));
  }

  private static void assertRefusedAndUntouched(
      Path directory, String what, List<String> before, Outcome outcome) throws IOException {
    assertThat(outcome.kind()).as(what + outcome).isEqualTo(StoreException.Kind.DAMAGED);
    assertThat(outcome.refusal()).as(what).doesNotContain("\n").contains("whimbrel store check");
    assertThat(sizes(directory)).as(what).isEqualTo(before);
  }

  private static List<String> sizes(Path directory) throws IOException {
    List<String> sizes = new ArrayList<>();
    for (Path file : databaseFiles(directory)) {
      sizes.add(file.getFileName() + " " + Files.size(file));
    }
    return sizes;
  }

  // ---------------------------------------------------------------- files

  /** All that RocksDB needs, or says it does. */
  private static List<Path> databaseFiles(Path directory) throws IOException {
    return files(directory.resolve("db")).stream()
        .filter(file -> !file.getFileName().toString().matches("LOG.*|LOCK|IDENTITY"))
        .toList();
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  private static Path onlyLog(Path directory) throws IOException {
    List<Path> logs = LogTail.logs(directory.resolve("db"));
    assertThat(logs).hasSize(1);
    return logs.get(0);
  }

  private static Path newest(Path directory, String ending) throws IOException {
    return files(directory.resolve("db")).stream()
        .filter(file -> file.toString().endsWith(ending))
        .reduce((older, newer) -> newer)
        .orElseThrow();
  }

  private static List<Long> boundaries(Path log) throws IOException {
    List<Long> boundaries = new ArrayList<>();
    LogFile.read(
        log,
        new LogFile.Visitor() {
          @Override
          public void onRecord(long from, long to, byte[] record) {
            boundaries.add(from);
          }

          @Override
          public void onBroken(long from, String why) {
            throw new AssertionError(why);
          }
        });
    return boundaries;
  }

  private static void truncate(Path file, long at) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(at);
    }
  }

  private static void flip(Path file, long at, int bits) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at);
      int value = open.read();
      open.seek(at);
      open.write(value ^ bits);
    }
  }

  private static void overwrite(Path file, long at, byte[] bytes) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at);
      open.write(bytes);
    }
  }
}

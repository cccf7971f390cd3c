package io.whimbrel.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.SessionKey;
import io.whimbrel.core.shard.ShardMail;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.RocksDBException;

/** What is acknowledged, when, and what a disk that fails leaves of it. */
final class CommitterTest {
  private static final long WAIT_SECONDS = 20;

  @TempDir private Path directory;
  private final FakeDisk disk = new FakeDisk();
  private final AtomicLong skipped = new AtomicLong();
  private final LinkedBlockingQueue<String> failures = new LinkedBlockingQueue<>();
  private SyncedMark mark;
  private FakeFiles files;
  private Committer committer;
  private Thread thread;

  @BeforeEach
  void start() throws Exception {
    mark = SyncedMark.open(directory.resolve("synced"));
    files = new FakeFiles();
    committer =
        new Committer(
            disk,
            mark,
            new FreeSpace(files, 1_000),
            Tip.NONE,
            () -> 5,
            new StoreCounts(),
            new CommitPace(0),
            () -> System.nanoTime() + skipped.get(),
            failures::add);
    thread = new Thread(committer, "committer");
  }

  @AfterEach
  void end() throws Exception {
    disk.goOn();
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
    committer.close();
    thread.join();
  }

  // ---------------------------------------------------------------- what is acknowledged

  @Test
  void whoWaitsForTheDiskIsToldWhenTheBatchIsSynced() throws Exception {
    Shard shard = new Shard();
    thread.start();
    long position = shard.append();
    shard.book.commit(DurabilityLevel.DISK);

    assertThat(shard.heard()).isEqualTo(new ShardMail.Durable(DurabilityLevel.DISK, position));
    assertThat(disk.done()).containsExactly("write and sync");
    assertThat(mark.get()).isEqualTo(1);
  }

  @Test
  void whoWaitsForTheOperatingSystemIsToldWithoutASync() throws Exception {
    Shard shard = new Shard();
    thread.start();
    long position = shard.append();
    shard.book.commit(DurabilityLevel.OS);

    assertThat(shard.heard()).isEqualTo(new ShardMail.Durable(DurabilityLevel.OS, position));
    assertThat(disk.done()).containsExactly("write");
    assertThat(mark.get()).isZero();
  }

  @Test
  void whoBeginsToWaitForTheDiskLaterHasWhatIsWrittenSynced() throws Exception {
    Shard shard = new Shard();
    thread.start();
    shard.append();
    shard.book.commit(DurabilityLevel.OS);
    shard.heard();
    shard.book.commit(DurabilityLevel.DISK);

    assertThat(shard.heard()).isEqualTo(new ShardMail.Durable(DurabilityLevel.DISK, 1));
    assertThat(disk.done()).containsExactly("write", "sync");
    assertThat(mark.get()).isEqualTo(1);
  }

  @Test
  void shardsThatWaitAtTheSameTimeShareOneSync() throws Exception {
    Shard one = new Shard();
    Shard two = new Shard();
    for (Shard shard : List.of(one, two)) {
      shard.append();
      shard.book.commit(DurabilityLevel.DISK);
    }
    thread.start();

    assertThat(one.heard()).isEqualTo(new ShardMail.Durable(DurabilityLevel.DISK, 1));
    assertThat(two.heard()).isEqualTo(new ShardMail.Durable(DurabilityLevel.DISK, 1));
    assertThat(disk.done()).containsExactly("write and sync");
  }

  @Test
  void whatComesDuringASyncIsTogetherTheNextBatch() throws Exception {
    disk.hold();
    Shard one = new Shard();
    Shard two = new Shard();
    thread.start();
    one.append();
    one.book.commit(DurabilityLevel.DISK);
    disk.awaitHeld();
    for (int i = 0; i < 10; i++) {
      for (Shard shard : List.of(one, two)) {
        shard.append();
        shard.book.commit(DurabilityLevel.DISK);
      }
    }
    disk.goOn();

    assertThat(one.heard()).isEqualTo(new ShardMail.Durable(DurabilityLevel.DISK, 1));
    assertThat(one.heard()).isEqualTo(new ShardMail.Durable(DurabilityLevel.DISK, 11));
    assertThat(two.heard()).isEqualTo(new ShardMail.Durable(DurabilityLevel.DISK, 10));
    assertThat(disk.done()).containsExactly("write and sync", "write and sync");
  }

  @Test
  void whatNobodyWaitsForIsOnDiskWithinASecond() throws Exception {
    Shard shard = new Shard();
    thread.start();
    shard.append();
    long before = System.nanoTime();
    shard.book.commit(DurabilityLevel.MEMORY);

    assertThat(disk.next()).isEqualTo("write and sync");
    assertThat(System.nanoTime() - before).isLessThan(Committer.LAZY_NANOS * 3);
    assertThat(shard.mail).as("nobody asked").isEmpty();
  }

  @Test
  void whatNobodyWaitsForIsOnDiskWhenTheCommitterHasEnded() throws Exception {
    Shard shard = new Shard();
    shard.append();
    shard.book.commit(DurabilityLevel.MEMORY);
    thread.start();
    committer.close();
    thread.join();

    assertThat(disk.done()).containsExactly("write and sync");
    assertThat(shard.book.uncommittedBytes()).isZero();
  }

  @Test
  void theMarkIsNeverAheadOfTheDisk() throws Exception {
    Shard shard = new Shard();
    thread.start();
    shard.append();
    shard.book.commit(DurabilityLevel.DISK);
    shard.heard();
    disk.done();
    skipped.addAndGet(TimeUnit.SECONDS.toNanos(61)); // broker time is written once a minute
    shard.book.commit(DurabilityLevel.MEMORY);
    assertThat(disk.next()).isEqualTo("write");
    shard.book.commit(DurabilityLevel.DISK);
    shard.heard();

    assertThat(mark.get()).as("of batch 2 nobody knows").isEqualTo(1);
  }

  // ---------------------------------------------------------------- a disk that fails

  @ParameterizedTest
  @ValueSource(
      strings = {
        "IO error: Input/output error",
        "IO error: No space left on device",
        "IO error: Read-only file system",
        "IO error: fsync: Input/output error"
      })
  void afterAFailureNothingIsAcknowledgedAndNothingIsTriedAgain(String why) throws Exception {
    Shard one = new Shard();
    Shard two = new Shard();
    thread.start();
    one.append();
    one.book.commit(DurabilityLevel.DISK);
    assertThat(one.heard()).isInstanceOf(ShardMail.Durable.class);
    disk.done();
    disk.failWith(why);
    one.append();
    one.book.commit(DurabilityLevel.DISK);

    assertThat(failures.poll(WAIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(why);
    thread.join();
    disk.failWith(null);
    two.append();
    two.book.commit(DurabilityLevel.DISK);
    one.append();
    one.book.commit(DurabilityLevel.OS);

    assertThat(one.mail)
        .containsExactly(new ShardMail.Failed(0, why), new ShardMail.Failed(3, why));
    assertThat(two.mail)
        .containsExactly(new ShardMail.Failed(0, why), new ShardMail.Failed(1, why));
    assertThat(disk.done()).containsExactly("write and sync: failed");
    assertThat(mark.get()).isEqualTo(1);
    assertThat(failures).isEmpty();
  }

  @Test
  void aSyncThatFailsLeavesWhatWasWrittenUnacknowledged() throws Exception {
    Shard shard = new Shard();
    thread.start();
    shard.append();
    shard.book.commit(DurabilityLevel.OS);
    shard.heard();
    disk.failWith("fsync");
    shard.book.commit(DurabilityLevel.DISK);

    assertThat(shard.heard()).isEqualTo(new ShardMail.Failed(0, "fsync"));
    thread.join();
    assertThat(disk.done()).containsExactly("write", "sync: failed");
    assertThat(mark.get()).isZero();
  }

  @Test
  void whatWaitedBehindTheBatchThatFailedIsNeverWritten() throws Exception {
    disk.hold();
    Shard shard = new Shard();
    thread.start();
    shard.append();
    shard.book.commit(DurabilityLevel.DISK);
    disk.awaitHeld();
    shard.append();
    shard.book.commit(DurabilityLevel.DISK);
    disk.failWith("gone");
    disk.goOn();
    thread.join();

    assertThat(shard.mail).containsExactly(new ShardMail.Failed(0, "gone"));
    assertThat(disk.done()).containsExactly("write and sync: failed");
  }

  @Test
  void aReaderThatFailsGivesTheStoreUpOnce() throws Exception {
    Shard shard = new Shard();
    thread.start();
    committer.fail("a queue cannot be read back");
    committer.fail("and again");
    thread.join();

    assertThat(shard.mail).containsExactly(new ShardMail.Failed(0, "a queue cannot be read back"));
    assertThat(failures).containsExactly("a queue cannot be read back");
  }

  @Test
  void aDefectOfOursGivesTheStoreUpToo() throws Exception {
    Shard shard = new Shard();
    thread.start();
    disk.breakDown();
    shard.append();
    shard.book.commit(DurabilityLevel.DISK);

    assertThat(shard.heard()).isInstanceOf(ShardMail.Failed.class);
    assertThat(failures.poll(WAIT_SECONDS, TimeUnit.SECONDS)).contains("IllegalStateException");
  }

  // ---------------------------------------------------------------- room

  @Test
  void belowTheReserveThereIsNoRoomForWhatMayBeRefused() throws Exception {
    Shard shard = new Shard();
    thread.start();
    assertThat(shard.book.hasRoom()).isTrue();
    files.usable = 1_000;
    skipped.addAndGet(TimeUnit.SECONDS.toNanos(2));
    shard.append();
    shard.book.commit(DurabilityLevel.DISK);

    assertThat(shard.heard()).as("removals succeed").isInstanceOf(ShardMail.Durable.class);
    assertThat(shard.book.hasRoom()).isFalse();

    files.usable = 1_001;
    skipped.addAndGet(TimeUnit.SECONDS.toNanos(2));
    shard.append();
    shard.book.commit(DurabilityLevel.DISK);
    shard.heard();
    assertThat(shard.book.hasRoom()).isTrue();
  }

  // ---------------------------------------------------------------- the fakes

  private final class Shard {
    final LinkedBlockingQueue<ShardMail> mail = new LinkedBlockingQueue<>();
    final ShardBook book;

    Shard() {
      book = new ShardBook(committer, new PageReader(null, null, why -> {}), mail::add);
      committer.add(book);
    }

    long append() {
      return book.append(new JournalRecord.Received(new SessionKey("", 1), 1));
    }

    ShardMail heard() throws InterruptedException {
      return mail.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** A disk that can be held and that can fail. */
  private static final class FakeDisk implements BatchSink {
    private final LinkedBlockingQueue<String> done = new LinkedBlockingQueue<>();
    private final CountDownLatch held = new CountDownLatch(1);
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile String failure;
    private volatile boolean broken;

    void hold() {
      gate = new CountDownLatch(1);
    }

    void awaitHeld() throws InterruptedException {
      assertThat(held.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    void goOn() {
      gate.countDown();
    }

    void failWith(String why) {
      failure = why;
    }

    void breakDown() {
      broken = true;
    }

    String next() throws InterruptedException {
      return done.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    List<String> done() {
      List<String> all = new ArrayList<>();
      done.drainTo(all);
      return all;
    }

    @Override
    public void write(byte[] batch, boolean sync) throws RocksDBException {
      doing(sync ? "write and sync" : "write");
    }

    @Override
    public void sync() throws RocksDBException {
      doing("sync");
    }

    private void doing(String what) throws RocksDBException {
      if (gate.getCount() > 0) {
        held.countDown();
      }
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      if (broken) {
        throw new IllegalStateException("broken");
      }
      String why = failure;
      if (why != null) {
        done.add(what + ": failed");
        throw new RocksDBException(why);
      }
      done.add(what);
    }
  }
}

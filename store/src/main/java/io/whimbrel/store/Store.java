package io.whimbrel.store;

import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.Recovery;
import io.whimbrel.core.shard.ShardMail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of a broker on disk. Opened, loaded and begun on one thread; its journals belong to
 * their shards; the rest may be asked from any thread.
 */
public final class Store implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Store.class);

  private final Path directory;
  private final StoreLock lock;
  private final Database database;
  private final SyncedMark mark;
  private final FreeSpace space;
  private final Tip tip;
  private final int commitDelayMicros;
  private final StoreCounts counts = new StoreCounts();
  private final ReentrantLock using = new ReentrantLock();
  private final BackupRequests requests;
  private boolean closed; // guarded by using
  private @Nullable Committer committer;
  private @Nullable PageReader reader;
  private @Nullable Thread committing;
  private @Nullable Thread reading;
  private @Nullable Thread answering;

  private Store(StoreSettings settings, StoreLock lock)
      throws StoreException, IOException, RocksDBException {
    this.directory = settings.directory();
    this.commitDelayMicros = settings.commitDelayMicros();
    this.lock = lock;
    requests = new BackupRequests(directory, this::checkpoint);
    Path files = databaseIn(directory);
    Exchange.refuse(directory);
    FormatFile.check(directory, files);
    mark = SyncedMark.open(markIn(directory));
    space = new FreeSpace(Files.getFileStore(directory), settings.freeBytesMin());
    long last = new Opening(directory, mark).prepare();
    database = Database.open(files);
    boolean done = false;
    try {
      Names.sync(directory);
      tip = database.tip();
      if (tip.batch() < last) { // RocksDB and we read the same logs
        throw Trouble.damaged(
            directory,
            String.format(
                Locale.ROOT, "it ends with batch %d, and batch %d was there", tip.batch(), last));
      }
      MarkingSink.look(directory, mark);
      done = true;
    } finally {
      if (!done) {
        database.close();
      }
    }
  }

  static Path markIn(Path directory) {
    return directory.resolve("synced");
  }

  static Path databaseIn(Path directory) {
    return directory.resolve("db");
  }

  /** Loads the engine's native library, so that an opening finds it; from any thread. */
  public static void prepare() {
    NativeLibrary.load();
  }

  /**
   * Opens the store of a directory, for this process alone.
   *
   * @throws StoreException with a line for whoever runs the broker
   */
  public static Store open(StoreSettings settings) throws StoreException {
    Path directory = settings.directory();
    return Trouble.told(
        directory,
        () -> {
          Names.create(directory);
          StoreLock lock = StoreLock.take(directory);
          boolean done = false;
          try {
            Store store = new Store(settings, lock);
            done = true;
            return store;
          } finally {
            if (!done) {
              close(lock);
            }
          }
        });
  }

  /** The newest batch it was opened with. */
  Tip tip() {
    return tip;
  }

  Database database() {
    return database;
  }

  /** What it remembers; to be loaded before {@link #begin}. */
  public Recovery recovery() {
    return new StoreRecovery(
        directory, database, tip, LoadProgress.logged(), StoreRecovery.Purpose.START);
  }

  /**
   * Makes ready for journals.
   *
   * @param brokerMillis broker time, written with every batch
   * @param onFailure told once, on a thread of the store, why it is given up: nothing is
   *     acknowledged any more
   */
  public void begin(LongSupplier brokerMillis, Consumer<String> onFailure) {
    Committer writes =
        new Committer(
            new MarkingSink(database, directory, mark),
            mark,
            space,
            tip,
            brokerMillis,
            counts,
            new CommitPace(TimeUnit.MICROSECONDS.toNanos(commitDelayMicros)),
            System::nanoTime,
            why -> {
              LOG.error("The store in {} failed: {}", directory, why);
              onFailure.accept(why);
            });
    PageReader reads = new PageReader(database, counts, writes::fail);
    committer = writes;
    reader = reads;
    committing = started(writes, "whimbrel-committer");
    reading = started(reads, "whimbrel-reader");
    answering = started(requests, "whimbrel-backups");
  }

  private static Thread started(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /**
   * The journal of a shard.
   *
   * @param mailbox of that shard: every answer comes by it
   */
  public Journal journal(Consumer<ShardMail> mailbox) {
    Committer writes = committer;
    PageReader reads = reader;
    if (writes == null || reads == null) {
      throw new IllegalStateException("the store has not begun");
    }
    ShardBook book = new ShardBook(writes, reads, mailbox);
    writes.add(book);
    return book;
  }

  /** The room to keep free is another from now on; from any thread. */
  public void freeBytesMin(long bytes) {
    space.reserve(bytes);
  }

  /** What it has done. */
  public StoreCounts counts() {
    return counts;
  }

  /**
   * Makes a data directory of all that was written so far, beside whoever writes on; from any
   * thread. On the same file system its tables are second names of the files there are.
   *
   * @param to a directory that does not exist; it appears when it is whole
   */
  public void checkpoint(Path to) throws StoreException {
    using.lock();
    try {
      Trouble.told(
          directory,
          () -> {
            if (closed) {
              throw Trouble.unusable(directory, "it was closed");
            }
            new CheckpointMaking(database, mark).make(to);
            return to;
          });
    } finally {
      using.unlock();
    }
  }

  /** Syncs what was handed over, and lets go of the directory. Shards append nothing any more. */
  @Override
  public void close() {
    Committer writes = committer;
    PageReader reads = reader;
    if (writes != null && reads != null) {
      writes.close();
      reads.close();
      join(committing);
      join(reading);
    }
    requests.close();
    join(answering);
    using.lock();
    try {
      closed = true;
      database.close();
    } finally {
      using.unlock();
    }
    MarkingSink.look(directory, mark);
    close(lock);
  }

  private static void join(@Nullable Thread thread) {
    boolean interrupted = false;
    while (thread != null && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException later) {
        interrupted = true; // an iterator must not be left when the database closes
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(StoreLock lock) {
    try {
      lock.close();
    } catch (IOException e) {
      LOG.warn("The lock of the data directory was not closed: {}", e.getMessage());
    }
  }
}

package io.whimbrel.store;

import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.Recovery;
import io.whimbrel.core.shard.ShardMail;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
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
  private @Nullable Committer committer;
  private @Nullable PageReader reader;
  private @Nullable Thread committing;
  private @Nullable Thread reading;

  private Store(StoreSettings settings, StoreLock lock)
      throws StoreException, IOException, RocksDBException {
    this.directory = settings.directory();
    this.commitDelayMicros = settings.commitDelayMicros();
    this.lock = lock;
    Path files = databaseIn(directory);
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

  /**
   * Opens the store of a directory, for this process alone.
   *
   * @throws StoreException with a line for whoever runs the broker
   */
  public static Store open(StoreSettings settings) throws StoreException {
    Path directory = settings.directory();
    StoreLock lock = null;
    try {
      Names.create(directory);
      lock = StoreLock.take(directory);
      Store store = new Store(settings, lock);
      lock = null;
      return store;
    } catch (AccessDeniedException e) {
      throw unusable(directory, "no permission to write " + e.getFile(), e);
    } catch (FileAlreadyExistsException e) {
      throw unusable(directory, "it is a file", e);
    } catch (FileSystemException e) {
      String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
      throw unusable(directory, e.getFile() + ": " + reason, e);
    } catch (IOException e) {
      throw unusable(directory, String.valueOf(e.getMessage()), e);
    } catch (RocksDBException e) {
      throw Trouble.opening(directory, e);
    } finally {
      if (lock != null) {
        close(lock);
      }
    }
  }

  private static StoreException unusable(Path directory, String why, Exception cause) {
    return new StoreException(
        StoreException.Kind.UNUSABLE,
        "data directory " + directory + " cannot be used: " + why,
        cause);
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
    return new StoreRecovery(directory, database, tip, new LoadProgress(), true);
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

  /** What it has done. */
  public StoreCounts counts() {
    return counts;
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
    database.close();
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

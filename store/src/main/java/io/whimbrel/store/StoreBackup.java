package io.whimbrel.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;

/**
 * Copies of a store, which are data directories themselves: of one that is stopped, file by file;
 * of one in use, by asking who uses it (see {@link BackupRequests}).
 */
public final class StoreBackup {
  private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long ANSWER_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);
  private static final int COPY_BYTES = 1024 * 1024;

  private final Path directory;
  private final Consumer<String> progress;

  private StoreBackup(Path directory, Consumer<String> progress) {
    this.directory = directory;
    this.progress = progress;
  }

  /**
   * Makes a backup, whole or not at all.
   *
   * @param to a directory that does not exist
   * @param progress hears now and then what is being done
   * @return the last batch that is in it
   */
  public static long make(Path directory, Path to, Consumer<String> progress)
      throws StoreException {
    return Trouble.told(directory, () -> new StoreBackup(directory, progress).make(to));
  }

  private long make(Path to) throws StoreException, IOException, RocksDBException {
    HeldDirectory.requireStore(directory);
    if (Files.exists(to)) {
      throw Trouble.refused(to + " exists already");
    }
    try (HeldDirectory held = HeldDirectory.withStore(directory)) {
      return copyTo(held.directory(), to);
    } catch (StoreException refused) {
      if (refused.kind() != StoreException.Kind.LOCKED) {
        throw refused;
      }
    }
    return ask(to);
  }

  private long copyTo(Path from, Path to) throws StoreException, IOException, RocksDBException {
    Path partial = CheckpointMaking.partial(to.toAbsolutePath());
    if (Files.exists(partial)) {
      Opening.deleteAll(partial);
    }
    boolean done = false;
    try {
      copyStore(from, partial);
      long last = sound(partial, "the copy is damaged, or what was copied is: ");
      Files.move(partial, to);
      done = true;
      Path parent = to.toAbsolutePath().getParent();
      if (parent != null) {
        Names.sync(parent);
      }
      return last;
    } finally {
      if (!done && Files.exists(partial)) {
        Opening.deleteAll(partial);
      }
    }
  }

  // ---------------------------------------------------------------- of a store in use

  private long ask(Path to) throws StoreException, IOException, RocksDBException {
    Path backups = directory.resolve(BackupRequests.DIRECTORY);
    Files.createDirectories(backups);
    String name = "asked-" + ProcessHandle.current().pid() + "-" + System.currentTimeMillis();
    Path made = backups.resolve(name);
    Path request = backups.resolve(name + BackupRequests.REQUEST);
    Path failed = backups.resolve(name + BackupRequests.FAILED);
    try {
      Files.createFile(request);
      await(request);
      if (Files.exists(failed)) {
        throw Trouble.refused("the broker says: " + Files.readString(failed).strip());
      }
      return copyTo(made, to);
    } finally {
      Files.deleteIfExists(request);
      Files.deleteIfExists(failed);
      if (Files.exists(made)) {
        Opening.deleteAll(made);
      }
    }
  }

  private void await(Path request) throws StoreException, IOException {
    long began = System.nanoTime();
    while (Files.exists(request)) {
      Optional<String> holder = StoreLock.heldBy(directory);
      if (holder.isEmpty()) {
        throw Trouble.refused("the broker has stopped meanwhile; try again");
      }
      boolean begun = Files.exists(CheckpointMaking.partial(made(request)));
      if (!begun && System.nanoTime() - began > ANSWER_NANOS_MAX) {
        throw Trouble.refused(
            holder.get() + " has the store and makes no backup: it is no broker, or still loads");
      }
      progress.accept("Waiting for " + holder.get());
      LockSupport.parkNanos(this, WAIT_NANOS);
    }
  }

  private static Path made(Path request) {
    String name = String.valueOf(request.getFileName());
    return request.resolveSibling(name.substring(0, name.indexOf('.')));
  }

  // ---------------------------------------------------------------- back

  /** What to do with a store that is where a backup shall be. */
  public enum Present {
    /** Nothing: it is refused. */
    REFUSE,
    /** It is put aside. */
    PUT_ASIDE
  }

  /**
   * Puts a copy of a backup in a data directory, whole or not at all.
   *
   * @param from the backup, which stays as it is
   * @param directory made where there is none
   * @return the last batch that is in it
   */
  public static long restore(Path from, Path directory, Present present, Consumer<String> progress)
      throws StoreException {
    return Trouble.told(
        directory, () -> new StoreBackup(directory, progress).restore(from, present));
  }

  private long restore(Path from, Present present)
      throws StoreException, IOException, RocksDBException {
    if (!Files.isDirectory(Store.databaseIn(from))
        || !FormatFile.exists(from, Store.databaseIn(from))) {
      throw Trouble.refused(from + " holds no store");
    }
    if (present == Present.REFUSE) {
      HeldDirectory.requireRoom(directory);
    }
    try (HeldDirectory held = HeldDirectory.forStore(directory)) {
      Path work = directory.resolve("restoring");
      if (Files.exists(work)) {
        Opening.deleteAll(work);
      }
      try {
        copyStore(from, work);
        long last = sound(work, from + " is damaged: ");
        replaceBy(work);
        return last;
      } finally {
        if (Files.exists(work)) {
          Opening.deleteAll(work);
        }
      }
    }
  }

  private void replaceBy(Path work) throws IOException {
    Path mark = Store.markIn(directory);
    new Exchange(directory, "restore")
        .run(
            Store.databaseIn(work),
            () -> {
              if (Files.exists(Store.markIn(work))) {
                Files.move(Store.markIn(work), mark, StandardCopyOption.REPLACE_EXISTING);
              } else {
                Files.deleteIfExists(mark); // that of the database before
              }
            });
  }

  // ---------------------------------------------------------------- both

  /** The last batch of a copy, if its files hold together. */
  private static long sound(Path copy, String otherwise) throws StoreException, IOException {
    try {
      LogTail tail = Opening.read(copy, SyncedMark.read(Store.markIn(copy)));
      if (tail.isDamaged()) {
        throw Trouble.refused(otherwise + tail.missing());
      }
      checkTables(Store.databaseIn(copy), otherwise);
      return tail.last();
    } catch (RocksDBException e) {
      throw Trouble.refused(otherwise + Trouble.why(e));
    } catch (StoreException refused) {
      throw refused.kind() == StoreException.Kind.DAMAGED
          ? Trouble.refused(otherwise + refused.what())
          : refused;
    }
  }

  /** Every table that belongs to it, byte by byte: a copy is made for the day it is needed. */
  private static void checkTables(Path database, String otherwise)
      throws StoreException, RocksDBException {
    List<String> tables;
    try (Database opened = Database.openReadOnly(database)) { // which misses what is not there
      tables = opened.tables();
    }
    for (String table : tables) {
      Optional<String> trouble = Tables.trouble(database.resolve(table));
      if (trouble.isPresent()) {
        throw Trouble.refused(otherwise + table + ": " + trouble.get());
      }
    }
  }

  private void copyStore(Path from, Path to) throws IOException {
    Files.createDirectories(Store.databaseIn(to));
    copyFile(from.resolve(FormatFile.FILE), to.resolve(FormatFile.FILE));
    if (Files.exists(Store.markIn(from))) {
      copyFile(Store.markIn(from), Store.markIn(to));
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(Store.databaseIn(from))) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    int copied = 0;
    for (Path file : files) {
      String name = String.valueOf(file.getFileName());
      progress.accept("Copying " + ++copied + " of " + files.size() + " files");
      if (!name.equals("LOCK") && !name.startsWith("LOG")) {
        copyFile(file, Store.databaseIn(to).resolve(name));
      }
    }
    Names.sync(Store.databaseIn(to));
    Names.sync(to);
  }

  private static void copyFile(Path from, Path to) throws IOException {
    try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ);
        FileChannel target =
            FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
      while (source.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          target.write(buffer);
        }
        buffer.clear();
      }
      target.force(true);
    }
  }
}

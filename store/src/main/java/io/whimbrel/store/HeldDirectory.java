package io.whimbrel.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A data directory that a tool has for itself while it works. */
final class HeldDirectory implements AutoCloseable {
  /** What may be there without a store; the last two are of tools that did not end. */
  private static final Set<String> OURS =
      Set.of(
          StoreLock.FILE,
          Salvage.DIRECTORY,
          BackupRequests.DIRECTORY,
          "importing",
          "restoring",
          "control.sock",
          "control.sock.lock");

  private final Path directory;
  private final StoreLock lock;

  private HeldDirectory(Path directory, StoreLock lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /** Takes one that holds a store, of a format that this version reads. */
  static HeldDirectory withStore(Path directory) throws StoreException, IOException {
    requireStore(directory);
    HeldDirectory held = new HeldDirectory(directory, StoreLock.take(directory));
    boolean done = false;
    try {
      Exchange.refuse(directory);
      FormatFile.exists(directory, Store.databaseIn(directory));
      done = true;
      return held;
    } finally {
      if (!done) {
        held.close();
      }
    }
  }

  /** Takes one for a new store, and makes it where there is none. */
  static HeldDirectory forStore(Path directory) throws StoreException, IOException {
    Files.createDirectories(directory);
    return new HeldDirectory(directory, StoreLock.take(directory));
  }

  /** Refuses a directory without a store, before anything is written there. */
  static void requireStore(Path directory) throws StoreException {
    if (!holdsStore(directory)) {
      throw Trouble.unusable(directory, "it holds no store");
    }
  }

  /** Refuses a directory that holds a store, or what is none of a store's. */
  static void requireRoom(Path directory) throws StoreException, IOException {
    if (Exchange.isUnderWay(directory)) {
      return; // what is there was being replaced, and is kept
    }
    if (holdsStore(directory)) {
      throw Trouble.unusable(directory, "it holds a store already");
    }
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        Optional<Path> other =
            files.filter(file -> !OURS.contains(String.valueOf(file.getFileName()))).findFirst();
        if (other.isPresent()) {
          throw Trouble.unusable(directory, "it is not empty: " + other.get() + " is there");
        }
      }
    }
  }

  private static boolean holdsStore(Path directory) {
    return Files.exists(directory.resolve(FormatFile.FILE))
        || Files.exists(Store.databaseIn(directory))
        || Files.exists(Store.markIn(directory));
  }

  Path directory() {
    return directory;
  }

  Path database() {
    return Store.databaseIn(directory);
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}

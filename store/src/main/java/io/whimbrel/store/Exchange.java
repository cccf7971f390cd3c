package io.whimbrel.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The database of a data directory gives its place to another. Wherever that ends, by a kill, a
 * full disk or a power cut, either the one or the other is there, or a file says that it is under
 * way: nobody may take the directory for an empty one, or what is there for whole.
 */
final class Exchange {
  /** There while an exchange is under way; holds the command. */
  static final String FILE = "unfinished";

  /** Writes the mark of the new database, for good. */
  interface Marking {
    void write() throws IOException;
  }

  private final Path directory;
  private final String command;

  /**
   * @param command what the user repeats where it does not end
   */
  Exchange(Path directory, String command) {
    this.directory = directory;
    this.command = command;
  }

  /** Whether one did not end here. */
  static boolean isUnderWay(Path directory) {
    return Files.exists(directory.resolve(FILE));
  }

  /** What is wrong where one did not end. */
  static String trouble(Path directory) throws IOException {
    String command = Files.readString(directory.resolve(FILE), StandardCharsets.UTF_8).strip();
    return "'whimbrel store "
        + (command.isEmpty() ? "restore" : command)
        + "' did not end: repeat it, or let 'whimbrel store check --repair --data-dir "
        + directory
        + "' put back what was there";
  }

  /** Refuses a directory where one did not end. */
  static void refuse(Path directory) throws StoreException, IOException {
    if (isUnderWay(directory)) {
      throw Trouble.unusable(directory, trouble(directory));
    }
  }

  /** Puts a database, all of which is on disk, in its place; what was there is kept. */
  void run(Path fresh, Marking marking) throws IOException {
    begin();
    Path place = Store.databaseIn(directory);
    Path old = null;
    boolean placed = false;
    boolean done = false;
    try {
      if (Files.exists(place)) {
        Salvage salvage = new Salvage(directory);
        if (Files.exists(Store.markIn(directory))) {
          salvage.copy(Store.markIn(directory)); // which stays until the new one has its own
        }
        old = salvage.move(place);
      }
      FormatFile.write(directory);
      Files.move(fresh, place);
      placed = true;
      marking.write();
      Names.sync(directory);
      done = true;
    } finally {
      if (!done && !placed) {
        putBack(old, place);
      }
    }
    end();
  }

  /** Nothing has changed yet but where the old one is; if that fails, too, the file stays. */
  private void putBack(@Nullable Path old, Path place) throws IOException {
    if (old != null) {
      Files.move(old, place);
      Names.sync(directory);
      end();
    } else if (Files.exists(place)) {
      end();
    }
  }

  private void begin() throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            directory.resolve(FILE),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      channel.write(StandardCharsets.UTF_8.encode(command + "\n"));
      channel.force(true);
    }
    Names.sync(directory);
  }

  private void end() throws IOException {
    Files.deleteIfExists(directory.resolve(FILE));
    Names.sync(directory);
  }
}

package io.whimbrel.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** Which version of the layout a directory holds: a number in a file, there before the rest. */
final class FormatFile {
  static final String FILE = "format";

  private FormatFile() {}

  /** Refuses what this version cannot read; marks a directory that is new. */
  static void check(Path directory, Path database) throws StoreException, IOException {
    if (!exists(directory, database)) {
      write(directory);
      Names.sync(directory);
    }
  }

  /** Whether a store is there; refuses what this version cannot read. */
  static boolean exists(Path directory, Path database) throws StoreException, IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      if (Files.exists(database.resolve("CURRENT"))) {
        throw Trouble.damaged(directory, file + " is gone");
      }
      return false;
    }
    int found = read(directory, file);
    if (found > Layout.FORMAT) {
      throw new StoreException(
          StoreException.Kind.NEWER,
          String.format(
              Locale.ROOT,
              "data directory %s was written by a newer Whimbrel (format %d, this one reads up"
                  + " to %d): start the newer version, or export there and import here",
              directory,
              found,
              Layout.FORMAT));
    }
    return true;
  }

  private static int read(Path directory, Path file) throws StoreException, IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    if (!text.matches("[1-9][0-9]{0,8}")) {
      throw Trouble.damaged(directory, file + " does not hold the number of a format");
    }
    return Integer.parseInt(text);
  }

  static void write(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    Path fresh = file.resolveSibling(FILE + ".new");
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      channel.write(StandardCharsets.US_ASCII.encode(Layout.FORMAT + "\n"));
      channel.force(true);
    }
    try {
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException plain) {
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}

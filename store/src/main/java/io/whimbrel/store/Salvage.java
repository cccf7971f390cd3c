package io.whimbrel.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The sub-directory where a store keeps what it takes away from its database: nothing is deleted.
 */
final class Salvage {
  static final String DIRECTORY = "salvage";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  private final Path kept;
  private final String stamp = STAMP.format(LocalDateTime.now(ZoneOffset.UTC));

  Salvage(Path directory) {
    kept = directory.resolve(DIRECTORY);
  }

  /**
   * Takes the end of a file away.
   *
   * @return the file that holds it now
   */
  Path cutOff(Path file, long at) throws IOException {
    Path end = free(file.getFileName() + ".torn-" + stamp);
    try (FileChannel whole =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileChannel copy =
            FileChannel.open(end, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long size = whole.size();
      for (long from = at; from < size; ) {
        from += whole.transferTo(from, size - from, copy);
      }
      copy.force(true);
      whole.truncate(at);
      whole.force(true);
    }
    return end;
  }

  /** Takes a log away that stands behind a torn one. */
  Path moveTorn(Path file) throws IOException {
    return Files.move(file, free(file.getFileName() + ".torn-" + stamp));
  }

  /** Puts the newest database back that was taken away; whether there was one. */
  boolean putBack(Path database) throws IOException {
    if (!Files.isDirectory(kept)) {
      return false;
    }
    Optional<Path> newest;
    try (Stream<Path> all = Files.list(kept)) {
      newest =
          all.filter(path -> ("" + path.getFileName()).startsWith(database.getFileName() + "-"))
              .max(Comparator.naturalOrder());
    }
    if (newest.isPresent()) {
      Files.move(newest.get(), database);
    }
    return newest.isPresent();
  }

  /** Takes a file of the data directory away. */
  Path move(Path file) throws IOException {
    return Files.move(file, free(file.getFileName() + "-" + stamp));
  }

  /** Keeps a copy of a file of the data directory, which stays. */
  void copy(Path file) throws IOException {
    Files.copy(file, free(file.getFileName() + "-" + stamp));
  }

  private Path free(String name) throws IOException {
    Files.createDirectories(kept);
    Path free = kept.resolve(name);
    for (int i = 2; Files.exists(free); i++) {
      free = kept.resolve(name + "-" + i);
    }
    return free;
  }
}

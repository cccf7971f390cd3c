package io.whimbrel.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;

/**
 * A second name for the tables of a damaged database, with a MANIFEST of its own and empty logs in
 * place of those there are and those that are missed: RocksDB may do with it what it likes.
 */
final class Shadow {
  private static final Pattern MISSED = Pattern.compile("log number: (\\d{1,18})");
  private static final long MISSED_BYTES = 512L * 1024 * 1024;
  private static final int MISSED_MAX = 100;

  private final Path directory;

  private Shadow(Path directory) {
    this.directory = directory;
  }

  static Shadow of(Path database, Path directory) throws IOException {
    Files.createDirectories(directory);
    String newest = "";
    for (Path file : files(database)) {
      String name = String.valueOf(file.getFileName());
      Path copy = directory.resolve(name);
      if (name.endsWith(".sst")) {
        link(file, copy);
      } else if (name.endsWith(".log")) {
        Opening.allocate(copy, Files.size(file));
      } else if (name.startsWith("MANIFEST-")) {
        Files.copy(file, copy);
        newest = name.compareTo(newest) > 0 ? name : newest;
      } else if (name.equals("CURRENT")) {
        Files.copy(file, copy);
      }
    }
    Path current = directory.resolve("CURRENT");
    boolean named =
        Files.exists(current)
            && Files.exists(
                directory.resolve(
                    Files.readString(current, StandardCharsets.ISO_8859_1)
                        .replaceAll("[^A-Z0-9-]", "_")
                        .replaceFirst("_$", "")));
    if (!named && !newest.isEmpty()) {
      Files.writeString(current, newest + "\n");
    }
    return new Shadow(directory);
  }

  private static List<Path> files(Path database) throws IOException {
    try (Stream<Path> files = Files.list(database)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static void link(Path file, Path copy) throws IOException {
    try {
      Files.createLink(copy, file);
    } catch (IOException | UnsupportedOperationException unlinked) {
      Files.copy(file, copy);
    }
  }

  /** Opens it, with an empty log for each that is missed. */
  Database open() throws IOException, RocksDBException {
    for (int i = 0; ; i++) {
      try {
        return Database.openDamaged(directory, directory);
      } catch (RocksDBException e) {
        Matcher missed = MISSED.matcher(String.valueOf(e.getMessage()));
        if (i == MISSED_MAX || !missed.find()) {
          throw e;
        }
        Path log =
            directory.resolve(
                String.format(Locale.ROOT, "%06d.log", Long.parseLong(missed.group(1))));
        Files.deleteIfExists(log);
        Opening.allocate(log, MISSED_BYTES);
      }
    }
  }
}

package io.whimbrel.cli.outside.crash;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** The directory of the broker, on a disk that forgets, or fails, where there is a shim. */
final class Disk {
  private final Path directory;
  private final Path shim;
  private final Path base;
  private final Path journal;

  /**
   * @param directory what the broker writes to
   * @param shim the library of {@code proof/shim}, or null for the disk as it is
   * @param beside where what is needed for that is kept
   */
  Disk(Path directory, Path shim, Path beside) {
    this.directory = directory;
    this.shim = shim;
    this.base = beside.resolve("base");
    this.journal = beside.resolve("journal");
  }

  boolean mayForget() {
    return shim != null;
  }

  /** A process is about to use it; gives the environment it needs for that. */
  Map<String, String> begin(String fault) throws IOException {
    if (shim == null) {
      return Map.of();
    }
    delete(base);
    copy(directory, base);
    Files.deleteIfExists(journal);
    return Map.of(
        "LD_PRELOAD",
        shim.toString(),
        "SHIM_DIR",
        directory.toString(),
        "SHIM_JOURNAL",
        journal.toString(),
        "SHIM_FAIL",
        fault);
  }

  /** What was made to fail since {@link #begin}. */
  List<String> failures() throws IOException {
    return image().failures();
  }

  /** The power is cut: what was not synced since {@link #begin} is as uncertain as that. */
  String forget(DiskImage.Rest rest, Random random) throws IOException {
    DiskImage image = image();
    delete(directory);
    image.write(directory, rest, random);
    return rest + " of what was not synced, " + image;
  }

  private DiskImage image() throws IOException {
    DiskImage image = new DiskImage(base, directory);
    if (Files.exists(journal)) {
      image.read(journal);
    }
    return image;
  }

  static void copy(Path from, Path to) throws IOException {
    if (!Files.exists(from)) {
      return;
    }
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(each)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path each, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(each, to.resolve(from.relativize(each)));
            return FileVisitResult.CONTINUE;
          }
        });
  }

  static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}

package io.whimbrel.cli.outside.crash;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** All that was sent and heard, in a file for each round since the last audit. */
final class Chronicle {
  private final Path directory;
  private final long startNanos = System.nanoTime();
  private final List<Path> kept = new ArrayList<>();
  private BufferedWriter out;

  Chronicle(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.out = new BufferedWriter(BufferedWriter.nullWriter());
  }

  void round(int number) {
    try {
      out.close();
      Path file = directory.resolve(String.format(Locale.ROOT, "round-%05d.log", number));
      kept.add(file);
      out = Files.newBufferedWriter(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void line(long tick, String who, String what) {
    try {
      double seconds = (System.nanoTime() - startNanos) / 1e9;
      out.write(String.format(Locale.ROOT, "%.6f %d %s %s%n", seconds, tick, who, what));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was written before this round is of no use any more. */
  void forgetEarlier() {
    try {
      while (kept.size() > 1) {
        Files.deleteIfExists(kept.remove(0));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

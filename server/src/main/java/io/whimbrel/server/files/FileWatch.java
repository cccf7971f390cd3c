package io.whimbrel.server.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks at files again and again, and tells who reads them when they have changed and have stopped
 * changing. It looks instead of being told: links, network file systems and the way in which
 * container platforms swap directories all work alike. Owned by the thread that looks.
 */
public final class FileWatch implements Runnable {
  private List<Watched> watched = List.of();

  /** Some files that are read together, as they are when this is made, before they are read. */
  public static final class Watched {
    private final List<Path> files;
    private final Runnable onChange;
    private List<String> read;
    private List<String> last;

    /**
     * @param onChange reads all of them again; keeps what it had where it cannot
     */
    public Watched(List<Path> files, Runnable onChange) {
      this.files = files;
      this.onChange = onChange;
      this.read = states(files);
      this.last = read;
    }

    /** Whether there are any. */
    public boolean isAnything() {
      return !files.isEmpty();
    }

    void look() {
      List<String> now = states(files);
      if (now.equals(last) && !now.equals(read)) {
        read = now;
        onChange.run();
      }
      last = now;
    }

    private static List<String> states(List<Path> files) {
      return files.stream().map(Watched::state).toList();
    }

    /** What a directory has in it, but not what its own directories have. */
    private static String contents(Path directory) throws IOException {
      try (Stream<Path> files = Files.list(directory)) {
        return files
            .sorted()
            .map(file -> file + " " + (Files.isDirectory(file) ? "" : state(file)))
            .collect(Collectors.joining("\n"));
      } catch (UncheckedIOException gone) {
        return "";
      }
    }

    private static String state(Path file) {
      try {
        BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
        if (is.isDirectory()) {
          return contents(file);
        }
        boolean readable = Files.isReadable(file);
        return is.lastModifiedTime() + " " + is.size() + " " + is.fileKey() + " " + readable;
      } catch (IOException gone) {
        return "";
      }
    }
  }

  /** Looks at these from now on, and at no others; also while it is told of a change. */
  public void watch(List<Watched> files) {
    watched = List.copyOf(files);
  }

  /** Looks once. A change is told when a second look finds nothing new. */
  @Override
  public void run() {
    for (Watched each : watched) {
      if (watched.contains(each)) { // else it was let go meanwhile
        each.look();
      }
    }
  }
}

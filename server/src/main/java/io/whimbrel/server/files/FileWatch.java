package io.whimbrel.server.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks at files again and again, and tells who reads them when they have changed and have stopped
 * changing. It looks instead of being told: links, network file systems and the way in which
 * container platforms swap directories all work alike. Owned by the thread that looks.
 */
public final class FileWatch implements Runnable {
  private final List<Watched> watched = new ArrayList<>();

  /** Some files that are read together. */
  private static final class Watched {
    private final List<Path> files;
    private final Runnable onChange;
    private List<String> read;
    private List<String> last;

    Watched(List<Path> files, Runnable onChange) {
      this.files = files;
      this.onChange = onChange;
      this.read = states(files);
      this.last = read;
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

  /**
   * Adds files, and directories with the files in them; before the first look.
   *
   * @param onChange reads all of them again; keeps what it had where it cannot
   */
  public void add(List<Path> files, Runnable onChange) {
    watched.add(new Watched(files, onChange));
  }

  /** Whether there is anything to look at. */
  public boolean isEmpty() {
    return watched.isEmpty();
  }

  /** Looks once. A change is told when a second look finds nothing new. */
  @Override
  public void run() {
    watched.forEach(Watched::look);
  }
}

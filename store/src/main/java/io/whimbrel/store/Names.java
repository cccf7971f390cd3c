package io.whimbrel.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;

/**
 * The names of files: they are in their directory, and as safe as that was synced. A file that was
 * synced under a new name may be gone after a power cut where its directory was not.
 */
final class Names {
  private Names() {}

  /** Makes a directory and those above it, for good. */
  static void create(Path directory) throws IOException {
    ArrayDeque<Path> fresh = new ArrayDeque<>();
    for (Path each = directory.toAbsolutePath();
        each != null && !Files.exists(each);
        each = each.getParent()) {
      fresh.addFirst(each);
    }
    Files.createDirectories(directory);
    for (Path each : fresh) {
      Path parent = each.getParent();
      if (parent != null) {
        sync(parent);
      }
    }
  }

  /** What has a name in the directory keeps it, and what has none stays without. */
  static void sync(Path directory) throws IOException {
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    } // elsewhere a directory cannot be opened, and its names are safe with their files
  }
}

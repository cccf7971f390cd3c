package io.whimbrel.client.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the operating system. One outbox has it while it holds the lock on the file {@code
 * lock}, which ends with the process, however that ends.
 */
final class DirectoryFiles implements OutboxFiles {
  private static final String LOCK = "lock";

  /**
   * The directories that outboxes of this process have. Looked at before the lock file is opened:
   * where locks are those of POSIX, to close a file lets go of all locks the process has on it, and
   * so who is refused would take the lock from who has it.
   */
  private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

  private final Path directory;

  // Valid from lock to unlock.
  private @Nullable Path taken;
  private @Nullable FileChannel lock;

  DirectoryFiles(Path directory) {
    this.directory = directory;
  }

  @Override
  public void lock() throws IOException {
    create();
    Path real = directory.toRealPath();
    if (!TAKEN.add(real)) {
      throw inUse("another client of this process");
    }
    taken = real;
    boolean locked = false;
    try {
      FileChannel channel =
          FileChannel.open(
              directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock = channel;
      locked = channel.tryLock() != null;
    } catch (OverlappingFileLockException elsewhere) {
      throw inUse("another client of this process");
    } finally {
      if (!locked) {
        unlock();
      }
    }
    if (!locked) {
      throw inUse("another process");
    }
  }

  private OutboxException inUse(String whose) {
    return new OutboxException(
        "The outbox in "
            + directory
            + " is in use by "
            + whose
            + ". Close that one first, or give each client a directory of its own",
        null);
  }

  /** Makes the directory and those above it, for good. */
  private void create() throws IOException {
    ArrayDeque<Path> fresh = new ArrayDeque<>();
    for (Path each = directory.toAbsolutePath();
        each != null && !Files.exists(each);
        each = each.getParent()) {
      fresh.addFirst(each);
    }
    if (!Files.isDirectory(directory)) { // which may be a link to one
      Files.createDirectories(directory);
    }
    for (Path each : fresh) {
      Path parent = each.getParent();
      if (parent != null) {
        sync(parent);
      }
    }
  }

  @Override
  public List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        names.add(String.valueOf(entry.getFileName()));
      }
    } catch (DirectoryIteratorException unreadable) {
      throw unreadable.getCause();
    }
    return names;
  }

  @Override
  public OpenFile open(String name) throws IOException {
    return new ChannelFile(
        FileChannel.open(
            directory.resolve(name),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE));
  }

  @Override
  public void delete(String name) throws IOException {
    Files.delete(directory.resolve(name));
  }

  @Override
  public void sync() throws IOException {
    sync(directory);
  }

  private static void sync(Path directory) throws IOException {
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    } // elsewhere a directory cannot be opened, and its names are safe with their files
  }

  @Override
  public void unlock() throws IOException {
    Path held = taken;
    if (held == null) {
      return;
    }
    try {
      if (lock != null) {
        lock.close();
      }
    } finally {
      lock = null;
      taken = null;
      TAKEN.remove(held);
    }
  }

  @Override
  public String toString() {
    return directory.toString();
  }

  private record ChannelFile(FileChannel channel) implements OpenFile {
    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public int read(ByteBuffer into, long from) throws IOException {
      return channel.read(into, from);
    }

    @Override
    public void write(ByteBuffer bytes, long at) throws IOException {
      for (long next = at; bytes.hasRemaining(); ) {
        next += channel.write(bytes, next);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}

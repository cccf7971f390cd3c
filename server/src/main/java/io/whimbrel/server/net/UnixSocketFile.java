package io.whimbrel.server.net;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a Unix socket. It is made in a directory that nobody else can enter, gets its mode
 * there, and is then moved to its place, so that at no time anybody can connect whom the mode keeps
 * out; what a dead broker has left is replaced in the same step. Of those who begin together one
 * alone goes on: the one that has the lock of a file beside it, from before it looks whether the
 * place is free until its socket is gone. That file stays, since whoever removed it might remove
 * the lock of another. A process that closes a file loses its lock however often it has it open; so
 * a place that this process has is not even looked at. Owned by whoever listens.
 */
public final class UnixSocketFile {
  private static final Logger LOG = LoggerFactory.getLogger("io.whimbrel.listeners");

  /** What the smallest {@code sun_path} there is holds, on macOS. */
  private static final int PATH_BYTES_MAX = 103;

  private static final int TYPE_MASK = 0170000;
  private static final int SOCKET = 0140000;
  private static final Set<PosixFilePermission> OURS_ALONE =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OURS_TO_LOCK =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<OpenOption> LOCKING =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

  /** The places that this process has or is about to take. */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path place;
  private final Path draft;
  private final Path ours;
  private final FileChannel lock;
  private boolean drafted = true;
  private @Nullable Object key;

  private UnixSocketFile(Path place, Path draft, Path ours, FileChannel lock) {
    this.place = place;
    this.draft = draft;
    this.ours = ours;
    this.lock = lock;
  }

  /**
   * Begins a socket at this place.
   *
   * @throws IOException there may be none, with the reason for whoever set the path
   */
  public static UnixSocketFile begin(Path path) throws IOException {
    Path place = path.toAbsolutePath().normalize();
    Path name = place.getFileName();
    Path directory = place.getParent();
    if (name == null || directory == null || !Files.isDirectory(directory)) {
      throw new IOException("its directory does not exist");
    }
    byte[] random = new byte[3];
    new SecureRandom().nextBytes(random);
    Path draft = directory.resolve(".w" + HexFormat.of().formatHex(random)).resolve(name);
    int tooMany = bytes(draft) - PATH_BYTES_MAX;
    if (tooMany > 0) {
      throw new IOException(
          "its path is too long, " + (bytes(place) - tooMany) + " bytes are the most");
    }
    Path ours = directory.toRealPath().resolve(name);
    if (!OURS.add(ours)) {
      throw new IOException("it is in use");
    }
    try {
      return new UnixSocketFile(place, draft, ours, take(place, draft));
    } catch (IOException | RuntimeException refused) {
      OURS.remove(ours);
      throw refused;
    }
  }

  private static FileChannel take(Path place, Path draft) throws IOException {
    FileChannel lock = lock(place.resolveSibling(place.getFileName() + ".lock"));
    try {
      checkIsFree(place);
      makeDraft(draft);
      return lock;
    } catch (IOException | RuntimeException refused) {
      lock.close();
      throw refused;
    }
  }

  private static FileChannel lock(Path file) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(file, LOCKING, PosixFilePermissions.asFileAttribute(OURS_TO_LOCK));
    } catch (UnsupportedOperationException noModes) {
      throw new IOException("this system has no modes of files", noModes);
    } catch (IOException refused) {
      throw notOpened(file, refused);
    }
    try {
      if (channel.tryLock() == null) {
        throw new IOException("it is in use");
      }
      return channel;
    } catch (OverlappingFileLockException ours) {
      channel.close();
      throw new IOException("it is in use", ours);
    } catch (IOException refused) {
      channel.close();
      throw refused;
    }
  }

  /** Why a lock cannot be opened, and what helps. */
  static IOException notOpened(Path file, IOException refused) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return new IOException("its lock " + file + " cannot be made: " + why(refused), refused);
    }
    String text =
        "its lock "
            + file
            + ", a file of "
            + owner(file)
            + ", cannot be opened ("
            + why(refused)
            + "): remove it if no broker runs";
    return new IOException(text, refused);
  }

  private static String why(IOException refused) {
    if (refused instanceof AccessDeniedException) {
      return "no permission";
    }
    String reason = refused instanceof FileSystemException known ? known.getReason() : null;
    return reason == null ? String.valueOf(refused.getMessage()) : reason;
  }

  private static String owner(Path file) {
    try {
      return Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).getName();
    } catch (IOException unknown) {
      return "somebody";
    }
  }

  private static void makeDraft(Path draft) throws IOException {
    try {
      Files.createDirectory(
          draft.resolveSibling(""), PosixFilePermissions.asFileAttribute(OURS_ALONE));
    } catch (UnsupportedOperationException noModes) {
      throw new IOException("this system has no modes of files", noModes);
    } catch (IOException refused) {
      throw new IOException("its directory cannot be written to", refused);
    }
  }

  private static void checkIsFree(Path place) throws IOException {
    if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Object mode = Files.getAttribute(place, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    if (((Integer) mode & TYPE_MASK) != SOCKET) {
      throw new IOException("there is something that is no socket, and it is left alone");
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.configureBlocking(false); // somebody who is stuck lives as well
      probe.connect(UnixDomainSocketAddress.of(place));
    } catch (ConnectException nobody) {
      return; // of a broker that is dead
    } catch (IOException unknown) { // there is no room to wait, or no right to ask
      throw new IOException("it may be in use: " + unknown.getMessage(), unknown);
    }
    throw new IOException("it is in use");
  }

  private static int bytes(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  /** Where to listen; whoever listens there goes on when the file is moved. */
  public UnixDomainSocketAddress draft() {
    return UnixDomainSocketAddress.of(draft);
  }

  /** Lets in whom the mode lets in; somebody listens. */
  public void open(Set<PosixFilePermission> mode) throws IOException {
    Files.setPosixFilePermissions(draft, mode);
    key = key(draft);
    Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
    Files.delete(draft.resolveSibling(""));
    drafted = false; // whatever is there from now on is another's
  }

  /** Removes the file, unless somebody else has put another in its place. */
  public void remove() {
    try {
      if (drafted) {
        Files.deleteIfExists(draft);
        Files.deleteIfExists(draft.resolveSibling(""));
      }
      if (key != null && key.equals(key(place))) {
        Files.delete(place);
      }
    } catch (NoSuchFileException gone) {
      // as it is meant to be
    } catch (IOException refused) {
      LOG.warn("{} could not be removed; the next start replaces it", place);
    } finally {
      unlock();
    }
  }

  private void unlock() {
    if (!lock.isOpen()) {
      return; // the place may be another's by now
    }
    try {
      lock.close();
    } catch (IOException lost) {
      LOG.warn("the lock of {} is lost: {}", place, lost.getMessage());
    } finally {
      OURS.remove(ours); // not before the lock is gone
    }
  }

  private static @Nullable Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }
}

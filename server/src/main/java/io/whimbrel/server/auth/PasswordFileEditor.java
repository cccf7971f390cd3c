package io.whimbrel.server.auth;

import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.files.TextLines;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Changes a password file for people: what else stands in it stays as it is. The new file takes the
 * place of the old one in one step, so that a broker reads one or the other. Used by one thread.
 */
public final class PasswordFileEditor {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path file;
  private final List<String> lines;

  private PasswordFileEditor(Path file, List<String> lines) {
    this.file = file;
    this.lines = lines;
  }

  /** A file that is right, or one that is not there yet. */
  public static PasswordFileEditor openOrMake(Path file) throws AuthFileException {
    return Files.notExists(file) ? new PasswordFileEditor(file, new ArrayList<>()) : open(file);
  }

  /** A file that is there and right. */
  public static PasswordFileEditor open(Path file) throws AuthFileException {
    List<String> lines = new ArrayList<>(TextLines.of(file));
    PasswordFile.of(file.toString(), lines);
    return new PasswordFileEditor(file, lines);
  }

  /** The users, in the order of the file. */
  public List<String> users() {
    return lines.stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .map(line -> line.substring(0, line.indexOf(':')))
        .toList();
  }

  /**
   * Gives a user a password; whether there was none of that name before.
   *
   * @throws IllegalArgumentException nobody can be called like that in such a file
   */
  public boolean put(String user, byte[] password) {
    boolean wrong = user.isEmpty() || !user.strip().equals(user) || user.startsWith("#");
    if (wrong || user.indexOf(':') >= 0 || user.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a user name is not empty, has no colon and no control characters, and neither begins"
              + " with # nor begins or ends with a space");
    }
    String line = user + ":" + PasswordHash.of(password, new SecureRandom()).text();
    int at = find(user);
    if (at < 0) {
      lines.add(line);
    } else {
      lines.set(at, line);
    }
    return at < 0;
  }

  /** Removes a user; whether there was one. */
  public boolean remove(String user) {
    int at = find(user);
    if (at >= 0) {
      lines.remove(at);
    }
    return at >= 0;
  }

  private int find(String user) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).strip().startsWith(user + ":")) {
        return i;
      }
    }
    return -1;
  }

  /** Writes the file; one that is new is its owner's alone. */
  public void save() throws AuthFileException {
    Path absolute = file.toAbsolutePath();
    try {
      Path place = Files.exists(absolute) ? absolute.toRealPath() : absolute; // behind a link
      Path next = place.resolveSibling(place.getFileName() + ".new");
      Files.deleteIfExists(next);
      Files.createFile(next);
      permit(next, place);
      Files.write(next, lines, StandardCharsets.UTF_8);
      try (FileChannel written = FileChannel.open(next, StandardOpenOption.WRITE)) {
        written.force(true);
      }
      Files.move(next, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException refused) {
      String reason = refused.getReason();
      throw new AuthFileException(
          file + ": it cannot be written" + (reason == null ? "" : ": " + reason), refused);
    } catch (IOException refused) {
      throw new AuthFileException(
          file + ": it cannot be written: " + refused.getMessage(), refused);
    }
  }

  private static void permit(Path next, Path place) throws IOException {
    if (next.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(
          next, Files.exists(place) ? Files.getPosixFilePermissions(place) : OWNER_ONLY);
    }
  }
}

package io.whimbrel.server.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A text file, read and written whole: a change in between is seen or not seen. */
public final class TextLines {
  private static final long BYTES_MAX = 64L << 20;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private TextLines() {}

  /** The lines of a file in UTF-8, of at most 64 MiB. */
  public static List<String> of(Path file) throws AuthFileException {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new AuthFileException(file + ": it is larger than 64MiB, allowed: less");
      }
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (CharacterCodingException damaged) {
      throw new AuthFileException(file + ": it is not UTF-8", damaged);
    } catch (IOException refused) {
      String why = Files.exists(file) ? "it cannot be read" : "there is no such file";
      throw new AuthFileException(file + ": " + why, refused);
    }
  }

  /**
   * Writes a file anew; one that was not there is its owner's alone. It takes the place of the old
   * one in one step, so that a broker reads one or the other.
   */
  public static void replace(Path file, List<String> lines) throws AuthFileException {
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

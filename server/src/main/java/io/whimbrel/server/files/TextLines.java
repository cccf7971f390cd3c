package io.whimbrel.server.files;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A text file, read whole, so that a change in between is seen or not seen. */
public final class TextLines {
  private static final long BYTES_MAX = 64L << 20;

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
}

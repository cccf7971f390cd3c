package io.whimbrel.server.scram;

import io.whimbrel.codec.scram.ScramHash;
import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.files.TextLines;
import io.whimbrel.server.files.UserEditor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** Changes a file of users for SCRAM for people. Used by one thread. */
public final class ScramFileEditor implements UserEditor {
  /**
   * What a client has to do each time it connects. Where servers do that work, OWASP advises
   * 600,000 of SHA-256 and 210,000 of SHA-512 (2023): here devices do, for some of which that is a
   * minute. Passwords that are made at random need no more; for others there is an argument.
   */
  public static final int ITERATIONS = 10_000;

  private final Path file;
  private final List<String> lines;
  private final int iterations;

  private ScramFileEditor(Path file, List<String> lines, int iterations) {
    this.file = file;
    this.lines = lines;
    this.iterations = iterations;
  }

  /**
   * A file that is right, or one that is not there yet.
   *
   * @param iterations of users that are put there
   */
  public static ScramFileEditor openOrMake(Path file, int iterations) throws AuthFileException {
    return Files.notExists(file)
        ? new ScramFileEditor(file, new ArrayList<>(), iterations)
        : open(file, iterations);
  }

  /** A file that is there and right. */
  public static ScramFileEditor open(Path file) throws AuthFileException {
    return open(file, ITERATIONS);
  }

  private static ScramFileEditor open(Path file, int iterations) throws AuthFileException {
    List<String> lines = new ArrayList<>(TextLines.of(file));
    ScramFile.of(file.toString(), lines);
    return new ScramFileEditor(file, lines, iterations);
  }

  @Override
  public List<String> users() {
    return lines.stream()
        .map(ScramFileEditor::user)
        .filter(user -> !user.isEmpty())
        .distinct()
        .toList();
  }

  /** Whose line it is, or empty. */
  private static String user(String line) {
    String text = line.strip();
    return text.isEmpty() || text.startsWith("#")
        ? ""
        : ScramFile.prepared(text.substring(0, text.indexOf(':')));
  }

  @Override
  public boolean put(String user, byte[] password) {
    UserEditor.checkName(user);
    String name = ScramFile.prepared(user);
    UserEditor.checkName(name);
    SecureRandom random = new SecureRandom();
    List<String> made = new ArrayList<>();
    for (ScramHash hash : ScramHash.values()) {
      made.add(name + ":" + ScramVerifier.of(hash, password, iterations, random).text());
    }
    int at = users().contains(name) ? first(name) : lines.size();
    boolean isNew = !remove(name);
    lines.addAll(at, made);
    return isNew;
  }

  private int first(String name) {
    int at = 0;
    while (!user(lines.get(at)).equals(name)) {
      at++;
    }
    return at;
  }

  @Override
  public boolean remove(String user) {
    try {
      String name = ScramFile.prepared(user);
      return lines.removeIf(line -> user(line).equals(name));
    } catch (IllegalArgumentException none) { // no user is called like that
      return false;
    }
  }

  @Override
  public void save() throws AuthFileException {
    TextLines.replace(file, lines);
  }
}

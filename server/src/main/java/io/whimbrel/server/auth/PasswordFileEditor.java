package io.whimbrel.server.auth;

import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.files.TextLines;
import io.whimbrel.server.files.UserEditor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** Changes a password file for people. Used by one thread. */
public final class PasswordFileEditor implements UserEditor {
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

  @Override
  public List<String> users() {
    return lines.stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .map(line -> line.substring(0, line.indexOf(':')))
        .toList();
  }

  @Override
  public boolean put(String user, byte[] password) {
    UserEditor.checkName(user);
    String line = user + ":" + PasswordHash.of(password, new SecureRandom()).text();
    int at = find(user);
    if (at < 0) {
      lines.add(line);
    } else {
      lines.set(at, line);
    }
    return at < 0;
  }

  @Override
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

  @Override
  public void save() throws AuthFileException {
    TextLines.replace(file, lines);
  }
}

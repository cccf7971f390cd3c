package io.whimbrel.server.auth;

import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.files.TextLines;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Users and what is kept of their passwords, as a file has them: {@code USER:HASH}, a line each.
 * Empty lines and those that begin with {@code #} say nothing. Immutable.
 */
public final class PasswordFile {
  /** Each takes memory for good. */
  private static final int ARGON_COSTS_MAX = 4;

  private final Map<String, PasswordHash> users;

  /** Stands in for users there are not, so that they take as long. */
  private final Optional<PasswordHash> decoy;

  private PasswordFile(Map<String, PasswordHash> users) {
    this.users = users;
    this.decoy =
        users.values().stream()
            .filter(hash -> !(hash instanceof PasswordHash.Sha512)) // which is quick
            .findFirst()
            .or(() -> users.values().stream().findFirst());
  }

  /** Reads a file. */
  public static PasswordFile read(Path file) throws AuthFileException {
    return of(file.toString(), TextLines.of(file));
  }

  static PasswordFile of(String name, List<String> lines) throws AuthFileException {
    Map<String, PasswordHash> users = new LinkedHashMap<>();
    Set<PasswordHash.Argon.Cost> costs = new HashSet<>();
    int number = 0;
    for (String line : lines) {
      number++;
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      int colon = text.indexOf(':');
      if (colon < 1) {
        throw new AuthFileException(
            name + ":" + number + ": found a line without USER:HASH, allowed: user, colon, hash");
      }
      String user = text.substring(0, colon);
      try {
        PasswordHash hash = PasswordHash.read(text.substring(colon + 1));
        if (users.put(user, hash) != null) {
          throw new IllegalArgumentException("allowed: each user once");
        }
        if (hash instanceof PasswordHash.Argon argon
            && costs.add(argon.cost())
            && costs.size() > ARGON_COSTS_MAX) {
          throw new IllegalArgumentException(
              "allowed: " + ARGON_COSTS_MAX + " different parameters of $argon2id$ in one file");
        }
      } catch (IllegalArgumentException refused) { // not the hash itself: it is a secret
        throw new AuthFileException(
            name + ":" + number + ": user '" + user + "': " + refused.getMessage(), refused);
      }
    }
    return new PasswordFile(users);
  }

  /**
   * Whether this is the user's password. Takes as long for a user there is not; slow, so not for an
   * event loop.
   */
  public boolean isRight(String user, byte @Nullable [] password) {
    PasswordHash hash = users.get(user);
    byte[] said = password == null ? new byte[0] : password;
    if (hash == null) {
      decoy.ifPresent(another -> another.isOf(said));
      return false;
    }
    return hash.isOf(said) && password != null;
  }

  /** How many users there are. */
  public int size() {
    return users.size();
  }
}

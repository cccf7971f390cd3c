package io.whimbrel.server.scram;

import io.whimbrel.codec.scram.SaslPrep;
import io.whimbrel.codec.scram.ScramException;
import io.whimbrel.codec.scram.ScramHash;
import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.files.TextLines;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Users and what is kept of their passwords for SCRAM, as a file has them: {@code USER:VERIFIER}, a
 * line for each of the two hashes. Empty lines and those that begin with {@code #} say nothing.
 * Immutable.
 */
public final class ScramFile {
  /** By the user's name, as {@link SaslPrep} leaves it. */
  private final Map<String, Map<ScramHash, ScramVerifier>> users;

  private final Map<ScramHash, Decoys> decoys = new EnumMap<>(ScramHash.class);

  private ScramFile(Map<String, Map<ScramHash, ScramVerifier>> users) {
    this.users = users;
    for (ScramHash hash : ScramHash.values()) {
      decoys.put(hash, Decoys.like(hash, verifiers(hash)));
    }
  }

  private List<ScramVerifier> verifiers(ScramHash hash) {
    return users.values().stream()
        .map(Map::values)
        .flatMap(Collection::stream)
        .filter(each -> each.hash() == hash)
        .toList();
  }

  /** Reads a file. */
  public static ScramFile read(Path file) throws AuthFileException {
    return of(file.toString(), TextLines.of(file));
  }

  static ScramFile of(String name, List<String> lines) throws AuthFileException {
    Map<String, Map<ScramHash, ScramVerifier>> users = new LinkedHashMap<>();
    int number = 0;
    for (String line : lines) {
      number++;
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      String where = name + ":" + number + ": ";
      int colon = text.indexOf(':');
      if (colon < 1) {
        throw new AuthFileException(
            where + "found a line without USER:VERIFIER, allowed: user, colon, verifier");
      }
      String user = text.substring(0, colon);
      try {
        ScramVerifier verifier = ScramVerifier.read(text.substring(colon + 1));
        Map<ScramHash, ScramVerifier> known =
            users.computeIfAbsent(prepared(user), one -> new EnumMap<>(ScramHash.class));
        if (known.put(verifier.hash(), verifier) != null) {
          throw new IllegalArgumentException(
              "allowed: each user once with " + verifier.hash().method());
        }
      } catch (IllegalArgumentException refused) { // not the verifier itself: it is a secret
        throw new AuthFileException(
            where + "user '" + user + "': " + refused.getMessage(), refused);
      }
    }
    return new ScramFile(users);
  }

  static String prepared(String user) {
    try {
      return SaslPrep.prepare(user);
    } catch (ScramException refused) {
      throw new IllegalArgumentException("allowed: a name as SASLprep (RFC 4013) has it", refused);
    }
  }

  /**
   * What is kept of a user's password, or null.
   *
   * @param user as {@link SaslPrep} leaves it
   */
  @Nullable ScramVerifier verifier(ScramHash hash, String user) {
    return users.getOrDefault(user, Map.of()).get(hash);
  }

  /** What stands in for users there are not. */
  ScramVerifier decoy(ScramHash hash, String user) {
    Decoys made = decoys.get(hash);
    if (made == null) {
      throw new IllegalStateException("no decoys for " + hash);
    }
    return made.of(user);
  }

  /** Whether this is the user's password, in all its lines. Slow, so not for an event loop. */
  public boolean isRight(String user, byte[] password) {
    try {
      Collection<ScramVerifier> known = users.getOrDefault(prepared(user), Map.of()).values();
      return !known.isEmpty() && known.stream().allMatch(each -> each.isOf(password));
    } catch (IllegalArgumentException none) { // no user and no password is like that
      return false;
    }
  }
}

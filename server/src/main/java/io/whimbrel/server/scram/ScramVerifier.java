package io.whimbrel.server.scram;

import io.whimbrel.codec.scram.SaslPrep;
import io.whimbrel.codec.scram.ScramException;
import io.whimbrel.codec.scram.ScramHash;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * What is kept of a password for one hash: {@code METHOD$ITERATIONS:SALT$STORED_KEY:SERVER_KEY}, as
 * PostgreSQL has it. Who has it can pretend to be the server, and has to guess the password to be
 * the user. Immutable: nobody changes the arrays.
 */
record ScramVerifier(
    ScramHash hash, int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
  /** The bytes of a new salt. */
  static final int SALT_BYTES = 16;

  private static final int SALT_BYTES_MAX = 256;

  /** A new one. Slow, so not for an event loop. */
  static ScramVerifier of(ScramHash hash, byte[] password, int iterations, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return of(hash, password, salt, iterations);
  }

  /** That of a password and a salt. Slow, so not for an event loop. */
  static ScramVerifier of(ScramHash hash, byte[] password, byte[] salt, int iterations) {
    if (iterations < ScramHash.ITERATIONS_MIN || iterations > ScramHash.ITERATIONS_MAX) {
      throw new IllegalArgumentException("allowed: " + iterationsAllowed());
    }
    byte[] salted = hash.saltedPassword(prepared(password), salt, iterations);
    byte[] storedKey = hash.storedKey(hash.clientKey(salted));
    return new ScramVerifier(hash, iterations, salt, storedKey, hash.serverKey(salted));
  }

  private static byte[] prepared(byte[] password) {
    try {
      return SaslPrep.prepare(new String(password, StandardCharsets.UTF_8))
          .getBytes(StandardCharsets.UTF_8);
    } catch (ScramException refused) {
      throw new IllegalArgumentException(
          "a password has no control characters, and not only such as nobody sees", refused);
    }
  }

  /** Whether it was made of this password. Slow, so not for an event loop. */
  boolean isOf(byte[] password) {
    return isSame(of(hash, password, salt, iterations));
  }

  /** Whether nothing changed since. */
  boolean isSame(ScramVerifier other) {
    return MessageDigest.isEqual(storedKey, other.storedKey)
        && MessageDigest.isEqual(serverKey, other.serverKey);
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException the text is none; the message begins with what is allowed
   */
  static ScramVerifier read(String text) {
    String[] parts = text.split("[$:]", -1);
    ScramHash hash = ScramHash.of(parts[0]).orElse(null);
    if (hash == null || parts.length != 5 || !separators(text).equals("$:$:")) {
      throw new IllegalArgumentException(
          "allowed: SCRAM-SHA-256$ITERATIONS:SALT$STORED_KEY:SERVER_KEY, or SCRAM-SHA-512");
    }
    byte[] salt = base64(parts[2]);
    if (salt.length > SALT_BYTES_MAX) {
      throw new IllegalArgumentException("allowed: a salt of at most " + SALT_BYTES_MAX + " bytes");
    }
    int iterations = iterations(parts[1]);
    return new ScramVerifier(hash, iterations, salt, key(hash, parts[3]), key(hash, parts[4]));
  }

  private static String separators(String text) {
    return text.replaceAll("[^$:]", "");
  }

  private static int iterations(String text) {
    if (text.matches("[1-9][0-9]{3,6}")) {
      int count = Integer.parseInt(text);
      if (count >= ScramHash.ITERATIONS_MIN && count <= ScramHash.ITERATIONS_MAX) {
        return count;
      }
    }
    throw new IllegalArgumentException("allowed: " + iterationsAllowed());
  }

  private static String iterationsAllowed() {
    return ScramHash.ITERATIONS_MIN + " to " + ScramHash.ITERATIONS_MAX + " iterations";
  }

  private static byte[] key(ScramHash hash, String text) {
    byte[] key = base64(text);
    if (key.length != hash.bytes()) {
      throw new IllegalArgumentException("allowed: keys of " + hash.bytes() + " bytes");
    }
    return key;
  }

  private static byte[] base64(String text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (bytes.length > 0) {
        return bytes;
      }
    } catch (IllegalArgumentException damaged) {
      // told below
    }
    throw new IllegalArgumentException("allowed: salt and keys in base64");
  }

  /** As it stands in a file, behind the user and a colon. */
  String text() {
    return hash.method()
        + "$"
        + iterations
        + ":"
        + text(salt)
        + "$"
        + text(storedKey)
        + ":"
        + text(serverKey);
  }

  private static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** Never shown. */
  @Override
  public String toString() {
    return "ScramVerifier[" + hash + ", " + iterations + "]";
  }
}

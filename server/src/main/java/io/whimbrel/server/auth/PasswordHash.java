package io.whimbrel.server.auth;

import com.password4j.Argon2Function;
import com.password4j.types.Argon2;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What is kept of a password, in the forms of Mosquitto's password files: {@code $6$} (salted
 * SHA-512), {@code $7$} (PBKDF2 with HMAC-SHA-512) and {@code $argon2id$}. Comparisons take a time
 * that does not depend on where two hashes differ. Immutable.
 */
sealed interface PasswordHash {
  /** What PBKDF2 is asked for today where SHA-512 is below it (OWASP, 2023). */
  int ITERATIONS = 210_000;

  /** Some seconds for a password: more would only serve whoever wants to keep the broker busy. */
  int ITERATIONS_MAX = 10_000_000;

  /** What SHA-512 gives. */
  int HASH_BYTES = 64;

  /** The bytes of a new salt. */
  int SALT_BYTES = 16;

  /** Whether it was made of this password; slow, so not for an event loop. */
  boolean isOf(byte[] password);

  /** As it stands in a file, behind the user and a colon. */
  String text();

  /** A new one, of a strength that is right today. */
  static PasswordHash of(byte[] password, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return new Pbkdf2(ITERATIONS, salt, pbkdf2(password, salt, ITERATIONS));
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException the text is none; the message goes on "found …,"
   */
  static PasswordHash read(String text) {
    String[] parts = text.split("\\$", -1);
    if (text.startsWith("$6$") && parts.length == 4) {
      return new Sha512(base64(parts[2]), whole(base64(parts[3])));
    }
    if (text.startsWith("$7$") && parts.length == 5) {
      return new Pbkdf2(iterations(parts[2]), base64(parts[3]), whole(base64(parts[4])));
    }
    if (text.startsWith("$argon2id$") && parts.length == 6) {
      return Argon.read(text, parts);
    }
    throw new IllegalArgumentException(
        "allowed: a hash that begins with $6$, $7$ or $argon2id$, as `whimbrel user add` writes");
  }

  private static int iterations(String text) {
    try {
      int count = Integer.parseInt(text);
      if (count >= 1 && count <= ITERATIONS_MAX) {
        return count;
      }
    } catch (NumberFormatException none) {
      // told below
    }
    throw new IllegalArgumentException("allowed: a number of iterations behind $7$");
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
    throw new IllegalArgumentException("allowed: salt and hash in base64");
  }

  /** A hash that was cut off would be easier to meet. */
  private static byte[] whole(byte[] hash) {
    if (hash.length != HASH_BYTES) {
      throw new IllegalArgumentException("allowed: a hash of 64 bytes");
    }
    return hash;
  }

  private static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** RFC 8018, section 5.2, for the one block that a SHA-512 fills. */
  private static byte[] pbkdf2(byte[] password, byte[] salt, int iterations) {
    try {
      Mac mac = Mac.getInstance("HmacSHA512");
      byte[] key = password.length == 0 ? new byte[1] : password; // which HMAC takes for the same
      mac.init(new SecretKeySpec(key, "HmacSHA512"));
      mac.update(salt);
      byte[] last = mac.doFinal(new byte[] {0, 0, 0, 1});
      byte[] result = last.clone();
      for (int i = 1; i < iterations; i++) {
        last = mac.doFinal(last);
        for (int j = 0; j < result.length; j++) {
          result[j] ^= last[j];
        }
      }
      return result;
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing); // every JDK has it
    }
  }

  /** SHA-512 of password and salt. */
  record Sha512(byte[] salt, byte[] hash) implements PasswordHash {
    @Override
    public boolean isOf(byte[] password) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-512");
        digest.update(password);
        return MessageDigest.isEqual(hash, digest.digest(salt));
      } catch (GeneralSecurityException missing) {
        throw new IllegalStateException(missing);
      }
    }

    @Override
    public String text() {
      return "$6$" + PasswordHash.text(salt) + "$" + PasswordHash.text(hash);
    }
  }

  /** PBKDF2 with HMAC-SHA-512. */
  record Pbkdf2(int iterations, byte[] salt, byte[] hash) implements PasswordHash {
    @Override
    public boolean isOf(byte[] password) {
      return MessageDigest.isEqual(hash, pbkdf2(password, salt, iterations));
    }

    @Override
    public String text() {
      return "$7$" + iterations + "$" + PasswordHash.text(salt) + "$" + PasswordHash.text(hash);
    }
  }

  /**
   * Argon2id (RFC 9106), in the form its reference implementation writes.
   *
   * @param cost what a password takes; the library keeps its memory for good, once for each cost
   */
  record Argon(String text, Cost cost, byte[] salt, byte[] hash) implements PasswordHash {
    /** The memory of one password. */
    static final int KIB_MAX = 64 * 1024;

    /** Memory times passes: some seconds for a password. */
    static final int WORK_KIB_MAX = 1024 * 1024;

    private static final int LANES_MAX = 16;
    private static final int SALT_BYTES_MIN = 8; // RFC 9106, section 3.1
    private static final int HASH_BYTES_MIN = 16; // a shorter one is easier to meet

    /** What the time and the memory for a password depend on. */
    record Cost(int kib, int passes, int lanes, int hashBytes) {
      boolean isBounded() {
        return kib <= KIB_MAX
            && passes >= 1
            && (long) kib * passes <= WORK_KIB_MAX
            && lanes >= 1
            && lanes <= LANES_MAX
            && kib >= 8 * lanes
            && hashBytes >= HASH_BYTES_MIN
            && hashBytes <= PasswordHash.HASH_BYTES;
      }
    }

    static Argon read(String text, String[] parts) {
      int kib = 0;
      int passes = 0;
      int lanes = 0;
      try {
        for (String parameter : parts[3].split(",", -1)) {
          int value = Integer.parseInt(parameter.substring(2));
          switch (parameter.substring(0, 2)) {
            case "m=" -> kib = value;
            case "t=" -> passes = value;
            case "p=" -> lanes = value;
            default -> throw new NumberFormatException();
          }
        }
        byte[] salt = Base64.getDecoder().decode(parts[4]);
        byte[] hash = Base64.getDecoder().decode(parts[5]);
        Cost cost = new Cost(kib, passes, lanes, hash.length);
        if (parts[2].equals("v=19") && cost.isBounded() && salt.length >= SALT_BYTES_MIN) {
          return new Argon(text, cost, salt, hash);
        }
      } catch (IllegalArgumentException | IndexOutOfBoundsException damaged) {
        // told below
      }
      throw new IllegalArgumentException(
          "allowed: $argon2id$v=19$m=…,t=…,p=…$SALT$HASH with m at most "
              + KIB_MAX
              + ", m times t at most "
              + WORK_KIB_MAX
              + ", and a hash of 16 to 64 bytes");
    }

    @Override
    public boolean isOf(byte[] password) {
      Argon2Function function =
          Argon2Function.getInstance(
              cost.kib, cost.passes, cost.lanes, cost.hashBytes, Argon2.ID, 19);
      byte[] made = function.hash(password, salt).getBytes();
      return MessageDigest.isEqual(hash, made);
    }
  }
}

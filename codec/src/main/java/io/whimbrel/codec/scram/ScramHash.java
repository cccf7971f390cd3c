package io.whimbrel.codec.scram;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The hash of a mechanism, and what is made of it (RFC 5802, section 3). For any thread. */
public enum ScramHash {
  /** RFC 7677. */
  SHA_256("SCRAM-SHA-256", "SHA-256", "HmacSHA256", 32),

  /** The same with SHA-512, as servers of other protocols have it too. */
  SHA_512("SCRAM-SHA-512", "SHA-512", "HmacSHA512", 64);

  /** The fewest that RFC 7677, section 4, allows. */
  public static final int ITERATIONS_MIN = 4_096;

  /** The most that we take: a second or so for a client. */
  public static final int ITERATIONS_MAX = 1_000_000;

  private final String method;
  private final String digest;
  private final String mac;
  private final int bytes;

  ScramHash(String method, String digest, String mac, int bytes) {
    this.method = method;
    this.digest = digest;
    this.mac = mac;
    this.bytes = bytes;
  }

  /** The one of an Authentication Method. */
  public static Optional<ScramHash> of(String method) {
    for (ScramHash each : values()) {
      if (each.method.equals(method)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /** The name of the mechanism, which is the Authentication Method. */
  public String method() {
    return method;
  }

  /** The bytes of a hash, a key, a proof and a signature. */
  public int bytes() {
    return bytes;
  }

  /** H(data). */
  public byte[] digest(byte[] data) {
    try {
      return MessageDigest.getInstance(digest).digest(data);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing); // every JDK has it
    }
  }

  /** HMAC(key, data); the key is not empty. */
  public byte[] hmac(byte[] key, byte[] data) {
    return keyed(key).doFinal(data);
  }

  private Mac keyed(byte[] key) {
    try {
      Mac keyed = Mac.getInstance(mac);
      keyed.init(new SecretKeySpec(key, mac));
      return keyed;
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing); // every JDK has it
    }
  }

  /**
   * SaltedPassword: Hi(password, salt, iterations). Slow, so not for an event loop.
   *
   * @param password as {@link SaslPrep} leaves it, in UTF-8; not empty
   */
  public byte[] saltedPassword(byte[] password, byte[] salt, int iterations) {
    Mac keyed = keyed(password);
    keyed.update(salt);
    byte[] last = keyed.doFinal(new byte[] {0, 0, 0, 1});
    byte[] result = last.clone();
    for (int i = 1; i < iterations; i++) {
      last = keyed.doFinal(last);
      for (int j = 0; j < result.length; j++) {
        result[j] ^= last[j];
      }
    }
    return result;
  }

  /** ClientKey. */
  public byte[] clientKey(byte[] saltedPassword) {
    return hmac(saltedPassword, ScramText.ascii("Client Key"));
  }

  /** StoredKey. */
  public byte[] storedKey(byte[] clientKey) {
    return digest(clientKey);
  }

  /** ServerKey. */
  public byte[] serverKey(byte[] saltedPassword) {
    return hmac(saltedPassword, ScramText.ascii("Server Key"));
  }

  /** ClientProof of ClientKey and ClientSignature, and ClientKey of the other two. */
  public static byte[] xor(byte[] left, byte[] right) {
    byte[] result = left.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] ^= right[i];
    }
    return result;
  }
}

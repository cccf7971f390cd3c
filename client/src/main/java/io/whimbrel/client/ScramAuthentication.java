package io.whimbrel.client;

import io.whimbrel.codec.scram.ClientFinal;
import io.whimbrel.codec.scram.ClientFirst;
import io.whimbrel.codec.scram.SaslPrep;
import io.whimbrel.codec.scram.ScramException;
import io.whimbrel.codec.scram.ScramHash;
import io.whimbrel.codec.scram.ServerFinal;
import io.whimbrel.codec.scram.ServerFirst;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Supplier;

/**
 * SCRAM (RFC 5802, RFC 7677): the client proves that it knows the password without saying it, and
 * the server that it knows the user. A server that cannot is left ({@link
 * MqttClientException.Kind#SERVER_NOT_TRUSTED}). It does not encrypt anything, and has no channel
 * binding: use it with TLS. Name and password are prepared by SASLprep (RFC 4013). The password is
 * kept, for the next connection. Immutable, for any thread.
 */
public final class ScramAuthentication implements EnhancedAuthentication {
  /** 144 bits: nobody meets one twice. */
  private static final int NONCE_BYTES = 18;

  private final ScramHash hash;
  private final String user;
  private final byte[] password;
  private final int iterationsMax;
  private final Supplier<String> nonces;

  ScramAuthentication(
      ScramHash hash, String user, byte[] password, int iterationsMax, Supplier<String> nonces) {
    this.hash = hash;
    this.user = user;
    this.password = password;
    this.iterationsMax = iterationsMax;
    this.nonces = nonces;
  }

  /**
   * With what a user knows.
   *
   * @param password copied; the caller's may be overwritten afterwards
   * @throws IllegalArgumentException user or password are empty, or have characters that SASLprep
   *     refuses, such as control characters
   */
  public static ScramAuthentication of(ScramHash hash, String user, char[] password) {
    try {
      ClientFirst.of(user, "-");
      byte[] prepared = SaslPrep.prepare(new String(password)).getBytes(StandardCharsets.UTF_8);
      return new ScramAuthentication(
          hash, user, prepared, ScramHash.ITERATIONS_MAX, new Nonces(new SecureRandom()));
    } catch (ScramException refused) {
      throw new IllegalArgumentException(refused.getMessage(), refused);
    }
  }

  private record Nonces(SecureRandom random) implements Supplier<String> {
    @Override
    public String get() {
      byte[] bytes = new byte[NONCE_BYTES];
      random.nextBytes(bytes);
      return Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }
  }

  /**
   * The same, with another bound of what a server may ask for: each iteration is work for the
   * client, and fewer than 4,096 are refused, as they would give the password away.
   *
   * @param max 4,096 to 999,999,999; 1,000,000 where nothing is said
   */
  public ScramAuthentication iterationsMax(int max) {
    if (max < ScramHash.ITERATIONS_MIN || max > 999_999_999) {
      throw new IllegalArgumentException(
          "iterations are " + max + "; allowed: " + ScramHash.ITERATIONS_MIN + " to 999999999");
    }
    return new ScramAuthentication(hash, user, password, max, nonces);
  }

  @Override
  public String method() {
    return hash.method();
  }

  @Override
  public Exchange begin() {
    try {
      return new Client(ClientFirst.of(user, nonces.get()));
    } catch (ScramException never) {
      throw new IllegalStateException(never); // it was when this was made
    }
  }

  /** Never shown. */
  @Override
  public String toString() {
    return "ScramAuthentication[" + hash + ", " + user + "]";
  }

  /** The client's side; each step once. */
  private final class Client implements Exchange {
    private static final byte[] NONE = {};

    private final ClientFirst first;
    private volatile byte[] signature = NONE; // of the server, once the client has said its own

    Client(ClientFirst first) {
      this.first = first;
    }

    @Override
    public byte[] first() {
      return first.bytes();
    }

    @Override
    public byte[] next(byte[] challenge) {
      if (signature.length > 0) {
        throw new IllegalStateException("the server asks for more than SCRAM has");
      }
      ServerFirst asked = asked(challenge);
      byte[] salted = hash.saltedPassword(password, asked.salt(), asked.iterations());
      byte[] clientKey = hash.clientKey(salted);
      String withoutProof = ClientFinal.withoutProof(first, asked.nonce());
      byte[] message =
          (first.bare() + "," + asked.text() + "," + withoutProof).getBytes(StandardCharsets.UTF_8);
      byte[] proof = ScramHash.xor(clientKey, hash.hmac(hash.storedKey(clientKey), message));
      signature = hash.hmac(hash.serverKey(salted), message);
      Arrays.fill(salted, (byte) 0);
      return ClientFinal.bytes(withoutProof, proof);
    }

    private ServerFirst asked(byte[] challenge) {
      try {
        ServerFirst asked = ServerFirst.read(challenge);
        String mine = first.nonce();
        if (!asked.nonce().startsWith(mine) || asked.nonce().length() == mine.length()) {
          throw new IllegalStateException("the server's nonce is not one of this exchange");
        }
        if (asked.iterations() < ScramHash.ITERATIONS_MIN || asked.iterations() > iterationsMax) {
          throw new IllegalStateException(
              "the server asks for "
                  + asked.iterations()
                  + " iterations; allowed: "
                  + ScramHash.ITERATIONS_MIN
                  + " to "
                  + iterationsMax);
        }
        return asked;
      } catch (ScramException malformed) {
        throw new IllegalStateException(malformed.getMessage(), malformed);
      }
    }

    @Override
    public void verify(byte[] last) {
      byte[] expected = signature;
      try {
        if (expected.length == 0
            || !MessageDigest.isEqual(expected, ServerFinal.read(last).signature())) {
          throw new IllegalStateException("the server's signature is not that of the password");
        }
      } catch (ScramException malformed) {
        throw new IllegalStateException(malformed.getMessage(), malformed);
      }
    }
  }
}

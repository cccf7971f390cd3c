package io.whimbrel.server.token;

import java.security.Key;
import java.util.ArrayList;
import java.util.List;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.Use;
import org.jose4j.lang.JoseException;

/**
 * Public keys as RFC 7517 says them. A key is found only for an algorithm of its own kind, so that
 * none is taken for another's. Immutable.
 */
final class KeySet {
  private static final int KEYS_MAX = 200;
  private final List<JsonWebKey> keys;

  private KeySet(List<JsonWebKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Reads one. Secrets, private keys, keys for encryption and keys of unknown kinds are left out.
   *
   * @throws IllegalArgumentException it is none, or it has no key that could be used
   */
  static KeySet of(String json) {
    List<JsonWebKey> usable = new ArrayList<>();
    try {
      for (JsonWebKey key : new JsonWebKeySet(json).getJsonWebKeys()) {
        if (key instanceof PublicJsonWebKey && !Use.ENCRYPTION.equals(key.getUse())) {
          usable.add(key);
        }
      }
    } catch (JoseException | RuntimeException broken) {
      throw new IllegalArgumentException("a JSON Web Key Set (RFC 7517)", broken);
    }
    if (usable.isEmpty() || usable.size() > KEYS_MAX) {
      throw new IllegalArgumentException("1 to " + KEYS_MAX + " public keys (RFC 7517)");
    }
    return new KeySet(usable);
  }

  boolean knows(String kid) {
    return keys.stream().anyMatch(key -> kid.equals(key.getKeyId()));
  }

  /** Those with that name, or all where the token names none, as far as they fit. */
  List<Key> find(String algorithm, String kid) {
    return keys.stream()
        .filter(key -> kid.isEmpty() || kid.equals(key.getKeyId()))
        .filter(key -> key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm))
        .filter(key -> isOf(algorithm, key))
        .map(JsonWebKey::getKey)
        .toList();
  }

  private static boolean isOf(String algorithm, JsonWebKey key) {
    if (algorithm.startsWith("RS") || algorithm.startsWith("PS")) {
      return key instanceof RsaJsonWebKey;
    }
    return algorithm.startsWith("ES")
        ? key instanceof EllipticCurveJsonWebKey
        : algorithm.equals("EdDSA") && key instanceof OctetKeyPairJsonWebKey;
  }
}

package io.whimbrel.server.token;

import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.jspecify.annotations.Nullable;

/** Makes tokens, right ones and wrong ones. */
public final class TokenMaker {
  /** The secret of tests. */
  public static final String SECRET = "whimbrel-example-secret-of-32-bytes";

  /** Who issues them. */
  public static final String ISSUER = "https://issuer.example";

  private final Map<String, Object> claims = new LinkedHashMap<>();
  private final Map<String, Object> header = new LinkedHashMap<>();

  /** One of alice's that counts for a minute from then on. */
  public TokenMaker(long dayMillis) {
    claims.put("iss", ISSUER);
    claims.put("aud", "mqtt");
    claims.put("sub", "alice");
    claims.put("exp", dayMillis / 1_000 + 60);
  }

  /** Says something else, or with null does not say it. */
  public TokenMaker with(String claim, @Nullable Object value) {
    if (value == null) {
      claims.remove(claim);
    } else {
      claims.put(claim, value);
    }
    return this;
  }

  /** The same of the header. */
  public TokenMaker header(String name, Object value) {
    header.put(name, value);
    return this;
  }

  /** Signed with the secret of tests. */
  public String signed() {
    return signed("HS256", new HmacKey(SECRET.getBytes(StandardCharsets.UTF_8)));
  }

  /** Signed. */
  public String signed(String algorithm, Key key) {
    try {
      JsonWebSignature jws = new JsonWebSignature();
      jws.setDoKeyValidation(false); // an attacker's would not either
      jws.setPayload(JsonUtil.toJson(claims));
      jws.setAlgorithmHeaderValue(algorithm);
      header.forEach((name, value) -> jws.setHeader(name, value));
      jws.setKey(key);
      return jws.getCompactSerialization();
    } catch (org.jose4j.lang.JoseException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** Not signed at all, whatever its header says. */
  public String unsigned(String algorithm) {
    header.put("alg", algorithm);
    return base64(JsonUtil.toJson(header)) + "." + base64(JsonUtil.toJson(claims)) + ".";
  }

  /** Text in base64url. */
  public static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A new pair of keys for an algorithm. */
  public static KeyPair keys(String algorithm) {
    try {
      return switch (algorithm.substring(0, 2)) {
        case "RS", "PS" -> {
          KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
          generator.initialize(2_048);
          yield generator.generateKeyPair();
        }
        case "ES" -> {
          KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
          String curve = Map.of("ES256", "256", "ES384", "384", "ES512", "521").get(algorithm);
          generator.initialize(new ECGenParameterSpec("secp" + curve + "r1"));
          yield generator.generateKeyPair();
        }
        default -> KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      };
    } catch (java.security.GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** A JSON Web Key Set of one key. */
  public static String keySet(KeyPair keys, String kid) {
    try {
      PublicJsonWebKey key = PublicJsonWebKey.Factory.newPublicJwk(keys.getPublic());
      key.setKeyId(kid);
      return "{\"keys\":["
          + key.toJson(org.jose4j.jwk.JsonWebKey.OutputControlLevel.PUBLIC_ONLY)
          + "]}";
    } catch (org.jose4j.lang.JoseException broken) {
      throw new IllegalStateException(broken);
    }
  }
}

package io.whimbrel.server.token;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jose4j.json.JsonUtil;
import org.jose4j.lang.JoseException;

/**
 * What a signed JSON Web Token says before anybody has looked at its signature: enough to know
 * whose key to try, and nothing to be believed.
 *
 * @param algorithm {@code alg}
 * @param kid the key's name, empty where it says none
 * @param issuer {@code iss}, empty where it says none
 */
record JwtText(String algorithm, String kid, String issuer) {
  private static final int KID_CHARS_MAX = 1_024;

  /** Empty where it is no signed token. */
  static Optional<JwtText> of(String token) {
    int first = token.indexOf('.');
    int last = token.lastIndexOf('.');
    if (first <= 0 || last == first || token.indexOf('.', first + 1) != last) {
      return Optional.empty();
    }
    try {
      Map<String, Object> header = json(token.substring(0, first));
      Map<String, Object> claims = json(token.substring(first + 1, last));
      strictly(token.substring(last + 1)); // the library would pass over signs that are none
      String kid = text(header, "kid");
      return header.get("alg") instanceof String algorithm && kid.length() <= KID_CHARS_MAX
          ? Optional.of(new JwtText(algorithm, kid, text(claims, "iss")))
          : Optional.empty();
    } catch (JoseException | RuntimeException | StackOverflowError none) {
      return Optional.empty();
    }
  }

  private static String text(Map<String, Object> json, String name) {
    return json.get(name) instanceof String text ? text : "";
  }

  private static Map<String, Object> json(String base64) throws JoseException {
    return JsonUtil.parseJson(new String(strictly(base64), StandardCharsets.UTF_8));
  }

  /** Nothing but base64url, and the one way to say it (RFC 7515, 2): a token has one text. */
  private static byte[] strictly(String base64) {
    byte[] octets = Base64.getUrlDecoder().decode(base64);
    if (!Base64.getUrlEncoder().withoutPadding().encodeToString(octets).equals(base64)) {
      throw new IllegalArgumentException("another text for the same");
    }
    return octets;
  }
}

package io.whimbrel.server.token;

import static io.whimbrel.server.token.TokenMaker.SECRET;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.tls.CertificateMaker;
import io.whimbrel.server.token.TokenException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that nobody should be let in by, and some that are right. */
final class TokenAttackTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final String TWICE = "{\"alg\":\"HS256\",\"alg\":\"none\"}";

  @TempDir Path directory;
  private final List<String> heard = new ArrayList<>();

  private static TokenMaker token() {
    return new TokenMaker(NOW);
  }

  private Tokens tokens(String... more) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("issuers.a.issuer", TokenMaker.ISSUER);
    settings.put("issuers.a.audience", "mqtt,other");
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    if (more.length == 0) {
      settings.put("issuers.a.secret", SECRET);
    }
    ServerConfig config = ServerConfig.of(settings);
    TokenEvents events = new TokenEvents((client, why) -> heard.add(why));
    return new TokenIssuers(
            TokenWeb.NONE,
            Runnable::run,
            () -> NOW,
            () -> NOW,
            events,
            (issuer, word) -> heard.add(word))
        .of(config.auth().tokens());
  }

  private static String outcome(Tokens tokens, String token) {
    return outcome(tokens, token, "c");
  }

  private static String outcome(Tokens tokens, String token, String clientId) {
    return outcome(tokens, token, new Bearer(clientId, null, () -> true, false));
  }

  private static String outcome(Tokens tokens, String token, Bearer bearer) {
    List<String> outcomes = new ArrayList<>();
    tokens.check(
        token.getBytes(UTF_8),
        bearer,
        new Tokens.Heard() {
          @Override
          public void accept(TokenClient who) {
            outcomes.add(who.user());
          }

          @Override
          public void refuse(TokenException why) {
            outcomes.add(why.kind().name());
          }
        });
    assertThat(outcomes).hasSize(1);
    return outcomes.get(0);
  }

  @Test
  void aTokenThatIsRightLetsIn() throws Exception {
    assertThat(outcome(tokens(), token().signed())).isEqualTo("alice");
    assertThat(outcome(tokens(), token().with("aud", List.of("x", "other")).signed()))
        .isEqualTo("alice");
  }

  static Stream<Arguments> wrong() {
    HmacKey other = new HmacKey("another-secret-of-32-bytes-or-more".getBytes(UTF_8));
    String right = token().signed();
    String[] parts = right.split("\\.");
    String flipped = parts[2].charAt(0) == 'A' ? "B" : "A";
    return Stream.of(
        arguments("has expired", token().with("exp", NOW / 1_000).signed(), Kind.TIME),
        arguments("expired long ago", token().with("exp", 1).signed(), Kind.TIME),
        arguments("is not valid yet", token().with("nbf", NOW / 1_000 + 6).signed(), Kind.TIME),
        arguments("never ends", token().with("exp", null).signed(), Kind.CLAIMS),
        arguments("ends at no time", token().with("exp", 1e300).signed(), Kind.CLAIMS),
        arguments("ends at a word", token().with("exp", "soon").signed(), Kind.CLAIMS),
        arguments("is another's", token().signed("HS256", other), Kind.SIGNATURE),
        arguments(
            "was changed",
            parts[0] + "." + parts[1] + "." + flipped + parts[2].substring(1),
            Kind.SIGNATURE),
        arguments("has lost its end", right.substring(0, right.length() - 4), Kind.SIGNATURE),
        arguments(
            "has a foreign sign", right.substring(0, right.length() - 1) + "(0", Kind.UNKNOWN),
        arguments("is padded", right + "=", Kind.UNKNOWN),
        arguments("has no signature", parts[0] + "." + parts[1] + ".", Kind.SIGNATURE),
        arguments("none", token().unsigned("none"), Kind.SIGNATURE),
        arguments("None", token().unsigned("None"), Kind.SIGNATURE),
        arguments("NONE", token().unsigned("NONE"), Kind.SIGNATURE),
        arguments("no algorithm", token().unsigned(""), Kind.SIGNATURE),
        arguments(
            "an algorithm twice",
            TokenMaker.base64(TWICE) + "." + parts[1] + "." + parts[2],
            Kind.UNKNOWN),
        arguments("for others", token().with("aud", "coap").signed(), Kind.CLAIMS),
        arguments("for nobody", token().with("aud", null).signed(), Kind.CLAIMS),
        arguments("of another issuer", token().with("iss", "https://evil").signed(), Kind.ISSUER),
        arguments("of no issuer", token().with("iss", null).signed(), Kind.ISSUER),
        arguments("of nobody", token().with("sub", null).signed(), Kind.CLAIMS),
        arguments("of a name of nothing", token().with("sub", "").signed(), Kind.CLAIMS),
        arguments("of a number", token().with("sub", 7).signed(), Kind.CLAIMS),
        arguments("of half a sign", token().with("sub", "\u0000").signed(), Kind.CLAIMS),
        arguments(
            "with what nobody here understands",
            token().header("crit", List.of("x")).header("x", 1).signed(),
            Kind.SIGNATURE),
        arguments(
            "bound to a certificate, without one",
            token().with("cnf", Map.of("x5t#S256", "abc")).signed(),
            Kind.CLAIMS),
        arguments(
            "bound to a key", token().with("cnf", Map.of("jkt", "abc")).signed(), Kind.CLAIMS),
        arguments("no token", "nonsense", Kind.UNKNOWN),
        arguments("dots", "..", Kind.UNKNOWN),
        arguments("empty parts", "e30.e30.e30", Kind.UNKNOWN),
        arguments("five parts", "a.b.c.d.e", Kind.UNKNOWN),
        arguments("with a space", right + " ", Kind.UNKNOWN),
        arguments("with a new line", right + "\n", Kind.UNKNOWN),
        arguments("too long", token().with("x", "x".repeat(8_192)).signed(), Kind.UNKNOWN),
        arguments(
            "deep",
            TokenMaker.base64("[".repeat(3_000)) + "." + parts[1] + "." + parts[2],
            Kind.UNKNOWN));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void aTokenThatIsWrongLetsNobodyIn(String what, String token, Kind kind) throws Exception {
    assertThat(outcome(tokens(), token)).isEqualTo(kind.name());
    assertThat(String.join(" ", heard)).doesNotContain(token);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"
      })
  void everyAlgorithmOfPublicKeysCounts(String algorithm) throws Exception {
    KeyPair keys = TokenMaker.keys(algorithm);
    Path file = directory.resolve("keys.json");
    Files.writeString(file, TokenMaker.keySet(keys, "k1"));
    Tokens tokens = tokens("issuers.a.jwks-file", file.toString());
    String right = token().header("kid", "k1").signed(algorithm, keys.getPrivate());
    assertThat(outcome(tokens, right)).isEqualTo("alice");
    String stranger =
        token().header("kid", "k1").signed(algorithm, TokenMaker.keys(algorithm).getPrivate());
    assertThat(outcome(tokens, stranger)).isEqualTo("SIGNATURE");

    Path pem = directory.resolve("key.pem");
    String base64 = Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded());
    Files.writeString(
        pem, "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n");
    assertThat(outcome(tokens("issuers.a.public-key", pem.toString()), right)).isEqualTo("alice");
  }

  @Test
  void aPublicKeyIsNoSecret() throws Exception { // what everybody knows signs nothing
    KeyPair keys = TokenMaker.keys("RS256");
    Path file = directory.resolve("keys.json");
    String json = TokenMaker.keySet(keys, "k1");
    Files.writeString(file, json);
    Tokens tokens = tokens("issuers.a.jwks-file", file.toString());
    for (byte[] secret : List.of(keys.getPublic().getEncoded(), json.getBytes(UTF_8))) {
      String forged = token().header("kid", "k1").signed("HS256", new HmacKey(secret));
      assertThat(outcome(tokens, forged)).isEqualTo("SIGNATURE");
    }
  }

  @Test
  void aSecretInAKeySetIsNone() throws Exception {
    Path file = directory.resolve("keys.json");
    String secret = TokenMaker.base64(SECRET);
    String rsa = TokenMaker.keySet(TokenMaker.keys("RS256"), "r");
    Files.writeString(
        file,
        rsa.replace(
            "{\"keys\":[", "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"k\",\"k\":\"" + secret + "\"},"));
    Tokens tokens = tokens("issuers.a.jwks-file", file.toString());
    assertThat(outcome(tokens, token().header("kid", "k").signed())).isEqualTo("SIGNATURE");
  }

  @Test
  void anAlgorithmThatIsNotListedDoesNotCount() throws Exception {
    KeyPair keys = TokenMaker.keys("RS256");
    Path file = directory.resolve("keys.json");
    Files.writeString(file, TokenMaker.keySet(keys, "k1"));
    Tokens tokens =
        tokens("issuers.a.jwks-file", file.toString(), "issuers.a.algorithms", "RS384,PS256");
    assertThat(outcome(tokens, token().signed("RS256", keys.getPrivate()))).isEqualTo("SIGNATURE");
    assertThat(outcome(tokens, token().signed("PS256", keys.getPrivate()))).isEqualTo("alice");
  }

  @Test
  void aKeyTheTokenBringsItselfIsNotLookedAt() throws Exception {
    KeyPair own = TokenMaker.keys("ES256");
    Path file = directory.resolve("keys.json");
    Files.writeString(file, TokenMaker.keySet(TokenMaker.keys("ES256"), "k1"));
    Map<String, Object> jwk =
        org.jose4j.jwk.PublicJsonWebKey.Factory.newPublicJwk(own.getPublic())
            .toParams(org.jose4j.jwk.JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    String forged =
        token().header("jwk", jwk).header("kid", "k1").signed("ES256", own.getPrivate());
    assertThat(outcome(tokens("issuers.a.jwks-file", file.toString()), forged))
        .isEqualTo("SIGNATURE");
  }

  @Test
  void theClientIdentifierIsTheOneOfTheClaim() throws Exception {
    Tokens same = tokens("issuers.a.secret", SECRET, "issuers.a.client-id", "equals");
    assertThat(outcome(same, token().signed(), "alice")).isEqualTo("alice");
    assertThat(outcome(same, token().signed(), "alice-2")).isEqualTo("CLAIMS");
    Tokens prefix = tokens("issuers.a.secret", SECRET, "issuers.a.client-id", "prefix");
    assertThat(outcome(prefix, token().signed(), "alice-2")).isEqualTo("alice");
    assertThat(outcome(prefix, token().signed(), "bob")).isEqualTo("CLAIMS");
    Tokens other =
        tokens(
            "issuers.a.secret", SECRET,
            "issuers.a.client-id", "equals",
            "issuers.a.client-id-claim", "device.id");
    assertThat(outcome(other, token().signed(), "c")).isEqualTo("CLAIMS");
    assertThat(outcome(other, token().with("device", Map.of("id", "c")).signed(), "c"))
        .isEqualTo("alice");
  }

  @Test
  void aTokenThatHasToBeBoundIsNotTakenWithout() throws Exception {
    Tokens tokens = tokens("issuers.a.secret", SECRET, "issuers.a.certificate-bound", "required");
    assertThat(outcome(tokens, token().signed())).isEqualTo("CLAIMS");
  }

  @Test
  void aTokenThatIsBoundIsOfWhoShowsThatCertificate() throws Exception { // RFC 8705, 3.1
    CertificateMaker maker = new CertificateMaker("plant", Instant.ofEpochMilli(NOW));
    X509Certificate own = maker.client("pump").certificate();
    X509Certificate other = maker.client("pump").certificate();
    byte[] print = MessageDigest.getInstance("SHA-256").digest(own.getEncoded());
    String thumbprint = Base64.getUrlEncoder().withoutPadding().encodeToString(print);
    String bound = token().with("cnf", Map.of("x5t#S256", thumbprint)).signed();
    Tokens tokens = tokens("issuers.a.secret", SECRET, "issuers.a.certificate-bound", "required");
    assertThat(outcome(tokens, bound, new Bearer("c", own, () -> true, false))).isEqualTo("alice");
    assertThat(outcome(tokens, bound, new Bearer("c", other, () -> true, false)))
        .isEqualTo("CLAIMS");
    assertThat(outcome(tokens, bound, new Bearer("c", null, () -> true, false)))
        .isEqualTo("CLAIMS");
  }

  @Test
  void anIssuerSignsForItselfAlone() throws Exception {
    KeyPair keys = TokenMaker.keys("ES256");
    Path file = directory.resolve("keys.json");
    Files.writeString(file, TokenMaker.keySet(keys, "k1"));
    Tokens tokens =
        tokens(
            "issuers.a.secret",
            SECRET,
            "issuers.b.issuer",
            "https://other.example",
            "issuers.b.audience",
            "mqtt",
            "issuers.b.jwks-file",
            file.toString());
    String other = "https://other.example";
    assertThat(outcome(tokens, token().signed())).isEqualTo("alice");
    assertThat(outcome(tokens, token().with("iss", other).signed("ES256", keys.getPrivate())))
        .isEqualTo("alice");
    assertThat(outcome(tokens, token().signed("ES256", keys.getPrivate()))).isEqualTo("SIGNATURE");
    assertThat(outcome(tokens, token().with("iss", other).signed())).isEqualTo("SIGNATURE");
  }
}

package io.whimbrel.server.token;

import static io.whimbrel.server.token.TokenMaker.SECRET;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.whimbrel.server.config.ConfigException;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.files.AuthFileException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes at all where a token is awaited, or inside of one that was signed. */
final class TokenFuzzTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final Tokens TOKENS = tokens();

  private static Tokens tokens() {
    try {
      ServerConfig config =
          ServerConfig.of(
              Map.of(
                  "issuers.a.issuer", TokenMaker.ISSUER,
                  "issuers.a.audience", "mqtt",
                  "issuers.a.secret", SECRET,
                  "issuers.a.groups-from", "groups",
                  "issuers.a.publish", "own/${claim.site}/${client}/#",
                  "issuers.a.acl-claim", "acl",
                  "issuers.a.scopes", "true"));
      return new TokenIssuers(
              TokenWeb.NONE,
              Runnable::run,
              () -> NOW,
              () -> NOW,
              new TokenEvents((client, why) -> {}),
              (issuer, word) -> {})
          .of(config.auth().tokens());
    } catch (ConfigException | AuthFileException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private static List<TokenClient> accepted(byte[] token) {
    List<TokenClient> accepted = new ArrayList<>();
    List<String> outcomes = new ArrayList<>();
    TOKENS.check(
        token,
        new Bearer("c", null, () -> true, false),
        new Tokens.Heard() {
          @Override
          public void accept(TokenClient who) {
            accepted.add(who);
            outcomes.add("accepted");
          }

          @Override
          public void refuse(TokenException why) {
            outcomes.add(why.getMessage());
          }
        });
    assertThat(outcomes).hasSize(1);
    return accepted;
  }

  static Stream<Arguments> wholeTokens() {
    TokenMaker rich =
        new TokenMaker(NOW).with("acl", Map.of("pub", List.of("a/#"))).with("site", "1");
    return Stream.of(
            new TokenMaker(NOW).signed(),
            rich.signed(),
            new TokenMaker(NOW).unsigned("none"),
            new TokenMaker(NOW).with("exp", 1).signed(),
            "..",
            "a.b.c",
            "e30.e30.")
        .map(text -> Arguments.of((Object) text.getBytes(UTF_8)));
  }

  @MethodSource("wholeTokens")
  @FuzzTest(maxDuration = "5m")
  void nothingLetsInThatWasNotSigned(byte[] token) throws GeneralSecurityException {
    if (accepted(token).isEmpty()) {
      return;
    }
    String text = new String(token, UTF_8);
    int end = text.lastIndexOf('.');
    byte[] own = mac(text.substring(0, end).getBytes(UTF_8));
    assertThat(Base64.getUrlDecoder().decode(text.substring(end + 1))).isEqualTo(own);
  }

  private static byte[] mac(byte[] said) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
    return mac.doFinal(said);
  }

  static Stream<Arguments> claims() {
    String begin = "{\"iss\":\"https://issuer.example\",\"aud\":\"mqtt\",\"exp\":1800000060,";
    return Stream.of(
            "\"sub\":\"alice\"}",
            "\"sub\":\"alice\",\"acl\":{\"pub\":[\"a/#\"],\"sub\":[\"+\"],\"all\":[]}}",
            "\"sub\":\"a\",\"acl\":[{\"permission\":\"deny\",\"action\":\"all\",\"topic\":\"#\"}]}",
            "\"sub\":\"a\",\"acl\":[{\"permission\":\"allow\",\"action\":\"pub\",\"topics\":[\"a\"]"
                + ",\"qos\":[0,1],\"retain\":false}]}",
            "\"sub\":\"a\",\"scope\":\"read:a/# write:b x:y\",\"groups\":[\"g\"],\"site\":\"7\"}",
            "\"sub\":\"a\",\"cnf\":{\"x5t#S256\":\"abc\"},\"nbf\":1,\"jti\":\"1\"}",
            "\"sub\":[[[{}]]]}")
        .map(rest -> Arguments.of((Object) (begin + rest).getBytes(UTF_8)));
  }

  @MethodSource("claims")
  @FuzzTest(maxDuration = "5m")
  void whateverIsSignedIsReadOrRefused(byte[] claims) throws GeneralSecurityException {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String said = TokenMaker.base64("{\"alg\":\"HS256\"}") + "." + base64.encodeToString(claims);
    String token = said + "." + base64.encodeToString(mac(said.getBytes(UTF_8)));
    for (TokenClient who : accepted(token.getBytes(UTF_8))) {
      assertThat(who.user()).isNotEmpty();
      assertThat(who.expiresMillis()).isGreaterThan(NOW);
      assertThat(who.grants()).isPresent();
    }
  }

  static Stream<Arguments> keySets() {
    return Stream.of("ES256", "RS256", "EdDSA")
        .map(TokenMaker::keys)
        .map(pair -> Arguments.of((Object) TokenMaker.keySet(pair, "k").getBytes(UTF_8)));
  }

  @MethodSource("keySets")
  @FuzzTest(maxDuration = "2m")
  void anyKeySetIsReadOrRefused(byte[] json) {
    KeySet keys;
    try {
      keys = KeySet.of(new String(json, UTF_8));
    } catch (IllegalArgumentException refused) {
      return;
    }
    for (String algorithm : Arrays.asList("RS256", "ES256", "EdDSA", "HS256", "none", "")) {
      keys.find(algorithm, "");
    }
    assertThat(keys.find("HS256", "")).isEmpty();
    assertThat(keys.find("none", "")).isEmpty();
  }
}

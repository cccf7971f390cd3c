package io.whimbrel.server.config;

import static io.whimbrel.server.config.ValueKind.choice;
import static io.whimbrel.server.config.ValueKind.file;
import static io.whimbrel.server.config.ValueKind.flag;
import static io.whimbrel.server.config.ValueKind.listOf;
import static io.whimbrel.server.config.ValueKind.seconds;
import static io.whimbrel.server.config.ValueKind.text;
import static java.util.stream.Collectors.joining;

import io.whimbrel.server.config.IssuerConfig.Algorithm;
import io.whimbrel.server.config.IssuerConfig.Bound;
import io.whimbrel.server.config.IssuerConfig.ClientIdRule;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keys of those who issue tokens, which have names: {@code issuers.plant.issuer}. What stands here
 * is the table of one of them, called NAME.
 */
final class IssuerKeys {
  private static final String TEMPLATE = "issuers.NAME.";
  private static final KeyTable TABLE = new KeyTable();

  static final ConfigKey<String> ISSUER =
      key("issuer", text(), "", "Its `iss`, which every token has to have.");
  static final ConfigKey<List<String>> AUDIENCE =
      key(
          "audience",
          texts().or("none", List.of()),
          "none",
          "One of these has to be in the token's `aud`.");
  static final ConfigKey<String> SECRET =
      TABLE.secret(
          TEMPLATE + "secret",
          "The secret that both have, of HS256, HS384, HS512; better in `secret-file`.",
          ConfigKey.Effect.RESTART);
  static final ConfigKey<Optional<Path>> SECRET_FILE =
      key(
          "secret-file",
          file(),
          "none",
          "A file with that secret, and nothing else but a newline.");
  static final ConfigKey<Optional<Path>> PUBLIC_KEY =
      key("public-key", file(), "none", "Its public key or certificate, PEM.");
  static final ConfigKey<Optional<Path>> JWKS_FILE =
      key("jwks-file", file(), "none", "A file with its keys, as RFC 7517 says them.");
  static final ConfigKey<Optional<URI>> JWKS_URL =
      key("jwks-url", url(), "none", "Where it has its keys.");
  static final ConfigKey<Boolean> DISCOVERY =
      key(
          "discovery",
          flag(),
          "false",
          "Whether that URL is what it says itself at"
              + " `issuer` + `/.well-known/openid-configuration`.");
  static final ConfigKey<Optional<Path>> CA =
      key(
          "ca",
          file(),
          "none",
          "Whose certificates its URLs may show, PEM; without it those that Java trusts.");
  static final ConfigKey<List<Algorithm>> ALGORITHMS =
      key(
          "algorithms",
          listOf(algorithm()).or("auto", List.of()),
          "auto",
          "Algorithms that count; `auto`: those of its keys, with a secret HS256, HS384 and"
              + " HS512.");
  static final ConfigKey<String> USER_FROM =
      key("user-from", text(), "sub", "The claim that is the user name; `a.b`: b inside of a.");
  static final ConfigKey<ClientIdRule> CLIENT_ID =
      key(
          "client-id",
          choice(ClientIdRule.class),
          "any",
          "Which Client Identifier a client may have: `any`, what a claim `equals`, or what begins"
              + " with it (`prefix`).");
  static final ConfigKey<String> CLIENT_ID_CLAIM =
      key("client-id-claim", text(), "sub", "That claim.");
  static final ConfigKey<String> GROUPS_FROM =
      key(
          "groups-from",
          text(),
          "",
          "The claim with the groups of the rules that a client is in, a list or a text with spaces"
              + " in between; empty: none.");
  static final ConfigKey<List<String>> PUBLISH =
      key(
          "publish",
          texts().or("none", List.of()),
          "none",
          "Topic filters that its clients may publish to, with `${user}`, `${client}` and"
              + " `${claim.NAME}` filled in.");
  static final ConfigKey<List<String>> SUBSCRIBE =
      key("subscribe", texts().or("none", List.of()), "none", "The same to subscribe to.");
  static final ConfigKey<String> ACL_CLAIM =
      key(
          "acl-claim",
          text(),
          "",
          "The claim that says what a client may do, often `acl`"
              + " ([its forms](oauth.md#rights)); empty: none.");
  static final ConfigKey<Boolean> SCOPES =
      key(
          "scopes",
          flag(),
          "false",
          "Whether `scope` says so too: `publish:FILTER` and `subscribe:FILTER`, or `write:` and"
              + " `read:`.");
  static final ConfigKey<Bound> BOUND =
      key(
          "certificate-bound",
          choice(Bound.class),
          "if-said",
          "Whether a token has to be bound to the client's certificate (RFC 8705); `if-said`: where"
              + " it has `cnf`.");
  static final ConfigKey<Optional<URI>> INTROSPECTION_URL =
      key(
          "introspection-url",
          url(),
          "none",
          "Where tokens are asked about that are no JWT (RFC 7662).");
  static final ConfigKey<String> INTROSPECTION_CLIENT =
      key("introspection-client", text(), "", "The broker's client id there.");
  static final ConfigKey<Optional<Path>> INTROSPECTION_SECRET =
      key("introspection-secret-file", file(), "none", "A file with its secret.");
  static final ConfigKey<Long> INTROSPECTION_CACHE =
      key(
          "introspection-cache",
          seconds(0, 3_600),
          "60s",
          "How long an answer is believed, at most until the token ends.");

  /** The sections of issuers. */
  static final NamedKeys ISSUERS = new NamedKeys("issuers", TABLE);

  private IssuerKeys() {}

  private static <T> ConfigKey<T> key(
      String name, ValueKind<T> kind, String defaultText, String meaning) {
    return TABLE.key(TEMPLATE + name, kind, defaultText, meaning);
  }

  private static ValueKind<Algorithm> algorithm() {
    return new ValueKind<>(
        "algorithm",
        "one of " + Stream.of(Algorithm.values()).map(Algorithm::text).collect(joining(", ")),
        text -> Stream.of(Algorithm.values()).filter(a -> a.text().equals(text)).findFirst(),
        Algorithm::text);
  }

  private static ValueKind<List<String>> texts() {
    return listOf(
        new ValueKind<>(
            "text", "any text", text -> Optional.of(text).filter(t -> !t.isEmpty()), text -> text));
  }

  private static ValueKind<Optional<URI>> url() {
    return HttpUrl.kind();
  }
}

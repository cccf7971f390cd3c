package io.whimbrel.server.config;

import static io.whimbrel.server.config.ValueKind.listOf;
import static io.whimbrel.server.config.ValueKind.millis;
import static io.whimbrel.server.config.ValueKind.seconds;
import static io.whimbrel.server.config.ValueKind.size;

import java.util.List;
import java.util.Optional;

/** Keys of tokens, whoever issues them. See {@link ConfigKeys}, and {@link IssuerKeys}. */
final class OauthKeys {
  private static final KeyTable TABLE = new KeyTable();

  static final ConfigKey<List<String>> METHODS =
      TABLE.key(
          "oauth.methods",
          listOf(
              new ValueKind<>(
                  "name",
                  "letters, digits, - and _, but not SCRAM-…",
                  text -> Optional.of(text).filter(t -> t.matches("(?!SCRAM-)[A-Za-z0-9_-]{1,64}")),
                  text -> text)),
          "OAUTH2-JWT",
          "Names of the Authentication Method of MQTT 5 whose Authentication Data is a token, such"
              + " as `OAUTH2-JWT,CUSTOM-JWT`.");
  static final ConfigKey<Long> LEEWAY =
      TABLE.key(
          "oauth.leeway",
          seconds(0, 300),
          "5s",
          "How far the clock of an issuer may be ahead: so long a token counts before its `nbf`; it"
              + " never counts behind its `exp`.");
  static final ConfigKey<Long> TOKEN_BYTES_MAX =
      TABLE.key("oauth.token-bytes-max", size(256, 65_535), "8KiB", "Longest token.");
  static final ConfigKey<Long> KEYS_MAX_AGE =
      TABLE.key(
          "oauth.keys-max-age",
          seconds(60, 86_400),
          "1h",
          "How long keys of a URL are used before they are fetched again.");
  static final ConfigKey<Long> KEYS_OUTAGE =
      TABLE.key(
          "oauth.keys-outage",
          seconds(0, 2_592_000),
          "1d",
          "How much longer where that fails; behind it nobody is let in by them.");
  static final ConfigKey<Long> KEYS_REFETCH =
      TABLE.key(
          "oauth.keys-refetch",
          seconds(1, 3_600),
          "30s",
          "How long after a fetch a token with an unknown `kid` may cause another.");
  static final ConfigKey<Long> WEB_TIMEOUT =
      TABLE.key(
          "oauth.web-timeout",
          millis(100, 60_000),
          "5s",
          "How long an issuer may take to answer, less than `limits.connect-timeout`.");

  private OauthKeys() {}

  static List<ConfigKey<?>> all() {
    return TABLE.all();
  }
}

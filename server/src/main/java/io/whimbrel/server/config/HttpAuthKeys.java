package io.whimbrel.server.config;

import static io.whimbrel.server.config.ValueKind.file;
import static io.whimbrel.server.config.ValueKind.flag;
import static io.whimbrel.server.config.ValueKind.millis;

import io.whimbrel.server.config.ConfigKey.Effect;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Keys of the server that says who clients are. See {@link ConfigKeys}. */
final class HttpAuthKeys {
  private static final KeyTable TABLE = new KeyTable();

  static final ConfigKey<Optional<URI>> HTTP_URL =
      TABLE.key(
          "auth.http-url",
          HttpUrl.kind(),
          "none",
          "Where it is asked by POST who a client is"
              + " ([form](security.md#a-server-that-says-who-comes)).");
  static final ConfigKey<Boolean> HTTP_PLAIN =
      TABLE.key(
          "auth.http-plain",
          flag(),
          "false",
          "Whether that URL may be http to another machine: passwords can be read on the way, and"
              + " answers forged.");
  static final ConfigKey<Long> HTTP_TIMEOUT =
      TABLE.key(
          "auth.http-timeout",
          millis(10, 60_000),
          "5s",
          "How long a question may take, all in all, less than `limits.connect-timeout`; who asked"
              + " is refused then.");
  static final ConfigKey<Long> HTTP_CACHE =
      TABLE.key(
          "auth.http-cache",
          millis(0, 86_400_000),
          "0",
          "How long it counts that a client is let in, for the same question; 0: it is asked each"
              + " time, so that who is locked out there is so here at once.");
  static final ConfigKey<Optional<Path>> HTTP_HEADERS_FILE =
      TABLE.key(
          "auth.http-headers-file",
          file(),
          "none",
          "Headers of every question, `NAME: VALUE` on a line each, such as `Authorization`; may be"
              + " changed while the broker runs.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Optional<Path>> HTTP_CA =
      TABLE.key(
          "auth.http-ca",
          file(),
          "none",
          "Whose certificates count for that URL, in PEM; `none`: those that the Java runtime"
              + " trusts.");

  private HttpAuthKeys() {}

  static List<ConfigKey<?>> all() {
    return TABLE.all();
  }
}

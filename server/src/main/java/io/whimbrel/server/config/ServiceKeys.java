package io.whimbrel.server.config;

import static io.whimbrel.server.config.ValueKind.address;
import static io.whimbrel.server.config.ValueKind.choice;
import static io.whimbrel.server.config.ValueKind.file;
import static io.whimbrel.server.config.ValueKind.millis;
import static io.whimbrel.server.config.ValueKind.path;
import static io.whimbrel.server.config.ValueKind.port;
import static io.whimbrel.server.config.ValueKind.seconds;
import static io.whimbrel.server.config.ValueKind.size;

import io.whimbrel.server.config.ConfigKey.Effect;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Keys of what is kept on disk and of what people look at. See {@link ConfigKeys}. */
final class ServiceKeys {
  private static final KeyTable TABLE = new KeyTable();

  private static final long TIB = 1L << 40;

  /** Stands for a place that is worked out at start; nobody can write it. */
  static final Path CONTROL_AUTO = Path.of("");

  static final ConfigKey<Path> DATA_DIR =
      TABLE.key(
          "data-dir",
          path(),
          "./data",
          "Directory of all that outlives a restart, relative to the working directory; made where"
              + " there is none, and used by one broker at a time.");
  static final ConfigKey<Long> STORE_FREE_BYTES_MIN =
      TABLE.key(
          "store.free-bytes-min",
          size(0, TIB),
          "256MiB",
          "Room kept free where `data-dir` is: with less, messages and sessions that would have to"
              + " be stored are refused, and what is there goes on.",
          Effect.AT_ONCE);
  static final ConfigKey<Long> STORE_COMMIT_DELAY =
      TABLE.key(
          "store.commit-delay-max",
          millis(0, 100),
          "5ms",
          "How long a sync may wait for other messages to share it, which saves CPU time and the"
              + " disk; only where it is found to cost no throughput. 0: never.");

  static final ConfigKey<String> HTTP_BIND =
      TABLE.key(
          "http.bind",
          address(),
          "127.0.0.1",
          "Address of health and metrics, which whoever reaches it may read.");
  static final ConfigKey<Port> HTTP_PORT =
      TABLE.key("http.port", port(), "9883", "Port of health and metrics.");

  static final ConfigKey<Optional<Path>> CONTROL_SOCKET =
      TABLE.key(
          "control.socket",
          file().or("auto", Optional.of(CONTROL_AUTO)),
          "auto",
          "Unix socket on which `whimbrel disconnect` asks a running broker"
              + " ([how](security.md#ending-connections)), for the broker's user alone. auto:"
              + " `control.sock` in `data-dir`, where the broker has one.");

  static final ConfigKey<Long> SYS_TOPICS_INTERVAL =
      TABLE.key(
          "sys-topics.interval",
          seconds(0, 86_400),
          "10s",
          "How often the topics below `$SYS` are published; 0: never.",
          Effect.AT_ONCE);

  static final ConfigKey<ServerConfig.LogLevel> LOG_LEVEL =
      TABLE.key(
          "log.level",
          choice(ServerConfig.LogLevel.class),
          "info",
          "Least severe events that are logged.",
          Effect.AT_ONCE);

  static final ConfigKey<Optional<Path>> AUDIT_FILE =
      TABLE.key(
          "log.audit-file",
          file(),
          "none",
          "File to which a line of JSON is added for each client that comes, is refused or goes,"
              + " for what rights refuse, and for changes of the configuration"
              + " ([audit log](security.md#audit-log)).",
          Effect.AT_ONCE);

  private ServiceKeys() {}

  static List<ConfigKey<?>> all() {
    return TABLE.all();
  }
}

package io.whimbrel.server.config;

import static io.whimbrel.server.config.ValueKind.address;
import static io.whimbrel.server.config.ValueKind.choice;
import static io.whimbrel.server.config.ValueKind.file;
import static io.whimbrel.server.config.ValueKind.flag;
import static io.whimbrel.server.config.ValueKind.millis;
import static io.whimbrel.server.config.ValueKind.path;
import static io.whimbrel.server.config.ValueKind.port;
import static io.whimbrel.server.config.ValueKind.seconds;
import static io.whimbrel.server.config.ValueKind.size;
import static io.whimbrel.server.config.ValueKind.text;
import static io.whimbrel.server.config.ValueKind.urlPath;
import static io.whimbrel.server.config.ValueKind.whole;

import io.whimbrel.core.port.DurabilityLevel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every key of the configuration with its default and its documentation: the one place where they
 * stand. Parsing, error messages, {@code --print-config} and {@code docs/configuration.md} all come
 * from this table, so they cannot disagree. A key is registered where it is declared, and the order
 * here is the order everywhere.
 */
final class ConfigKeys {
  private static final List<ConfigKey<?>> TABLE = new ArrayList<>();

  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;
  private static final long TIB = 1L << 40;
  private static final long DAY_MILLIS = 86_400_000L;

  /** The largest Remaining Length there is (2.1.4). */
  private static final long PACKET_SIZE_WALL = 268_435_455;

  /** A Session Expiry Interval that never ends (3.1.2.11.2). */
  private static final long FOR_EVER = 4_294_967_295L;

  /** Stands for a value that is worked out at start. */
  static final long AUTO = 0;

  /** Who may come without credentials. */
  enum Anonymous {
    LOOPBACK,
    TRUE,
    FALSE
  }

  static final ConfigKey<String> BIND =
      key("listeners.bind", address(), "127.0.0.1", "Address on which MQTT clients are awaited.");
  static final ConfigKey<Port> TCP_PORT =
      key("listeners.tcp-port", port(), "1883", "Port of MQTT over TCP.");
  static final ConfigKey<Port> WEBSOCKET_PORT =
      key("listeners.websocket-port", port(), "9001", "Port of MQTT over WebSocket.");
  static final ConfigKey<Port> TLS_PORT =
      key("listeners.tls-port", port(), "0", "Port of MQTT over TLS; needs `tls.certificate`.");
  static final ConfigKey<Port> WSS_PORT =
      key(
          "listeners.wss-port",
          port(),
          "0",
          "Port of MQTT over WebSocket over TLS; needs `tls.certificate`.");
  static final ConfigKey<String> WEBSOCKET_PATH =
      key(
          "listeners.websocket-path",
          urlPath(),
          "/mqtt",
          "Path of the WebSocket handshake; `/` is accepted as well.");
  static final ConfigKey<Long> WEBSOCKET_FRAME_BYTES_MAX =
      key(
          "listeners.websocket-frame-bytes-max",
          size(KIB, PACKET_SIZE_WALL).or("auto", AUTO),
          "auto",
          "Largest WebSocket frame accepted; `auto` is `limits.packet-size-max`, as most clients"
              + " send a packet in one frame.");
  static final ConfigKey<DurabilityLevel> TCP_DURABILITY =
      key(
          "listeners.tcp-durability",
          choice(DurabilityLevel.class),
          "disk",
          "What acknowledgements to clients over TCP and TLS wait for: the `disk`, the operating"
              + " system (`os`), or nothing (`memory`, whose sessions no restart brings back);"
              + " [what is lost when](durability.md).");
  static final ConfigKey<DurabilityLevel> WEBSOCKET_DURABILITY =
      key(
          "listeners.websocket-durability",
          choice(DurabilityLevel.class),
          "disk",
          "The same for clients over WebSocket, with TLS or without.");
  static final ConfigKey<Long> BACKLOG =
      key(
          "listeners.backlog",
          whole(1, 65_535),
          "1024",
          "Connections the operating system holds until they are accepted.");
  static final ConfigKey<Anonymous> ALLOW_ANONYMOUS =
      key(
          "listeners.allow-anonymous",
          choice(Anonymous.class),
          "loopback",
          "Whether clients may come without credentials; `loopback`: only while"
              + " `listeners.bind` is a loopback address, and there is neither"
              + " `auth.password-file` nor `tls.user-from`.");
  static final ConfigKey<Long> CONNECTIONS_PER_ADDRESS_MAX =
      key(
          "listeners.connections-per-address-max",
          whole(0, 10_000_000),
          "0",
          "Connections from one remote address; 0: any number.");
  static final ConfigKey<Long> EVENT_LOOPS =
      key(
          "listeners.event-loops",
          whole(0, 1_024),
          "0",
          "Threads that serve the connections; 0: chosen by the number of processors.");

  static final ConfigKey<Optional<Path>> TLS_CERTIFICATE =
      key(
          "tls.certificate",
          file(),
          "none",
          "Certificate of the broker and those of its issuers (PEM), or a PKCS#12 file that has the"
              + " key as well. It, and all files of this section, may be replaced while the broker"
              + " runs.");
  static final ConfigKey<Optional<Path>> TLS_KEY =
      key(
          "tls.key",
          file(),
          "none",
          "Private key of the certificate (PEM: PKCS#8, PKCS#1 or SEC 1); none: it is in the file"
              + " of the certificate.");
  static final ConfigKey<String> TLS_KEY_PASSWORD =
      secret("tls.key-password", "Password of an encrypted key or of the PKCS#12 file.");
  static final ConfigKey<Optional<Path>> TLS_CA =
      key(
          "tls.ca",
          file(),
          "none",
          "Certificates (PEM) of those who may issue certificates of clients.");
  static final ConfigKey<Optional<Path>> TLS_CRL =
      key(
          "tls.crl",
          file(),
          "none",
          "Revocation lists (PEM or DER) of these; a client whose certificate is on one is refused,"
              + " and so is one whose issuer has no list in it.");
  static final ConfigKey<ServerConfig.ClientCertificate> TLS_CLIENT_CERTIFICATE =
      key(
          "tls.client-certificate",
          choice(ServerConfig.ClientCertificate.class),
          "none",
          "Whether clients are asked for a certificate (`optional`), or not let in without one"
              + " (`required`).");
  static final ConfigKey<ServerConfig.CertificateUser> TLS_USER_FROM =
      key(
          "tls.user-from",
          choice(ServerConfig.CertificateUser.class),
          "none",
          "What of a client's certificate is its user name, instead of the one in CONNECT: the"
              + " `cn`, the whole `subject`, or the first `dns`, `email` or `uri` of its Subject"
              + " Alternative Names; a client whose certificate has none is refused.");
  static final ConfigKey<ServerConfig.TlsProtocols> TLS_PROTOCOLS =
      key(
          "tls.protocols",
          choice(ServerConfig.TlsProtocols.class),
          "both",
          "Versions of TLS: 1.3 and 1.2 (`both`), or 1.3 alone (`newest`).");

  static final ConfigKey<Optional<Path>> PASSWORD_FILE =
      key(
          "auth.password-file",
          file(),
          "none",
          "Users and their passwords, as `mosquitto_passwd` and `whimbrel user` write them; may be"
              + " changed while the broker runs.");
  static final ConfigKey<Optional<Path>> ACL_FILE =
      key(
          "auth.acl-file",
          file(),
          "none",
          "Who may publish and subscribe to what, in the form of Mosquitto's `acl_file`; may be"
              + " changed while the broker runs.");

  static final ConfigKey<Path> DATA_DIR =
      key(
          "data-dir",
          path(),
          "./data",
          "Directory of all that outlives a restart, relative to the working directory; made where"
              + " there is none, and used by one broker at a time.");
  static final ConfigKey<Long> STORE_FREE_BYTES_MIN =
      key(
          "store.free-bytes-min",
          size(0, TIB),
          "256MiB",
          "Room kept free where `data-dir` is: with less, messages and sessions that would have to"
              + " be stored are refused, and what is there goes on.");
  static final ConfigKey<Long> STORE_COMMIT_DELAY =
      key(
          "store.commit-delay-max",
          millis(0, 100),
          "5ms",
          "How long a sync may wait for other messages to share it, which saves CPU time and the"
              + " disk; only where it is found to cost no throughput. 0: never.");

  static final ConfigKey<String> HTTP_BIND =
      key(
          "http.bind",
          address(),
          "127.0.0.1",
          "Address of health and metrics, which whoever reaches it may read.");
  static final ConfigKey<Port> HTTP_PORT =
      key("http.port", port(), "9883", "Port of health and metrics.");

  static final ConfigKey<Long> PACKET_SIZE_MAX =
      key(
          "limits.packet-size-max",
          size(256, PACKET_SIZE_WALL),
          "16MiB",
          "Largest packet accepted once connected (Maximum Packet Size).");
  static final ConfigKey<Long> CONNECT_PACKET_SIZE_MAX =
      key(
          "limits.connect-packet-size-max",
          size(256, PACKET_SIZE_WALL),
          "64KiB",
          "Largest CONNECT, and largest AUTH before CONNACK.");
  static final ConfigKey<Long> CONNECT_TIMEOUT =
      key(
          "limits.connect-timeout",
          millis(100, DAY_MILLIS),
          "10s",
          "Time from the network connection to the end of the CONNECT exchange.");
  static final ConfigKey<Long> CONNECTIONS_MAX =
      key(
          "limits.connections-max",
          whole(1, 10_000_000),
          "100000",
          "Connections in all; further ones are told that the server is busy, or closed.");
  static final ConfigKey<Long> TOPIC_LEVELS_MAX =
      key("limits.topic-levels-max", whole(1, 65_536), "200", "Levels of a topic or filter.");
  static final ConfigKey<Long> USER_PROPERTIES_MAX =
      key("limits.user-properties-max", whole(0, 1_000_000), "1000", "User Properties per packet.");
  static final ConfigKey<Long> SUBSCRIPTIONS_PER_SESSION_MAX =
      key(
          "limits.subscriptions-per-session-max",
          whole(1, 10_000_000),
          "10000",
          "Subscriptions of one session; further ones are refused in SUBACK.");
  static final ConfigKey<Long> RETAINED_MESSAGES_MAX =
      key(
          "limits.retained-messages-max",
          whole(0, 1_000_000_000),
          "1000000",
          "Topics with a retained message; retaining on a further one is refused.");
  static final ConfigKey<Long> RETAINED_BYTES_MAX =
      key(
          "limits.retained-bytes-max",
          size(0, TIB),
          "512MiB",
          "Topics and payloads of all retained messages; above it retaining more is refused.");
  static final ConfigKey<Long> QUEUE_MESSAGES_MAX =
      key(
          "limits.queue-messages-max",
          whole(1, 100_000_000),
          "10000",
          "Messages waiting or in flight for one session; above it `limits.drop-policy` holds.");
  static final ConfigKey<Long> QUEUE_BYTES_MAX =
      key(
          "limits.queue-bytes-max",
          size(KIB, TIB),
          "64MiB",
          "Bytes of these messages; above it `limits.drop-policy` holds.");
  static final ConfigKey<Long> QUEUE_RESIDENT_MESSAGES_MAX =
      key(
          "limits.queue-resident-messages-max",
          whole(1, 100_000_000),
          "1000",
          "Messages that wait in memory for one connected session; further ones wait on disk alone"
              + " where the journal keeps them, and all do while the client is away.");
  static final ConfigKey<Long> QUEUE_RESIDENT_BYTES_MAX =
      key(
          "limits.queue-resident-bytes-max",
          size(0, TIB),
          "256KiB",
          "Bytes of these messages, likewise.");
  static final ConfigKey<Long> QUEUE_PAGE_MESSAGES_MAX =
      key(
          "limits.queue-page-messages-max",
          whole(1, 1_000_000),
          "128",
          "Messages of one queue read back from disk at a time.");
  static final ConfigKey<Long> QUEUE_PAGE_BYTES_MAX =
      key(
          "limits.queue-page-bytes-max",
          size(KIB, GIB),
          "64KiB",
          "Their bytes; a page ends with the message that passes it.");
  static final ConfigKey<DropPolicy> DROP_POLICY =
      key(
          "limits.drop-policy",
          choice(DropPolicy.class),
          "newest",
          "What a full queue drops: the message that comes, or the oldest one not yet sent.");
  static final ConfigKey<Boolean> QUEUE_QOS0_OFFLINE =
      key(
          "limits.queue-qos0-offline",
          flag(),
          "false",
          "Whether QoS 0 messages are queued for a persistent session that is away.");
  static final ConfigKey<Long> RECEIVE_MAXIMUM =
      key(
          "limits.receive-maximum",
          whole(1, 65_535),
          "1000",
          "Unacknowledged QoS 1 and 2 messages accepted from one client (Receive Maximum).");
  static final ConfigKey<Long> IN_FLIGHT_MAX =
      key(
          "limits.in-flight-max",
          whole(1, 65_535),
          "1000",
          "Unacknowledged QoS 1 and 2 messages sent to one client, whatever it allows.");
  static final ConfigKey<Long> TOPIC_ALIAS_MAXIMUM_IN =
      key(
          "limits.topic-alias-maximum-in",
          whole(0, 65_535),
          "100",
          "Topic aliases a client may set; 0: none.");
  static final ConfigKey<Long> TOPIC_ALIAS_MAXIMUM_OUT =
      key(
          "limits.topic-alias-maximum-out",
          whole(0, 65_535),
          "16",
          "Topic aliases used towards a client that allows them; 0: none.");
  static final ConfigKey<Long> SERVER_KEEP_ALIVE =
      key(
          "limits.server-keep-alive",
          seconds(0, 65_535),
          "0",
          "Keep alive told to every MQTT 5 client; 0: the client's own.");
  static final ConfigKey<Long> KEEP_ALIVE_MAX =
      key(
          "limits.keep-alive-max",
          seconds(0, 65_535),
          "0",
          "Longest keep alive granted to an MQTT 5 client; 0: any.");
  static final ConfigKey<Long> SESSION_EXPIRY_MAX =
      key(
          "limits.session-expiry-max",
          seconds(0, FOR_EVER).or("forever", FOR_EVER),
          "forever",
          "Longest Session Expiry Interval granted; `forever` is 4294967295 seconds.");
  static final ConfigKey<Long> OUTPUT_BYTES_MAX =
      key(
          "limits.output-bytes-max",
          size(KIB, GIB),
          "1MiB",
          "Bytes waiting for one client above which it is neither written to nor read from.");
  static final ConfigKey<Long> STUCK_OUTPUT_TIMEOUT =
      key(
          "limits.stuck-output-timeout",
          millis(100, DAY_MILLIS),
          "1m",
          "A client whose output stays above that for so long is closed.");
  static final ConfigKey<Long> PACKETS_PER_TURN_MAX =
      key(
          "limits.packets-per-turn-max",
          whole(1, 1_000_000),
          "1024",
          "Packets of one connection handled before others have theirs.");
  static final ConfigKey<Long> UNACKNOWLEDGED_MAX =
      key(
          "limits.unacknowledged-max",
          whole(1, 1_000_000),
          "4096",
          "Acknowledgements of one connection that wait for the disk before it is not read from.");
  static final ConfigKey<Long> LANE_MESSAGES_MAX =
      key(
          "limits.lane-messages-max",
          whole(1, 100_000_000),
          "16384",
          "Messages on their way between two event loops before publishers are not read from.");
  static final ConfigKey<Long> UNCOMMITTED_BYTES_MAX =
      key(
          "limits.uncommitted-bytes-max",
          size(MIB, TIB),
          "64MiB",
          "Bytes one event loop wrote that are not on disk yet, before publishers are not read"
              + " from.");
  static final ConfigKey<Long> MEMORY_BYTES_MAX =
      key(
          "limits.memory-bytes-max",
          size(MIB, TIB).or("auto", AUTO),
          "auto",
          "Bytes of all queued and retained messages in memory; above it QoS 0 is dropped and QoS 1"
              + " and 2 are refused; `auto` is half of the JVM's maximum heap.");
  static final ConfigKey<Long> PUBLISH_RATE_MAX =
      key(
          "limits.publish-rate-max",
          whole(0, 1_000_000_000),
          "0",
          "PUBLISH packets per second and connection, a faster one is read more slowly; 0: any.");
  static final ConfigKey<Boolean> PAYLOAD_FORMAT_CHECK =
      key(
          "limits.payload-format-check",
          flag(),
          "false",
          "Whether a payload that says it is UTF-8 is checked.");
  static final ConfigKey<Long> SLICE_MAX =
      key(
          "limits.slice-max",
          whole(1, 1_000_000),
          "1000",
          "Timers run and retained messages replayed in one turn of an event loop.");

  static final ConfigKey<Long> SYS_TOPICS_INTERVAL =
      key(
          "sys-topics.interval",
          seconds(0, 86_400),
          "10s",
          "How often the topics below `$SYS` are published; 0: never.");

  static final ConfigKey<ServerConfig.LogLevel> LOG_LEVEL =
      key(
          "log.level",
          choice(ServerConfig.LogLevel.class),
          "info",
          "Least severe events that are logged.");

  private ConfigKeys() {}

  /** What a full queue does. */
  enum DropPolicy {
    NEWEST,
    OLDEST
  }

  /** All keys, in the order of this file. */
  static List<ConfigKey<?>> all() {
    return Collections.unmodifiableList(TABLE);
  }

  static Optional<ConfigKey<?>> find(String path) {
    for (ConfigKey<?> key : TABLE) {
      if (key.path().equals(path)) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }

  /** The sections, in the order of their first keys. */
  static List<String> sections() {
    return TABLE.stream().map(ConfigKey::section).filter(s -> !s.isEmpty()).distinct().toList();
  }

  /** All that may stand before a colon in a file: keys and sections. */
  static List<String> names() {
    return Stream.concat(TABLE.stream().map(ConfigKey::path), sections().stream()).toList();
  }

  private static <T> ConfigKey<T> key(
      String path, ValueKind<T> kind, String defaultText, String meaning) {
    ConfigKey<T> key = new ConfigKey<>(path, kind, defaultText, meaning);
    TABLE.add(key);
    return key;
  }

  private static ConfigKey<String> secret(String path, String meaning) {
    ConfigKey<String> key = new ConfigKey<>(path, text(), "", meaning, true);
    TABLE.add(key);
    return key;
  }
}

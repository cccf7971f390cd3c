package io.whimbrel.server.config;

import static io.whimbrel.server.config.ValueKind.address;
import static io.whimbrel.server.config.ValueKind.choice;
import static io.whimbrel.server.config.ValueKind.cipher;
import static io.whimbrel.server.config.ValueKind.directory;
import static io.whimbrel.server.config.ValueKind.file;
import static io.whimbrel.server.config.ValueKind.listOf;
import static io.whimbrel.server.config.ValueKind.mode;
import static io.whimbrel.server.config.ValueKind.network;
import static io.whimbrel.server.config.ValueKind.port;
import static io.whimbrel.server.config.ValueKind.size;
import static io.whimbrel.server.config.ValueKind.urlPath;
import static io.whimbrel.server.config.ValueKind.whole;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.server.config.ConfigKey.Effect;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Keys of where clients are awaited, and of TLS. See {@link ConfigKeys}. */
final class ListenerKeys {
  private static final KeyTable TABLE = new KeyTable();

  private static final long KIB = 1L << 10;

  /** Who may come without credentials. */
  enum Anonymous {
    LOOPBACK,
    TRUE,
    FALSE
  }

  static final ConfigKey<String> BIND =
      TABLE.key(
          "listeners.bind", address(), "127.0.0.1", "Address on which MQTT clients are awaited.");
  static final ConfigKey<Port> TCP_PORT =
      TABLE.key("listeners.tcp-port", port(), "1883", "Port of MQTT over TCP.");
  static final ConfigKey<Port> WEBSOCKET_PORT =
      TABLE.key("listeners.websocket-port", port(), "9001", "Port of MQTT over WebSocket.");
  static final ConfigKey<Port> TLS_PORT =
      TABLE.key(
          "listeners.tls-port", port(), "0", "Port of MQTT over TLS; needs `tls.certificate`.");
  static final ConfigKey<Port> WSS_PORT =
      TABLE.key(
          "listeners.wss-port",
          port(),
          "0",
          "Port of MQTT over WebSocket over TLS; needs `tls.certificate`.");
  static final ConfigKey<Optional<Path>> UNIX_SOCKET =
      TABLE.key(
          "listeners.unix-socket",
          file(),
          "none",
          "Unix socket of MQTT, for programs on this machine; made at start, removed at stop.");
  static final ConfigKey<Set<PosixFilePermission>> UNIX_SOCKET_MODE =
      TABLE.key(
          "listeners.unix-socket-mode",
          mode(),
          "600",
          "Who may connect there: those who may write to it.");
  static final ConfigKey<String> WEBSOCKET_PATH =
      TABLE.key(
          "listeners.websocket-path",
          urlPath(),
          "/mqtt",
          "Path of the WebSocket handshake; `/` is accepted as well.");
  static final ConfigKey<Long> WEBSOCKET_FRAME_BYTES_MAX =
      TABLE.key(
          "listeners.websocket-frame-bytes-max",
          size(KIB, KeyTable.PACKET_SIZE_WALL).or("auto", KeyTable.AUTO),
          "auto",
          "Largest WebSocket frame accepted; `auto` is `limits.packet-size-max`, as most clients"
              + " send a packet in one frame.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<DurabilityLevel> TCP_DURABILITY =
      TABLE.key(
          "listeners.tcp-durability",
          choice(DurabilityLevel.class),
          "disk",
          "What acknowledgements to clients over TCP, TLS and Unix sockets wait for: the `disk`,"
              + " the operating system (`os`), or nothing (`memory`, whose sessions no restart"
              + " brings back); [what is lost when](durability.md).");
  static final ConfigKey<DurabilityLevel> WEBSOCKET_DURABILITY =
      TABLE.key(
          "listeners.websocket-durability",
          choice(DurabilityLevel.class),
          "disk",
          "The same for clients over WebSocket, with TLS or without.");
  static final ConfigKey<Long> BACKLOG =
      TABLE.key(
          "listeners.backlog",
          whole(1, 65_535),
          "1024",
          "Connections the operating system holds until they are accepted.");
  static final ConfigKey<Anonymous> ALLOW_ANONYMOUS =
      TABLE.key(
          "listeners.allow-anonymous",
          choice(Anonymous.class),
          "loopback",
          "Whether clients may come without credentials; `loopback`: only while"
              + " `listeners.bind` is a loopback address, none come through a proxy"
              + " (`listeners.proxy-protocol`), and there is none of `auth.password-file`,"
              + " `auth.scram-file`, `auth.http-url`, `tls.user-from` and issuers of tokens.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<List<ListenerKind>> PROXY_PROTOCOL =
      TABLE.key(
          "listeners.proxy-protocol",
          listOf(
                  choice(
                      ListenerKind.class,
                      Set.of(ListenerKind.SN, ListenerKind.SN_DTLS, ListenerKind.SN_SERIAL)))
              .or("none", List.of()),
          "none",
          "Listeners behind a proxy that says where a client comes from, in a header of the PROXY"
              + " protocol (version 1 or 2) before everything else. Who sends none is refused.");
  static final ConfigKey<List<AddressRange>> PROXY_FROM =
      TABLE.key(
          "listeners.proxy-from",
          listOf(network()),
          "127.0.0.0/8,::1",
          "Where these proxies are; others are refused by those listeners. A Unix socket asks for"
              + " nobody's address.");
  static final ConfigKey<Long> CONNECTIONS_PER_ADDRESS_MAX =
      TABLE.key(
          "listeners.connections-per-address-max",
          whole(0, 10_000_000),
          "0",
          "Connections from one IPv4 address or one /64 of IPv6; 0: any number. Behind a proxy the"
              + " client's address counts, on a Unix socket none.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Long> EVENT_LOOPS =
      TABLE.key(
          "listeners.event-loops",
          whole(0, 1_024),
          "0",
          "Threads that serve the connections; 0: chosen by the number of processors.");

  static final ConfigKey<Optional<Path>> TLS_CERTIFICATE =
      TABLE.key(
          "tls.certificate",
          file(),
          "none",
          "Certificate of the broker and those of its issuers (PEM), or a PKCS#12 file that has the"
              + " key as well. It, and all files of this section, may be replaced while the broker"
              + " runs.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Optional<Path>> TLS_KEY =
      TABLE.key(
          "tls.key",
          file(),
          "none",
          "Private key of the certificate (PEM: PKCS#8, PKCS#1 or SEC 1); none: it is in the file"
              + " of the certificate.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<String> TLS_KEY_PASSWORD =
      TABLE.secret(
          "tls.key-password",
          "Password of an encrypted key or of the PKCS#12 file.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Optional<Path>> TLS_SNI_DIRECTORY =
      TABLE.key(
          "tls.sni-directory",
          directory(),
          "none",
          "Directory of more certificates: `NAME.pem` with `NAME.key`, or `NAME.p12`, opened by"
              + " `tls.key-password`. Each is shown to clients that ask for a DNS name among its"
              + " Subject Alternative Names, `tls.certificate` to all others.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Optional<Path>> TLS_CA =
      TABLE.key(
          "tls.ca",
          file(),
          "none",
          "Certificates (PEM) of those who may issue certificates of clients.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Optional<Path>> TLS_CRL =
      TABLE.key(
          "tls.crl",
          file(),
          "none",
          "Revocation lists (PEM or DER) of these; a client whose certificate is on one is refused,"
              + " and so is one whose issuer has no list in it.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<ServerConfig.ClientCertificate> TLS_CLIENT_CERTIFICATE =
      TABLE.key(
          "tls.client-certificate",
          choice(ServerConfig.ClientCertificate.class),
          "none",
          "Whether clients are asked for a certificate (`optional`), or not let in without one"
              + " (`required`).",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<ServerConfig.CertificateUser> TLS_USER_FROM =
      TABLE.key(
          "tls.user-from",
          choice(ServerConfig.CertificateUser.class),
          "none",
          "What of a client's certificate is its user name, instead of the one in CONNECT: the"
              + " `cn`, the whole `subject`, or the first `dns`, `email` or `uri` of its Subject"
              + " Alternative Names; a client whose certificate has none is refused.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<ServerConfig.TlsProtocols> TLS_PROTOCOLS =
      TABLE.key(
          "tls.protocols",
          choice(ServerConfig.TlsProtocols.class),
          "both",
          "Versions of TLS: 1.3 and 1.2 (`both`), or 1.3 alone (`newest`).",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<List<String>> TLS_CIPHERS =
      TABLE.key(
          "tls.ciphers",
          listOf(cipher()).or("default", List.of()),
          "default",
          "Cipher suites by their IANA names, best first, those of TLS 1.3 among them; a version of"
              + " which none is listed is not spoken. Leaving out only some of TLS 1.3 makes the"
              + " JDK serve, which is slower.",
          Effect.NEW_CONNECTIONS);

  private ListenerKeys() {}

  static List<ConfigKey<?>> all() {
    return TABLE.all();
  }
}

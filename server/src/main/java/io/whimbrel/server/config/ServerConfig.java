package io.whimbrel.server.config;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Limits;
import java.net.URI;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The configuration of one broker, checked: what exists can be run. Each section is handed to the
 * one who needs it. What every component means, and its default, stands in {@link ConfigKeys}.
 *
 * @param limits the core's, ready for use
 */
public record ServerConfig(
    Listeners listeners,
    Tls tls,
    Auth auth,
    Storage storage,
    Http http,
    Limits limits,
    Rates rates,
    Logins logins,
    Overload overload,
    Sn sn,
    Control control,
    SysTopics sysTopics,
    Log log) {

  /**
   * Where MQTT clients are awaited.
   *
   * @param datagrams whether there is a port of UDP as well
   * @param unix the Unix socket, where there is one
   * @param websocketFrameBytesMax worked out where the configuration says {@code auto}
   * @param tcpDurability what acknowledgements over TCP, and on the Unix socket, wait for
   * @param websocketDurability what those over WebSocket wait for
   * @param proxies what they say is believed
   * @param connectionsPerAddressMax 0: any number
   * @param eventLoops 0: chosen by the number of processors
   */
  public record Listeners(
      String bind,
      Port tcpPort,
      Port websocketPort,
      Port tlsPort,
      Port wssPort,
      boolean datagrams,
      Optional<UnixSocket> unix,
      String websocketPath,
      int websocketFrameBytesMax,
      DurabilityLevel tcpDurability,
      DurabilityLevel websocketDurability,
      Proxies proxies,
      int backlog,
      int connectionsPerAddressMax,
      int eventLoops) {

    /** Whether all clients are on this machine, as far as anybody can tell. */
    public boolean isLoopback() {
      return (!hasPorts() || Loopback.isLoopback(bind)) && proxies.listeners().isEmpty();
    }

    private boolean hasPorts() {
      return datagrams
          || Stream.of(tcpPort, websocketPort, tlsPort, wssPort).anyMatch(port -> !port.isOff());
    }

    /** Whether TLS is spoken on one of them. */
    public boolean isEncrypted() {
      return !tlsPort.isOff() || !wssPort.isOff();
    }
  }

  /**
   * A Unix socket.
   *
   * @param mode who may do what with it; connecting is writing
   */
  public record UnixSocket(Path path, Set<PosixFilePermission> mode) {}

  /**
   * Proxies that say where clients come from.
   *
   * @param listeners those that they stand before
   * @param from where they are
   */
  public record Proxies(List<ListenerKind> listeners, List<AddressRange> from) {}

  /**
   * Files of keys and certificates, and what is asked of clients.
   *
   * @param keyPassword empty where there is none
   * @param sniDirectory certificates for some names
   * @param ciphers names of cipher suites, best first; empty: those of the engine
   */
  public record Tls(
      Optional<Path> certificate,
      Optional<Path> key,
      String keyPassword,
      Optional<Path> sniDirectory,
      Optional<Path> ca,
      Optional<Path> crl,
      ClientCertificate clientCertificate,
      CertificateUser userFrom,
      TlsProtocols protocols,
      List<String> ciphers) {

    /** Without the password. */
    @Override
    public String toString() {
      return "Tls[" + certificate + ", " + key + ", " + ca + ", " + clientCertificate + "]";
    }
  }

  /**
   * Who may come in, and what they may do.
   *
   * @param allowAnonymous whether clients may come without credentials
   * @param chains by listener, who is asked who a client is, worked out where it is automatic
   * @param http a server that is asked, where there is one
   */
  public record Auth(
      boolean allowAnonymous,
      Optional<Path> passwordFile,
      Optional<Path> scramFile,
      Optional<Path> aclFile,
      Optional<Path> rulesFile,
      Map<String, List<String>> chains,
      Optional<HttpAuth> http,
      PluginSettings plugins,
      SenderIdentity senderIdentity,
      Tokens tokens) {
    private static final Set<String> OWN_STEPS =
        Set.of("link", "certificate", "token", "password", "scram", "http", "anonymous");

    /** The steps of all chains that plugins are. */
    public Set<String> pluginSteps() {
      return chains.values().stream()
          .flatMap(List::stream)
          .filter(step -> !OWN_STEPS.contains(step))
          .collect(Collectors.toSet());
    }

    /** The files that say who may come in. */
    public List<Path> entranceFiles() {
      Stream<Path> issuers = tokens.issuers.stream().flatMap(issuer -> issuer.keys().files());
      Stream<Path> users =
          Stream.of(passwordFile, scramFile, http.flatMap(HttpAuth::headersFile))
              .flatMap(Optional::stream);
      return Stream.concat(users, issuers).toList();
    }

    /** The files rights are read from. */
    public List<Path> rightsFiles() {
      return Stream.of(aclFile, rulesFile).flatMap(Optional::stream).toList();
    }
  }

  /**
   * Tokens that let clients in.
   *
   * @param methods names of the Authentication Method whose data they are
   * @param issuers none: no tokens let anybody in
   */
  public record Tokens(
      List<String> methods,
      long leewaySeconds,
      int bytesMax,
      long keysMaxAgeMillis,
      long keysOutageMillis,
      long keysRefetchMillis,
      long webTimeoutMillis,
      List<IssuerConfig> issuers) {}

  /**
   * A server that says who a client is.
   *
   * @param plain whether the URL may be http to another machine
   * @param timeoutMillis for all of a question
   * @param cacheMillis how long it counts that a client is let in; 0: not at all
   * @param headersFile headers of every question, which are secret
   * @param ca whose certificates count; empty: those that the Java runtime trusts
   */
  public record HttpAuth(
      URI url,
      boolean plain,
      long timeoutMillis,
      long cacheMillis,
      Optional<Path> headersFile,
      Optional<Path> ca) {}

  /**
   * What others wrote to decide who comes in.
   *
   * @param settings a file of theirs
   */
  public record PluginSettings(
      Optional<Path> directory,
      Optional<Path> settings,
      Optional<String> authorizer,
      long timeoutMillis) {}

  /**
   * Whose messages say who sent them.
   *
   * @param listeners none: nobody's
   */
  public record SenderIdentity(List<ListenerKind> listeners, List<String> topics) {}

  /** Whether a client shows a certificate. */
  public enum ClientCertificate {
    NONE,
    OPTIONAL,
    REQUIRED
  }

  /** What of a certificate is a user name. */
  public enum CertificateUser {
    NONE,
    CN,
    SUBJECT,
    DNS,
    EMAIL,
    URI
  }

  /** Versions of TLS. */
  public enum TlsProtocols {
    BOTH,
    NEWEST;

    /** As Java calls them. */
    public List<String> names() {
      return this == BOTH ? List.of("TLSv1.3", "TLSv1.2") : List.of("TLSv1.3");
    }
  }

  /**
   * What outlives a restart.
   *
   * @param freeBytesMin room on its file system below which nothing more is taken
   * @param commitDelayMicros how long a sync may wait for others to share it; 0: never
   */
  public record Storage(Path directory, long freeBytesMin, int commitDelayMicros) {}

  /** Health and metrics. */
  public record Http(String bind, Port port) {

    /** Whether only this machine can reach them. */
    public boolean isLoopback() {
      return Loopback.isLoopback(bind);
    }
  }

  /**
   * How fast others may be: so many a second, and one second's worth at once; 0: any number.
   *
   * @param connectsPerClientMax within a minute
   * @param clientPauseMillis how long a client is refused that had more
   */
  public record Rates(
      int connectionsMax,
      int connectionsPerAddressMax,
      int connectsPerClientMax,
      long clientPauseMillis,
      int publishesPerClientMax,
      int publishesPerUserMax,
      int publishesPerAddressMax,
      long bytesPerClientMax,
      long bytesPerUserMax,
      long bytesPerAddressMax) {}

  /**
   * What follows a failed login.
   *
   * @param failureDelayMillis how late it is answered
   * @param failuresMax of one user from one address within a minute, then it is banned; 0: never
   * @param failuresPerAddressMax of all users of one address, likewise
   * @param banMillis how long
   */
  public record Logins(
      long failureDelayMillis, int failuresMax, int failuresPerAddressMax, long banMillis) {}

  /**
   * What is let go so that the rest can be served.
   *
   * @param loopDelayMaxMillis how late a loop is when new connections are; 0: they never are
   * @param unfinishedBytesMax how much waits in memory when connections that do not go on are;
   *     worked out where the configuration says {@code auto}
   */
  public record Overload(long loopDelayMaxMillis, long unfinishedBytesMax) {}

  /**
   * Where whoever runs the broker asks it while it runs.
   *
   * @param socket empty: nowhere
   * @param isAuto whether nobody chose the place, which is there only with a store
   */
  public record Control(Optional<Path> socket, boolean isAuto) {}

  /**
   * The topics below {@code $SYS}.
   *
   * @param intervalSeconds 0: never published
   */
  public record SysTopics(int intervalSeconds) {}

  /**
   * Devices that speak MQTT-SN.
   *
   * @param links those that are on
   */
  public record Sn(List<SnLinkConfig> links) {

    /** Whether all devices of a network are on this machine, as far as anybody can tell. */
    public boolean isLoopback() {
      return links.stream()
          .allMatch(link -> !link.kind().isNetwork() || Loopback.isLoopback(link.bind()));
    }
  }

  /**
   * What is logged.
   *
   * @param auditFile where clients and changes are kept a record of; empty: nowhere
   */
  public record Log(LogLevel level, Optional<Path> auditFile) {}

  /** How severe an event is. */
  public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  /** Whether some client may be promised what only a store can keep. */
  public boolean needsStore() {
    boolean tcp =
        !listeners.tcpPort.isOff() || !listeners.tlsPort.isOff() || listeners.unix.isPresent();
    boolean websocket = !listeners.websocketPort.isOff() || !listeners.wssPort.isOff();
    return (tcp && listeners.tcpDurability != DurabilityLevel.MEMORY)
        || sn.links.stream().anyMatch(link -> link.durability() != DurabilityLevel.MEMORY)
        || (websocket && listeners.websocketDurability != DurabilityLevel.MEMORY);
  }

  /** The defaults alone. */
  public static ServerConfig defaults() {
    return new ServerConfigBuilder(Settings.defaults()).build();
  }

  /**
   * The defaults with some keys set, for whoever embeds a broker.
   *
   * @param values texts by key, such as {@code listeners.tcp-port} to {@code any}
   */
  public static ServerConfig of(Map<String, String> values) throws ConfigException {
    return EffectiveConfig.of(values).config();
  }
}

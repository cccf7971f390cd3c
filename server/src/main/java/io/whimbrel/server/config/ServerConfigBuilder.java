package io.whimbrel.server.config;

import static io.whimbrel.server.config.AuthKeys.*;
import static io.whimbrel.server.config.HttpAuthKeys.*;
import static io.whimbrel.server.config.KeyTable.AUTO;
import static io.whimbrel.server.config.LimitKeys.*;
import static io.whimbrel.server.config.ListenerKeys.*;
import static io.whimbrel.server.config.RateKeys.*;
import static io.whimbrel.server.config.ServiceKeys.*;
import static io.whimbrel.server.config.SnKeys.*;

import io.whimbrel.core.port.Limits;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Turns settings that are known to be right into the record tree; works out what is automatic. */
record ServerConfigBuilder(Settings settings) {

  ServerConfig build() {
    ServerConfig.Listeners listeners = listeners();
    return new ServerConfig(
        listeners,
        new ServerConfig.Tls(
            settings.value(TLS_CERTIFICATE),
            settings.value(TLS_KEY),
            settings.value(TLS_KEY_PASSWORD),
            settings.value(TLS_SNI_DIRECTORY),
            settings.value(TLS_CA),
            settings.value(TLS_CRL),
            settings.value(TLS_CLIENT_CERTIFICATE),
            settings.value(TLS_USER_FROM),
            settings.value(TLS_PROTOCOLS),
            settings.value(TLS_CIPHERS)),
        auth(listeners),
        new ServerConfig.Storage(
            settings.value(DATA_DIR),
            settings.value(STORE_FREE_BYTES_MIN),
            whole(STORE_COMMIT_DELAY) * 1_000),
        new ServerConfig.Http(settings.value(HTTP_BIND), settings.value(HTTP_PORT)),
        limits(),
        rates(),
        new ServerConfig.Logins(
            Math.min(settings.value(FAILURE_DELAY), settings.value(CONNECT_TIMEOUT) / 2),
            whole(FAILURES_MAX),
            whole(FAILURES_PER_ADDRESS_MAX),
            settings.value(BAN)),
        new ServerConfig.Overload(settings.value(LOOP_DELAY_MAX), unfinishedBytesMax()),
        new ServerConfig.Sn(new SnLinks(settings).all()),
        control(),
        new ServerConfig.SysTopics(whole(SYS_TOPICS_INTERVAL)),
        new ServerConfig.Log(settings.value(LOG_LEVEL), settings.value(AUDIT_FILE)));
  }

  private ServerConfig.Listeners listeners() {
    String bind = settings.value(BIND);
    int frameBytesMax = whole(WEBSOCKET_FRAME_BYTES_MAX);
    return new ServerConfig.Listeners(
        bind,
        settings.value(TCP_PORT),
        settings.value(WEBSOCKET_PORT),
        settings.value(TLS_PORT),
        settings.value(WSS_PORT),
        !settings.value(SN_PORT).isOff(),
        settings
            .value(UNIX_SOCKET)
            .map(path -> new ServerConfig.UnixSocket(path, settings.value(UNIX_SOCKET_MODE))),
        settings.value(WEBSOCKET_PATH),
        frameBytesMax == AUTO ? whole(PACKET_SIZE_MAX) : frameBytesMax,
        settings.value(TCP_DURABILITY),
        settings.value(WEBSOCKET_DURABILITY),
        new ServerConfig.Proxies(settings.value(PROXY_PROTOCOL), settings.value(PROXY_FROM)),
        whole(BACKLOG),
        whole(CONNECTIONS_PER_ADDRESS_MAX),
        whole(EVENT_LOOPS));
  }

  private ServerConfig.Auth auth(ServerConfig.Listeners listeners) {
    boolean anonymous =
        switch (settings.value(ALLOW_ANONYMOUS)) {
          case LOOPBACK ->
              listeners.isLoopback()
                  && settings.value(PASSWORD_FILE).isEmpty()
                  && !new Issuers(settings).areAny()
                  && settings.value(SCRAM_FILE).isEmpty()
                  && settings.value(HTTP_URL).isEmpty()
                  && settings.value(TLS_USER_FROM) == ServerConfig.CertificateUser.NONE;
          case TRUE -> true;
          case FALSE -> false;
        };
    return new ServerConfig.Auth(
        anonymous,
        settings.value(PASSWORD_FILE),
        settings.value(SCRAM_FILE),
        settings.value(ACL_FILE),
        settings.value(RULES_FILE),
        new Chains(settings).all(anonymous),
        settings.value(HTTP_URL).map(this::http),
        new ServerConfig.PluginSettings(
            settings.value(PLUGIN_DIRECTORY),
            settings.value(PLUGIN_SETTINGS),
            Optional.of(settings.value(AUTHORIZER)).filter(name -> !name.isEmpty()),
            settings.value(PLUGIN_TIMEOUT)),
        new ServerConfig.SenderIdentity(
            settings.value(SENDER_LISTENERS), settings.value(SENDER_TOPICS)),
        new Issuers(settings).tokens());
  }

  private ServerConfig.HttpAuth http(URI url) {
    return new ServerConfig.HttpAuth(
        url,
        settings.value(HTTP_PLAIN),
        settings.value(HTTP_TIMEOUT),
        settings.value(HTTP_CACHE),
        settings.value(HTTP_HEADERS_FILE),
        settings.value(HTTP_CA));
  }

  private ServerConfig.Control control() {
    Optional<Path> place = settings.value(CONTROL_SOCKET);
    boolean isAuto = place.equals(Optional.of(CONTROL_AUTO));
    return new ServerConfig.Control(
        isAuto ? Optional.of(settings.value(DATA_DIR).resolve("control.sock")) : place, isAuto);
  }

  private long unfinishedBytesMax() {
    long max = settings.value(UNFINISHED_BYTES_MAX);
    return max == AUTO
        ? Math.max(Runtime.getRuntime().maxMemory() / 4, settings.value(PACKET_SIZE_MAX))
        : max;
  }

  private ServerConfig.Rates rates() {
    return new ServerConfig.Rates(
        whole(NEW_CONNECTIONS_MAX),
        whole(NEW_CONNECTIONS_PER_ADDRESS_MAX),
        whole(CONNECTS_PER_CLIENT_MAX),
        settings.value(CLIENT_PAUSE),
        whole(PUBLISHES_PER_CLIENT_MAX),
        whole(PUBLISHES_PER_USER_MAX),
        whole(PUBLISHES_PER_ADDRESS_MAX),
        settings.value(BYTES_PER_CLIENT_MAX),
        settings.value(BYTES_PER_USER_MAX),
        settings.value(BYTES_PER_ADDRESS_MAX));
  }

  private Limits limits() {
    long memoryBytesMax = settings.value(MEMORY_BYTES_MAX);
    return new Limits(
        whole(PACKET_SIZE_MAX),
        whole(CONNECT_PACKET_SIZE_MAX),
        settings.value(CONNECT_TIMEOUT),
        whole(CONNECTIONS_MAX),
        whole(TOPIC_LEVELS_MAX),
        whole(USER_PROPERTIES_MAX),
        whole(SUBSCRIPTIONS_PER_SESSION_MAX),
        settings.value(RETAINED_MESSAGES_MAX),
        settings.value(RETAINED_BYTES_MAX),
        whole(QUEUE_MESSAGES_MAX),
        settings.value(QUEUE_BYTES_MAX),
        whole(QUEUE_RESIDENT_MESSAGES_MAX),
        settings.value(QUEUE_RESIDENT_BYTES_MAX),
        whole(QUEUE_PAGE_MESSAGES_MAX),
        whole(QUEUE_PAGE_BYTES_MAX),
        settings.value(DROP_POLICY) == DropPolicy.OLDEST,
        settings.value(QUEUE_QOS0_OFFLINE),
        whole(RECEIVE_MAXIMUM),
        whole(IN_FLIGHT_MAX),
        whole(TOPIC_ALIAS_MAXIMUM_IN),
        whole(TOPIC_ALIAS_MAXIMUM_OUT),
        whole(SERVER_KEEP_ALIVE),
        whole(KEEP_ALIVE_MAX),
        settings.value(SESSION_EXPIRY_MAX),
        whole(OUTPUT_BYTES_MAX),
        settings.value(STUCK_OUTPUT_TIMEOUT),
        whole(PACKETS_PER_TURN_MAX),
        whole(UNACKNOWLEDGED_MAX),
        whole(LANE_MESSAGES_MAX),
        settings.value(UNCOMMITTED_BYTES_MAX),
        memoryBytesMax == AUTO ? Runtime.getRuntime().maxMemory() / 2 : memoryBytesMax,
        whole(PUBLISH_RATE_MAX),
        settings.value(PAYLOAD_FORMAT_CHECK),
        settings.value(CLOSE_UNAUTHORISED),
        settings.value(CONCEAL_UNAUTHORISED),
        whole(SLICE_MAX));
  }

  private int whole(ConfigKey<Long> key) {
    return Math.toIntExact(settings.value(key));
  }
}

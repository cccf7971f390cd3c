package io.whimbrel.server.config;

import static io.whimbrel.server.config.AuthKeys.*;
import static io.whimbrel.server.config.HttpAuthKeys.*;
import static io.whimbrel.server.config.LimitKeys.*;
import static io.whimbrel.server.config.ListenerKeys.*;
import static io.whimbrel.server.config.RateKeys.*;
import static io.whimbrel.server.config.ServiceKeys.*;
import static io.whimbrel.server.config.SnKeys.*;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What keys forbid each other. A rule is silent about keys that have mistakes of their own.
 *
 * @param broken paths of these keys
 */
record ConfigRules(Settings settings, Set<String> broken) {
  private static final List<ConfigKey<Port>> LISTENERS =
      List.of(TCP_PORT, WEBSOCKET_PORT, TLS_PORT, WSS_PORT);

  /** The combinations nobody can run. */
  List<ConfigMistake> check() {
    List<ConfigMistake> mistakes = new ArrayList<>();
    checkListeners(mistakes);
    checkProxies(mistakes);
    checkTls(mistakes);
    checkExposure(mistakes);
    checkChains(mistakes);
    checkHttp(mistakes);
    mistakes.addAll(new SnLinkRules(settings, broken).check());
    mistakes.addAll(new Issuers(settings).check(broken));
    if (sound(CONNECT_PACKET_SIZE_MAX, PACKET_SIZE_MAX)
        && settings.value(CONNECT_PACKET_SIZE_MAX) > settings.value(PACKET_SIZE_MAX)) {
      String problem = atMost(CONNECT_PACKET_SIZE_MAX, PACKET_SIZE_MAX);
      mistakes.add(mistake(problem, CONNECT_PACKET_SIZE_MAX, PACKET_SIZE_MAX));
    }
    if (sound(UNFINISHED_BYTES_MAX, PACKET_SIZE_MAX)
        && settings.value(UNFINISHED_BYTES_MAX) != KeyTable.AUTO
        && settings.value(UNFINISHED_BYTES_MAX) < settings.value(PACKET_SIZE_MAX)) {
      String problem = found(UNFINISHED_BYTES_MAX, "at least", PACKET_SIZE_MAX);
      mistakes.add(mistake(problem, UNFINISHED_BYTES_MAX, PACKET_SIZE_MAX));
    }
    long keepAliveMax = settings.value(KEEP_ALIVE_MAX);
    if (sound(SERVER_KEEP_ALIVE, KEEP_ALIVE_MAX)
        && keepAliveMax != 0
        && settings.value(SERVER_KEEP_ALIVE) > keepAliveMax) {
      String problem = atMost(SERVER_KEEP_ALIVE, KEEP_ALIVE_MAX);
      mistakes.add(mistake(problem, SERVER_KEEP_ALIVE, KEEP_ALIVE_MAX));
    }
    return mistakes;
  }

  private void checkListeners(List<ConfigMistake> mistakes) {
    if (sound(UNIX_SOCKET) && noPorts() && settings.value(UNIX_SOCKET).isEmpty()) {
      String problem =
          "it and all other ports of MQTT are off; give one of them a port, or set "
              + UNIX_SOCKET.path();
      mistakes.add(mistake(problem, TCP_PORT, WEBSOCKET_PORT, TLS_PORT, WSS_PORT));
    }
    for (int i = 0; i < LISTENERS.size(); i++) {
      ConfigKey<Port> port = LISTENERS.get(i);
      for (ConfigKey<Port> earlier : LISTENERS.subList(0, i)) {
        checkPorts(port, BIND, earlier, BIND, mistakes);
      }
      checkPorts(HTTP_PORT, HTTP_BIND, port, BIND, mistakes);
    }
  }

  private boolean noPorts() {
    return sound(TCP_PORT, WEBSOCKET_PORT, TLS_PORT, WSS_PORT, SN_PORT)
        && settings.value(SN_PORT).isOff()
        && !new SnLinks(settings).areAny()
        && LISTENERS.stream().allMatch(port -> settings.value(port).isOff());
  }

  private void checkProxies(List<ConfigMistake> mistakes) {
    for (ListenerKind kind : settings.value(PROXY_PROTOCOL)) {
      ConfigKey<?> key = place(kind);
      if (sound(PROXY_PROTOCOL, key) && isOff(kind)) {
        String problem = "found " + kind.word() + ", which is off; set " + key.path();
        mistakes.add(mistake(problem, PROXY_PROTOCOL, key));
      }
    }
  }

  private static ConfigKey<?> place(ListenerKind kind) {
    return switch (kind) {
      case TCP -> TCP_PORT;
      case WEBSOCKET -> WEBSOCKET_PORT;
      case TLS -> TLS_PORT;
      case WSS -> WSS_PORT;
      case UNIX -> UNIX_SOCKET;
      case SN, SN_DTLS, SN_SERIAL -> SN_PORT;
    };
  }

  private boolean isOff(ListenerKind kind) {
    return switch (kind) {
      case TCP -> settings.value(TCP_PORT).isOff();
      case WEBSOCKET -> settings.value(WEBSOCKET_PORT).isOff();
      case TLS -> settings.value(TLS_PORT).isOff();
      case WSS -> settings.value(WSS_PORT).isOff();
      case UNIX -> settings.value(UNIX_SOCKET).isEmpty();
      case SN, SN_DTLS, SN_SERIAL -> settings.value(SN_PORT).isOff();
    };
  }

  private void checkTls(List<ConfigMistake> mistakes) {
    for (ConfigKey<Port> port : List.of(TLS_PORT, WSS_PORT)) {
      if (sound(port, TLS_CERTIFICATE)
          && !settings.value(port).isOff()
          && settings.value(TLS_CERTIFICATE).isEmpty()) {
        String problem = "TLS needs " + TLS_CERTIFICATE.path() + " and " + TLS_KEY.path();
        mistakes.add(mistake(problem + " (--cert and --key)", port));
      }
    }
    boolean asked = settings.value(TLS_CLIENT_CERTIFICATE) != ServerConfig.ClientCertificate.NONE;
    if (sound(TLS_CLIENT_CERTIFICATE, TLS_CA) && asked && settings.value(TLS_CA).isEmpty()) {
      String problem =
          "needs " + TLS_CA.path() + ", which says whose certificates count (--cafile)";
      mistakes.add(mistake(problem, TLS_CLIENT_CERTIFICATE));
    }
    if (sound(TLS_CRL, TLS_CA)
        && settings.value(TLS_CRL).isPresent()
        && settings.value(TLS_CA).isEmpty()) {
      mistakes.add(mistake("needs " + TLS_CA.path() + ", whose certificates it revokes", TLS_CRL));
    }
    List<String> ciphers = settings.value(TLS_CIPHERS);
    if (sound(TLS_CIPHERS, TLS_PROTOCOLS)
        && settings.value(TLS_PROTOCOLS) == ServerConfig.TlsProtocols.NEWEST
        && !ciphers.isEmpty()
        && ciphers.stream().allMatch(name -> name.contains("_WITH_"))) { // named as before 1.3
      String problem = "none of them is one of TLS 1.3, and tls.protocols is newest";
      mistakes.add(mistake(problem, TLS_CIPHERS));
    }
    if (sound(TLS_USER_FROM, TLS_CLIENT_CERTIFICATE)
        && settings.value(TLS_USER_FROM) != ServerConfig.CertificateUser.NONE
        && !asked) {
      String problem = "needs " + TLS_CLIENT_CERTIFICATE.path() + ": optional or required";
      mistakes.add(mistake(problem, TLS_USER_FROM));
    }
  }

  private void checkPorts(
      ConfigKey<Port> key,
      ConfigKey<String> bind,
      ConfigKey<Port> other,
      ConfigKey<String> otherBind,
      List<ConfigMistake> mistakes) {
    Port port = settings.value(key);
    if (sound(key, bind, other, otherBind)
        && port.isFixed()
        && port.equals(settings.value(other))
        && Loopback.overlap(settings.value(bind), settings.value(otherBind))) {
      String problem =
          "found "
              + shown(key)
              + ", which is "
              + other.path()
              + " too; give each a port of its own, or 0 to switch one off";
      mistakes.add(mistake(problem, key, other));
    }
  }

  private void checkExposure(List<ConfigMistake> mistakes) {
    if (!sound(BIND, PROXY_PROTOCOL, ALLOW_ANONYMOUS, PASSWORD_FILE, SCRAM_FILE, TLS_USER_FROM)
        || !sound(HTTP_URL)
        || settings.value(ALLOW_ANONYMOUS) == Anonymous.TRUE
        || settings.value(PASSWORD_FILE).isPresent()
        || new Issuers(settings).areAny()
        || settings.value(SCRAM_FILE).isPresent()
        || settings.value(HTTP_URL).isPresent()
        || settings.value(TLS_USER_FROM) != ServerConfig.CertificateUser.NONE
        || new Chains(settings).areSaid()) {
      return;
    }
    String remedy =
        "say who may come with "
            + PASSWORD_FILE.path()
            + " or "
            + TLS_USER_FROM.path()
            + ", or let in only whom you trust (firewall, private network) and say so with "
            + ALLOW_ANONYMOUS.path()
            + ": true ("
            + ALLOW_ANONYMOUS.variable()
            + "=true)";
    if (!Loopback.isLoopback(settings.value(BIND)) && !noPorts()) {
      String problem =
          ", which other machines can reach, and clients need no credentials; keep "
              + BIND.defaultText()
              + ", or ";
      mistakes.add(mistake("found " + shown(BIND) + problem + remedy, BIND));
    }
    if (!settings.value(PROXY_PROTOCOL).isEmpty()) {
      String problem = ": clients come from other machines, and need no credentials; ";
      mistakes.add(mistake("found " + shown(PROXY_PROTOCOL) + problem + remedy, PROXY_PROTOCOL));
    }
  }

  private void checkChains(List<ConfigMistake> mistakes) {
    List<ConfigKey<List<String>>> chains = new ArrayList<>(Chains.keys().values());
    chains.add(CHAIN);
    for (ConfigKey<List<String>> key : chains) {
      if (sound(key, TLS_USER_FROM, PASSWORD_FILE, SCRAM_FILE, HTTP_URL)
          && sound(BIND, ALLOW_ANONYMOUS, PLUGIN_DIRECTORY)) {
        String problem = new Chains(settings).problem(key);
        if (!problem.isEmpty()) {
          mistakes.add(mistake(problem, key));
        }
      }
    }
    if (sound(AUTHORIZER, PLUGIN_DIRECTORY)
        && !settings.value(AUTHORIZER).isEmpty()
        && settings.value(PLUGIN_DIRECTORY).isEmpty()) {
      mistakes.add(mistake("needs " + PLUGIN_DIRECTORY.path(), AUTHORIZER));
    }
    if (sound(PLUGIN_TIMEOUT, CONNECT_TIMEOUT, PLUGIN_DIRECTORY)
        && settings.value(PLUGIN_DIRECTORY).isPresent()
        && settings.value(PLUGIN_TIMEOUT) >= settings.value(CONNECT_TIMEOUT)) {
      // Else none hears of it, though what a PROXY header and TLS took is not left for a plugin.
      String problem = found(PLUGIN_TIMEOUT, "less than", CONNECT_TIMEOUT);
      mistakes.add(mistake(problem, PLUGIN_TIMEOUT, CONNECT_TIMEOUT));
    }
  }

  private void checkHttp(List<ConfigMistake> mistakes) {
    if (!sound(HTTP_URL, HTTP_PLAIN) || settings.value(HTTP_URL).isEmpty()) {
      return;
    }
    URI url = settings.value(HTTP_URL).get();
    String problem = HttpUrl.problem(url, settings.value(HTTP_PLAIN));
    if (!problem.isEmpty()) {
      String remedy = "; use https, or say that you trust all of them with ";
      String found = "found " + shown(HTTP_URL) + ", which " + problem + remedy;
      mistakes.add(mistake(found + HTTP_PLAIN.path() + ": true", HTTP_URL));
    }
    if (sound(OauthKeys.WEB_TIMEOUT, CONNECT_TIMEOUT)
        && new Issuers(settings).areAny()
        && settings.value(OauthKeys.WEB_TIMEOUT) >= settings.value(CONNECT_TIMEOUT)) {
      String late = found(OauthKeys.WEB_TIMEOUT, "less than", CONNECT_TIMEOUT);
      mistakes.add(mistake(late, OauthKeys.WEB_TIMEOUT, CONNECT_TIMEOUT));
    }
    if (sound(HTTP_TIMEOUT, CONNECT_TIMEOUT)
        && settings.value(HTTP_TIMEOUT) >= settings.value(CONNECT_TIMEOUT)) {
      String late = found(HTTP_TIMEOUT, "less than", CONNECT_TIMEOUT); // else none hears of it
      mistakes.add(mistake(late, HTTP_TIMEOUT, CONNECT_TIMEOUT));
    }
  }

  private String atMost(ConfigKey<Long> key, ConfigKey<Long> other) {
    return found(key, "at most", other);
  }

  private String found(ConfigKey<Long> key, String allowed, ConfigKey<Long> other) {
    return "found "
        + shown(key)
        + ", allowed: "
        + allowed
        + " "
        + other.path()
        + ", which is "
        + shown(other);
  }

  private boolean sound(ConfigKey<?>... keys) {
    for (ConfigKey<?> key : keys) {
      if (broken.contains(key.path())) {
        return false;
      }
    }
    return true;
  }

  private <T> String shown(ConfigKey<T> key) {
    return key.kind().write(settings.value(key));
  }

  /** A mistake of the first key, told where somebody said it or, by default, one of the others. */
  private ConfigMistake mistake(String problem, ConfigKey<?>... keys) {
    Origin where = Origin.DEFAULT;
    for (ConfigKey<?> key : keys) {
      if (where.equals(Origin.DEFAULT)) {
        where = settings.origin(key);
      }
    }
    return new ConfigMistake(where.place(), keys[0].path(), problem);
  }
}

package io.whimbrel.server.config;

import static io.whimbrel.server.config.AuthKeys.*;
import static io.whimbrel.server.config.HttpAuthKeys.*;
import static io.whimbrel.server.config.ListenerKeys.*;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who is asked who a client is, listener by listener, and what forbids that. */
record Chains(Settings settings) {
  private static final Set<String> OWN =
      Set.of("link", "certificate", "token", "password", "scram", "http", "anonymous");

  /** Of each listener, by its name. */
  static Map<String, ConfigKey<List<String>>> keys() {
    Map<String, ConfigKey<List<String>>> keys = new LinkedHashMap<>();
    keys.put("tcp", CHAIN_TCP);
    keys.put("websocket", CHAIN_WEBSOCKET);
    keys.put("tls", CHAIN_TLS);
    keys.put("wss", CHAIN_WSS);
    keys.put("unix", CHAIN_UNIX);
    keys.put("sn", CHAIN_SN);
    keys.put("sn-dtls", CHAIN_SN_DTLS);
    keys.put("sn-serial", CHAIN_SN_SERIAL);
    return keys;
  }

  /** All of them, worked out. */
  Map<String, List<String>> all(boolean anonymous) {
    Map<String, List<String>> all = new HashMap<>();
    keys().forEach((listener, key) -> all.put(listener, of(listener, key, anonymous)));
    return all;
  }

  private List<String> of(String listener, ConfigKey<List<String>> key, boolean anonymous) {
    List<String> own = settings.value(key);
    List<String> said = own.isEmpty() ? settings.value(CHAIN) : own;
    return said.isEmpty() ? automatic(listener, anonymous) : said;
  }

  private List<String> automatic(String listener, boolean anonymous) {
    List<String> steps = new ArrayList<>();
    if (new SnLinks(settings).namesUsers(listener)) {
      steps.add("link");
    }
    if (settings.value(TLS_USER_FROM) != ServerConfig.CertificateUser.NONE) {
      steps.add("certificate");
    }
    if (new Issuers(settings).areAny()) {
      steps.add("token");
    }
    if (settings.value(PASSWORD_FILE).isPresent()) {
      steps.add("password");
    }
    if (settings.value(SCRAM_FILE).isPresent()) {
      steps.add("scram");
    }
    if (settings.value(HTTP_URL).isPresent()) {
      steps.add("http");
    }
    if (anonymous) {
      steps.add("anonymous");
    }
    return steps;
  }

  /** Whether it is said of every listener who is asked. */
  boolean areSaid() {
    return !settings.value(CHAIN).isEmpty()
        || keys().values().stream().noneMatch(key -> settings.value(key).isEmpty());
  }

  /** What is wrong with one, or nothing. */
  String problem(ConfigKey<List<String>> key) {
    List<String> chain = settings.value(key);
    String deaf = deafTo(key, chain);
    if (!deaf.isEmpty()) {
      return deaf;
    }
    if (chain.contains("certificate")
        && settings.value(TLS_USER_FROM) == ServerConfig.CertificateUser.NONE) {
      return "certificate needs " + TLS_USER_FROM.path() + ", which says what is the user name";
    }
    if (chain.contains("token") && !new Issuers(settings).areAny()) {
      return "token needs an issuer, such as issuers.NAME.issuer";
    }
    if (chain.contains("password") && settings.value(PASSWORD_FILE).isEmpty()) {
      return "password needs " + PASSWORD_FILE.path();
    }
    if (chain.contains("scram") && settings.value(SCRAM_FILE).isEmpty()) {
      return "scram needs " + SCRAM_FILE.path();
    }
    if (chain.contains("http") && settings.value(HTTP_URL).isEmpty()) {
      return "http needs " + HTTP_URL.path();
    }
    if (chain.contains("anonymous") && settings.value(ALLOW_ANONYMOUS) == Anonymous.FALSE) {
      return "anonymous is what " + ALLOW_ANONYMOUS.path() + ": false forbids";
    }
    if (chain.contains("anonymous") && chain.indexOf("anonymous") < chain.size() - 1) {
      return "behind anonymous nobody is asked any more; put it last";
    }
    if (chain.contains("anonymous")
        && isReachable(key)
        && settings.value(ALLOW_ANONYMOUS) != Anonymous.TRUE) {
      return "anonymous needs " + ALLOW_ANONYMOUS.path() + ": true, as other machines reach it";
    }
    if (!OWN.containsAll(chain) && settings.value(PLUGIN_DIRECTORY).isEmpty()) {
      return "found "
          + chain.stream().filter(step -> !OWN.contains(step)).findFirst().orElse("")
          + ", allowed: link, certificate, token, password, scram, http, anonymous, or with "
          + PLUGIN_DIRECTORY.path()
          + " the name of a plugin";
    }
    return "";
  }

  /** What a link has found out counts for nothing where nobody asks it. */
  private String deafTo(ConfigKey<List<String>> key, List<String> chain) {
    for (Map.Entry<String, ConfigKey<List<String>>> one : keys().entrySet()) {
      boolean holds =
          one.getValue().equals(key)
              || (key.equals(CHAIN) && settings.value(one.getValue()).isEmpty());
      if (holds
          && !chain.isEmpty()
          && !chain.contains("link")
          && new SnLinks(settings).namesUsers(one.getKey())) {
        return "lacks link, which says who devices by "
            + one.getKey()
            + " are; put it first, or say it in "
            + one.getValue().path();
      }
    }
    return "";
  }

  /** Whether other machines are let in, as far as anybody can tell. */
  private boolean isReachable(ConfigKey<List<String>> key) {
    if (List.of(CHAIN_SN_SERIAL, CHAIN_SN_DTLS).contains(key)) {
      return false; // a line is here, and DTLS lets in only who proves something
    }
    return !settings.value(PROXY_PROTOCOL).isEmpty()
        || (!key.equals(CHAIN_UNIX) && !Loopback.isLoopback(settings.value(BIND)))
        || (key.equals(CHAIN_SN) && new SnLinks(settings).isPlainReachable());
  }
}

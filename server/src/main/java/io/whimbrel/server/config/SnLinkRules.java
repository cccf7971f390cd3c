package io.whimbrel.server.config;

import static io.whimbrel.server.config.ListenerKeys.ALLOW_ANONYMOUS;
import static io.whimbrel.server.config.ListenerKeys.BIND;
import static io.whimbrel.server.config.SnKeys.SN_CLIENT_NAME;
import static io.whimbrel.server.config.SnKeys.SN_DATAGRAM_MAX;
import static io.whimbrel.server.config.SnKeys.SN_GROUP;
import static io.whimbrel.server.config.SnKeys.SN_GROUP_INTERFACE;
import static io.whimbrel.server.config.SnKeys.SN_PORT;
import static io.whimbrel.server.config.SnKeys.SN_PREDEFINED;
import static io.whimbrel.server.config.SnLinkKeys.*;

import io.whimbrel.server.config.ListenerKeys.Anonymous;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What keys of links of MQTT-SN forbid each other. A rule is silent about keys that have mistakes
 * of their own.
 *
 * @param broken paths of these keys
 */
record SnLinkRules(Settings settings, Set<String> broken) {
  private static final Set<ConfigKey<?>> NETWORK = Set.of(LINK_PORT, LINK_BIND);
  private static final Set<ConfigKey<?>> LINE = Set.of(LINK_DEVICE, LINK_BAUD_RATE, LINK_RTS_CTS);
  private static final Set<ConfigKey<?>> DTLS =
      Set.of(LINK_PSK, LINK_CERTIFICATE, LINK_KEY, LINK_CA, LINK_USER_FROM);
  private static final int XBEE_BYTES_MAX = 255; // more than NP of any of them
  private static final int DTLS_BYTES_MAX = 16_384; // of a record, RFC 6347, 4.1
  private static final Set<String> GROUP = Set.of(SN_GROUP.name(), SN_GROUP_INTERFACE.name());

  /** A port of UDP that is taken. */
  private record Taken(String bind, Port port, String path) {}

  /** The links nobody can run. */
  List<ConfigMistake> check() {
    List<ConfigMistake> mistakes = new ArrayList<>();
    for (String link : settings.links()) {
      check(link, mistakes);
      checkTopics(link, mistakes);
    }
    checkTopics("", mistakes);
    checkPorts(mistakes);
    checkDevices(mistakes);
    return mistakes;
  }

  private void check(String link, List<ConfigMistake> mistakes) {
    ConfigKey<SnLinkKind> kindKey = at(link, LINK_KIND);
    if (broken.contains(kindKey.path())) {
      return;
    }
    SnLinkKind kind = settings.value(kindKey);
    if (settings.origin(kindKey).equals(Origin.DEFAULT)) {
      mistakes.add(mistake(link, LINK_KIND, "is not said, allowed: " + LINK_KIND.kind().allowed()));
    } else if (kind != SnLinkKind.OFF) {
      checkStrays(link, kind, mistakes);
      checkNeeds(link, kind, mistakes);
      checkSize(link, kind, mistakes);
      checkExposure(link, kind, mistakes);
    }
  }

  /** A key that the kind knows nothing of was meant for something. */
  private void checkStrays(String link, SnLinkKind kind, List<ConfigMistake> mistakes) {
    for (ConfigKey<?> template : templates()) {
      boolean said = !settings.isDefault(at(link, template));
      if (said && !isOf(kind, template)) {
        mistakes.add(mistake(link, template, "means nothing where kind is " + word(kind)));
      }
    }
  }

  private static boolean isOf(SnLinkKind kind, ConfigKey<?> template) {
    if (NETWORK.contains(template)) {
      return kind.isNetwork();
    }
    if (LINE.contains(template)) {
      return kind.isLine();
    }
    if (DTLS.contains(template)) {
      return kind == SnLinkKind.DTLS;
    }
    if (GROUP.contains(template.name())) {
      return kind == SnLinkKind.UDP;
    }
    if (template.name().equals(SN_CLIENT_NAME.name())) {
      return kind == SnLinkKind.DTLS; // elsewhere nothing is proved that it could go with
    }
    return template.equals(LINK_API_MODE)
        ? kind == SnLinkKind.XBEE
        : !template.equals(LINK_USER) || kind != SnLinkKind.DTLS;
  }

  private void checkNeeds(String link, SnLinkKind kind, List<ConfigMistake> mistakes) {
    if (kind.isNetwork() && sound(link, LINK_PORT) && value(link, LINK_PORT).isOff()) {
      mistakes.add(mistake(link, LINK_PORT, "is not said, allowed: 1 to 65535 or any"));
    }
    if (kind.isLine() && sound(link, LINK_DEVICE) && value(link, LINK_DEVICE).isEmpty()) {
      mistakes.add(mistake(link, LINK_DEVICE, "is not said, allowed: the path of a serial line"));
    }
    if (kind == SnLinkKind.DTLS
        && sound(link, LINK_PSK)
        && sound(link, LINK_CERTIFICATE)
        && sound(link, LINK_KEY)
        && sound(link, LINK_CA)) {
      checkDtls(link, mistakes);
    }
  }

  private void checkSize(String link, SnLinkKind kind, List<ConfigMistake> mistakes) {
    int most =
        switch (kind) {
          case XBEE -> XBEE_BYTES_MAX;
          case DTLS -> DTLS_BYTES_MAX;
          case OFF, UDP, SERIAL -> Integer.MAX_VALUE;
        };
    String path = path(link, SN_DATAGRAM_MAX);
    boolean said = kind == SnLinkKind.DTLS || settings.isSaidOfLink(link, SN_DATAGRAM_MAX);
    if (said
        && !broken.contains(path)
        && !broken.contains(SN_DATAGRAM_MAX.path())
        && settings.ofLink(link, SN_DATAGRAM_MAX) > most) {
      ConfigKey<?> template = LINKS.find(path).orElseThrow();
      String found = String.valueOf(settings.ofLink(link, SN_DATAGRAM_MAX));
      mistakes.add(
          mistake(
              link,
              template,
              "found " + found + ", allowed: at most " + most + " by " + word(kind)));
    }
  }

  private void checkDtls(String link, List<ConfigMistake> mistakes) {
    boolean certificate = value(link, LINK_CERTIFICATE).isPresent();
    boolean key = value(link, LINK_KEY).isPresent();
    boolean ca = value(link, LINK_CA).isPresent();
    if (certificate != key || key != ca) {
      String problem = "certificate, key and ca go together: devices prove who they are by one too";
      mistakes.add(
          mistake(link, certificate ? LINK_CERTIFICATE : key ? LINK_KEY : LINK_CA, problem));
    } else if (!certificate && value(link, LINK_PSK).isEmpty()) {
      String problem = "needs psk-file, or certificate, key and ca";
      mistakes.add(mistake(link, LINK_KIND, problem));
    }
  }

  private void checkExposure(String link, SnLinkKind kind, List<ConfigMistake> mistakes) {
    if (kind != SnLinkKind.UDP
        || !sound(link, LINK_BIND)
        || value(link, LINK_BIND).isEmpty() // then it is the listeners' mistake
        || Loopback.isLoopback(new SnLinks(settings).bind(link))
        || !value(link, LINK_USER).isEmpty()
        || settings.value(ALLOW_ANONYMOUS) == Anonymous.TRUE
        || !settings.value(AuthKeys.CHAIN_SN).isEmpty()) {
      return;
    }
    String problem =
        ", which other machines can reach, and plain UDP proves nothing; use dtls, or let in only"
            + " whom you trust and say so with user-name, auth.chain-sn or "
            + ALLOW_ANONYMOUS.path();
    String found = value(link, LINK_BIND).orElse("");
    mistakes.add(mistake(link, LINK_BIND, "found " + found + problem));
  }

  /** An id stands for one topic. */
  private void checkTopics(String link, List<ConfigMistake> mistakes) {
    String path = link.isEmpty() ? SN_PREDEFINED.path() : path(link, SN_PREDEFINED);
    if (broken.contains(path) || (!link.isEmpty() && !settings.isSaidOfLink(link, SN_PREDEFINED))) {
      return;
    }
    Set<Integer> ids = new HashSet<>();
    for (Map.Entry<Integer, String> topic : settings.ofLink(link, SN_PREDEFINED)) {
      if (!ids.add(topic.getKey())) {
        Origin where = settings.origin(ConfigKeys.find(path).orElseThrow());
        String problem = "found the id " + topic.getKey() + " twice, allowed: once";
        mistakes.add(new ConfigMistake(where.place(), path, problem));
      }
    }
  }

  private void checkPorts(List<ConfigMistake> mistakes) {
    List<Taken> taken = new ArrayList<>();
    if (!broken.contains(SN_PORT.path())) {
      taken.add(new Taken(settings.value(BIND), settings.value(SN_PORT), SN_PORT.path()));
    }
    for (String link : settings.links()) {
      if (!sound(link, LINK_KIND)
          || !sound(link, LINK_PORT)
          || !sound(link, LINK_BIND)
          || !value(link, LINK_KIND).isNetwork()) {
        continue;
      }
      String bind = new SnLinks(settings).bind(link);
      Port port = value(link, LINK_PORT);
      for (Taken other : taken) {
        if (port.isFixed() && port.equals(other.port) && Loopback.overlap(bind, other.bind)) {
          String problem = "found " + port.number() + ", which is " + other.path + " too";
          mistakes.add(mistake(link, LINK_PORT, problem));
        }
      }
      taken.add(new Taken(bind, port, at(link, LINK_PORT).path()));
    }
  }

  private void checkDevices(List<ConfigMistake> mistakes) {
    Map<String, String> taken = new HashMap<>();
    for (String link : settings.links()) {
      if (sound(link, LINK_KIND) && sound(link, LINK_DEVICE) && value(link, LINK_KIND).isLine()) {
        String device = value(link, LINK_DEVICE).map(Object::toString).orElse("");
        String other = taken.putIfAbsent(device, at(link, LINK_DEVICE).path());
        if (other != null && !device.isEmpty()) {
          mistakes.add(
              mistake(link, LINK_DEVICE, "found " + device + ", which is " + other + " too"));
        }
      }
    }
  }

  private <T> T value(String link, ConfigKey<T> template) {
    return settings.value(at(link, template));
  }

  private boolean sound(String link, ConfigKey<?> template) {
    return !broken.contains(at(link, template).path());
  }

  private static String word(SnLinkKind kind) {
    return LINK_KIND.kind().write(kind);
  }

  /** A mistake of a key, told where it was said, else where the link was begun. */
  private ConfigMistake mistake(String link, ConfigKey<?> template, String problem) {
    Origin where = settings.origin(at(link, template));
    for (ConfigKey<?> key : LINKS.of(link)) {
      if (where.equals(Origin.DEFAULT)) {
        where = settings.origin(key);
      }
    }
    return new ConfigMistake(where.place(), at(link, template).path(), problem);
  }
}

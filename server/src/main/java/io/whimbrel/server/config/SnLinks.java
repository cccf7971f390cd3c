package io.whimbrel.server.config;

import static io.whimbrel.server.config.ListenerKeys.BIND;
import static io.whimbrel.server.config.SnKeys.*;
import static io.whimbrel.server.config.SnLinkKeys.*;

import io.whimbrel.sn.SnSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Works out the links of MQTT-SN from settings that are known to be right. */
record SnLinks(Settings settings) {
  /** What an XBee module sends in one frame at least; with encryption it is some octets less. */
  private static final int XBEE_BYTES = 72;

  /** Those that are on: first the one of {@code sn.udp-port}, the others by their names. */
  List<SnLinkConfig> all() {
    List<SnLinkConfig> links = new ArrayList<>();
    if (!settings.value(SN_PORT).isOff()) {
      links.add(link("", SnLinkKind.UDP, settings.value(BIND), settings.value(SN_PORT)));
    }
    for (String name : settings.links()) {
      SnLinkKind kind = own(name, LINK_KIND);
      if (kind != SnLinkKind.OFF) {
        links.add(link(name, kind, bind(name), own(name, LINK_PORT)));
      }
    }
    return List.copyOf(links);
  }

  /** Whether links of a kind may know who their devices are, so that they are asked. */
  boolean namesUsers(String listener) {
    return settings.links().stream()
        .filter(name -> own(name, LINK_KIND).listener().word().equals(listener))
        .anyMatch(
            name ->
                own(name, LINK_KIND) == SnLinkKind.DTLS
                    || (own(name, LINK_KIND) != SnLinkKind.OFF && !own(name, LINK_USER).isEmpty()));
  }

  /** Whether other machines reach a link of plain UDP. */
  boolean isPlainReachable() {
    return settings.links().stream()
        .filter(name -> own(name, LINK_KIND) == SnLinkKind.UDP)
        .anyMatch(name -> !Loopback.isLoopback(bind(name)));
  }

  /** Whether there is one that is on. */
  boolean areAny() {
    return settings.links().stream().anyMatch(name -> own(name, LINK_KIND) != SnLinkKind.OFF);
  }

  /** The address of a link of a network. */
  String bind(String link) {
    return own(link, LINK_BIND).orElse(settings.value(BIND));
  }

  private <T> T own(String link, ConfigKey<T> template) {
    return link.isEmpty() // the one of sn.udp-port has keys of its own nowhere
        ? template.kind().read(template.defaultText()).orElseThrow()
        : settings.value(at(link, template));
  }

  private SnLinkConfig link(String name, SnLinkKind kind, String bind, Port port) {
    return new SnLinkConfig(
        name,
        kind,
        bind,
        port,
        settings.ofLink(name, SN_DURABILITY),
        gateway(name),
        datagramBytesMax(name, kind),
        kind == SnLinkKind.UDP
            ? settings
                .ofLink(name, SN_GROUP)
                .map(
                    address ->
                        new SnLinkConfig.Group(address, settings.ofLink(name, SN_GROUP_INTERFACE)))
            : Optional.empty(),
        new SnLinkConfig.Dtls(
            own(name, LINK_PSK),
            own(name, LINK_CERTIFICATE),
            own(name, LINK_KEY),
            own(name, LINK_CA),
            own(name, LINK_USER_FROM)),
        new SnLinkConfig.Line(
            own(name, LINK_DEVICE),
            own(name, LINK_BAUD_RATE).intValue(),
            own(name, LINK_RTS_CTS),
            own(name, LINK_API_MODE).intValue()));
  }

  private int datagramBytesMax(String name, SnLinkKind kind) {
    return kind == SnLinkKind.XBEE && !settings.isSaidOfLink(name, SN_DATAGRAM_MAX)
        ? XBEE_BYTES
        : settings.ofLink(name, SN_DATAGRAM_MAX).intValue();
  }

  private SnSettings gateway(String name) {
    Map<Integer, String> predefined = new LinkedHashMap<>();
    settings
        .ofLink(name, SN_PREDEFINED)
        .forEach(each -> predefined.put(each.getKey(), each.getValue()));
    String user = own(name, LINK_USER);
    return new SnSettings(
            settings.ofLink(name, SN_GATEWAY_ID).intValue(),
            settings.ofLink(name, SN_ADVERTISE).intValue(),
            settings.ofLink(name, SN_RETRY_DELAY),
            settings.ofLink(name, SN_RETRIES_MAX).intValue(),
            settings.ofLink(name, SN_DEVICES_MAX).intValue(),
            settings.ofLink(name, SN_TOPICS_MAX).intValue(),
            predefined,
            settings.ofLink(name, SN_WITHOUT_CONNECTION),
            settings.ofLink(name, SN_FORWARDERS),
            settings.ofLink(name, SN_MOVING))
        .knowing(
            new KnownDevices(
                settings.ofLink(name, SN_CLIENTS),
                settings.ofLink(name, SN_CLIENT_NAME),
                settings.ofLink(name, SN_CLIENT_TOPICS)),
            user.isEmpty() ? null : user);
  }
}

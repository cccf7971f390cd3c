package io.whimbrel.server.config;

import static io.whimbrel.server.config.ValueKind.choice;
import static io.whimbrel.server.config.ValueKind.clientTopic;
import static io.whimbrel.server.config.ValueKind.flag;
import static io.whimbrel.server.config.ValueKind.glob;
import static io.whimbrel.server.config.ValueKind.group;
import static io.whimbrel.server.config.ValueKind.listOf;
import static io.whimbrel.server.config.ValueKind.millis;
import static io.whimbrel.server.config.ValueKind.port;
import static io.whimbrel.server.config.ValueKind.predefinedTopic;
import static io.whimbrel.server.config.ValueKind.seconds;
import static io.whimbrel.server.config.ValueKind.size;
import static io.whimbrel.server.config.ValueKind.text;
import static io.whimbrel.server.config.ValueKind.whole;

import io.whimbrel.core.port.DurabilityLevel;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keys of devices that speak MQTT-SN. All but the port hold for every link that does not say
 * otherwise, see {@link SnLinkKeys}.
 */
final class SnKeys {
  private static final KeyTable TABLE = new KeyTable();

  static final ConfigKey<Port> SN_PORT =
      TABLE.key("sn.udp-port", port(), "0", "Port of MQTT-SN over UDP, at `listeners.bind`.");
  static final ConfigKey<DurabilityLevel> SN_DURABILITY =
      TABLE.key(
          "sn.durability",
          choice(DurabilityLevel.class),
          "disk",
          "What acknowledgements to devices wait for, as `listeners.tcp-durability`.");
  static final ConfigKey<Long> SN_GATEWAY_ID =
      TABLE.key("sn.gateway-id", whole(0, 255), "1", "Which gateway this is, for devices (5.3.5).");
  static final ConfigKey<List<Map.Entry<Integer, String>>> SN_PREDEFINED =
      TABLE.key(
          "sn.predefined-topics",
          listOf(predefinedTopic()).or("none", List.of()),
          "none",
          "Topics that all devices know by an id, such as `1=plant/level,2=plant/alarm` (6.7).");
  static final ConfigKey<List<ClientTopic>> SN_CLIENT_TOPICS =
      TABLE.key(
          "sn.client-topics",
          listOf(clientTopic()).or("none", List.of()),
          "none",
          "The same for some devices alone, by their Client Identifiers: `pump-*:1=plant/%c/level`;"
              + " `%c` is the Client Identifier.");
  static final ConfigKey<List<Glob>> SN_CLIENTS =
      TABLE.key(
          "sn.clients",
          listOf(glob()),
          "*",
          "Client Identifiers that devices may have; `*` stands for any characters.");
  static final ConfigKey<ClientName> SN_CLIENT_NAME =
      TABLE.key(
          "sn.client-name",
          choice(ClientName.class),
          "any",
          "Which Client Identifier a device may have that has proved who it is (DTLS): `any`;"
              + " `user`: its user name; `user-prefix`: that, or it and more behind a `-`, `/`,"
              + " `:`, `.` or `_`.");
  static final ConfigKey<Boolean> SN_WITHOUT_CONNECTION =
      TABLE.key(
          "sn.qos-minus-one",
          flag(),
          "false",
          "Whether devices may publish with QoS -1, without a connection (6.8): as the client"
              + " `sn-ID-N`, ID being `sn.gateway-id` and N the event loop; of other links"
              + " `sn-NAME`.");
  static final ConfigKey<Boolean> SN_FORWARDERS =
      TABLE.key(
          "sn.forwarders", flag(), "false", "Whether forwarders may speak for devices (5.5).");
  static final ConfigKey<Boolean> SN_MOVING =
      TABLE.key(
          "sn.moving-devices",
          flag(),
          "false",
          "Whether a sleeping device may wake up at another address. Over plain UDP whoever knows"
              + " its Client Identifier can take its messages then. Over DTLS it may anyway.");
  static final ConfigKey<Long> SN_RETRY_DELAY =
      TABLE.key(
          "sn.retry-delay",
          millis(100, 600_000),
          "10s",
          "T_retry (7.2): how long an answer of a device is waited for before it is asked again.");
  static final ConfigKey<Long> SN_RETRIES_MAX =
      TABLE.key(
          "sn.retries-max",
          whole(1, 100),
          "5",
          "N_retry (7.2): how often it is asked again before it is lost.");
  static final ConfigKey<Long> SN_DEVICES_MAX =
      TABLE.key(
          "sn.devices-max",
          whole(1, 10_000_000),
          "10000",
          "Devices at once, those that sleep or are about to connect too; more are told that there"
              + " is congestion.");
  static final ConfigKey<Long> SN_TOPICS_MAX =
      TABLE.key(
          "sn.topics-per-device-max",
          whole(1, 65_534),
          "1000",
          "Topic ids of one device; more are told that there is congestion.");
  static final ConfigKey<Long> SN_DATAGRAM_MAX =
      TABLE.key(
          "sn.datagram-bytes-max",
          size(64, 65_507),
          "1472",
          "Longest datagram, both ways; a message that is longer is dropped and counted. Of XBee"
              + " modules 72, unless their link says otherwise.");
  static final ConfigKey<Long> SN_ADVERTISE =
      TABLE.key(
          "sn.advertise-interval",
          seconds(0, 65_535),
          "0",
          "T_ADV (6.1): time between two ADVERTISE, where there is a group or a radio to send them"
              + " to; 0: never.");
  static final ConfigKey<Optional<InetAddress>> SN_GROUP =
      TABLE.key(
          "sn.multicast-group",
          group().orElsewhere("none"),
          "none",
          "Group where SEARCHGW is heard, and ADVERTISE and GWINFO are said, at the port of the"
              + " link (6.1).");
  static final ConfigKey<String> SN_GROUP_INTERFACE =
      TABLE.key(
          "sn.multicast-interface",
          text(),
          "",
          "Network interface of the group, such as `eth0`; empty: the one of the link's address.");

  /** Which Client Identifier goes with a user. */
  enum ClientName {
    ANY,
    USER,
    USER_PREFIX
  }

  private SnKeys() {}

  static List<ConfigKey<?>> all() {
    return TABLE.all();
  }
}

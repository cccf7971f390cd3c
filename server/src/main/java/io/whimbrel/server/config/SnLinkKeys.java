package io.whimbrel.server.config;

import static io.whimbrel.server.config.ValueKind.address;
import static io.whimbrel.server.config.ValueKind.choice;
import static io.whimbrel.server.config.ValueKind.file;
import static io.whimbrel.server.config.ValueKind.flag;
import static io.whimbrel.server.config.ValueKind.port;
import static io.whimbrel.server.config.ValueKind.text;
import static io.whimbrel.server.config.ValueKind.whole;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keys of links of MQTT-SN, which have names: {@code sn-links.hall.kind}. What stands here is the
 * table of one of them, called NAME; each key of {@link SnKeys} but the port can be said of a link
 * as well.
 */
final class SnLinkKeys {
  /** The section of all links. */
  static final String SECTION = "sn-links";

  /** What a key of a link is where all links are alike. */
  static final String INHERITED = "inherit";

  private static final String TEMPLATE = SECTION + ".NAME.";
  private static final KeyTable TABLE = new KeyTable();

  static final ConfigKey<SnLinkKind> LINK_KIND =
      key("kind", choice(SnLinkKind.class), "off", "What carries it.");
  static final ConfigKey<Port> LINK_PORT = key("port", port(), "0", "Port of UDP, or of DTLS.");
  static final ConfigKey<Optional<String>> LINK_BIND =
      key(
          "bind",
          address().orElsewhere(INHERITED),
          INHERITED,
          "Address of UDP, or of DTLS; `inherit`: `listeners.bind`.");
  static final ConfigKey<String> LINK_USER =
      key(
          "user-name",
          text(),
          "",
          "The user that its devices are, where nothing proves who they are (UDP, serial, XBee);"
              + " empty: nobody.");
  static final ConfigKey<Optional<Path>> LINK_PSK =
      key(
          "psk-file",
          file(),
          "none",
          "Pre-shared keys of DTLS, a line `IDENTITY:KEY IN HEXADECIMAL` each; the identity is the"
              + " user name.");
  static final ConfigKey<Optional<Path>> LINK_CERTIFICATE =
      key("certificate", file(), "none", "The broker's certificate for DTLS, PEM.");
  static final ConfigKey<Optional<Path>> LINK_KEY = key("key", file(), "none", "Its key, PEM.");
  static final ConfigKey<Optional<Path>> LINK_CA =
      key(
          "ca",
          file(),
          "none",
          "Whose certificates devices have to show over DTLS, PEM; without it only pre-shared keys"
              + " let in.");
  static final ConfigKey<ServerConfig.CertificateUser> LINK_USER_FROM =
      key(
          "user-from",
          choice(ServerConfig.CertificateUser.class, Set.of(ServerConfig.CertificateUser.NONE)),
          "cn",
          "What in a device's certificate is the user name, as `tls.user-from`.");
  static final ConfigKey<Optional<Path>> LINK_DEVICE =
      key(
          "device",
          file(),
          "none",
          "The serial line, such as `/dev/ttyUSB0` or `/dev/rfcomm0`; for XBee the module's.");
  static final ConfigKey<Long> LINK_BAUD_RATE =
      key("baud-rate", whole(300, 4_000_000), "9600", "Its speed, bits a second.");
  static final ConfigKey<Boolean> LINK_RTS_CTS =
      key("rts-cts", flag(), "false", "Whether its two ends stop each other with RTS and CTS.");
  static final ConfigKey<Long> LINK_API_MODE =
      key("api-mode", whole(1, 2), "1", "How the XBee module is set (`AP`): 2 is with escapes.");

  static {
    for (ConfigKey<?> shared : SnKeys.all()) {
      if (!shared.equals(SnKeys.SN_PORT)) {
        inherited(shared);
      }
    }
  }

  private SnLinkKeys() {}

  private static <T> ConfigKey<T> key(
      String name, ValueKind<T> kind, String defaultText, String meaning) {
    return TABLE.key(TEMPLATE + name, kind, defaultText, meaning);
  }

  private static <T> void inherited(ConfigKey<T> shared) {
    key(
        shared.name(),
        shared.kind().orElsewhere(INHERITED),
        INHERITED,
        "As `" + shared.path() + "`.");
  }

  /** The sections of links. */
  static final NamedKeys LINKS = new NamedKeys(SECTION, TABLE);

  /** The keys of a link called NAME, in the order of their declarations. */
  static List<ConfigKey<?>> templates() {
    return TABLE.all();
  }

  /** A key of a link. */
  static <T> ConfigKey<T> at(String link, ConfigKey<T> template) {
    return LINKS.at(link, template);
  }

  /** What a link says instead of a key of all links. */
  static String path(String link, ConfigKey<?> shared) {
    return LINKS.path(link, shared);
  }
}

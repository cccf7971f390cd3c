package io.whimbrel.server.config;

import static io.whimbrel.server.config.ValueKind.address;
import static io.whimbrel.server.config.ValueKind.choice;
import static io.whimbrel.server.config.ValueKind.file;
import static io.whimbrel.server.config.ValueKind.flag;
import static io.whimbrel.server.config.ValueKind.port;
import static io.whimbrel.server.config.ValueKind.text;
import static io.whimbrel.server.config.ValueKind.whole;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys of links of MQTT-SN, which have names: {@code sn-links.hall.kind}. What stands here is the
 * table of one of them, called NAME; each key of {@link SnKeys} but the port can be said of a link
 * as well.
 */
final class SnLinkKeys {
  /** The section of all links. */
  static final String SECTION = "sn-links";

  /** What a name may be. */
  static final String NAMES = "a name of up to 32 of a to z, 0 to 9 and -";

  /** What a key of a link is where all links are alike. */
  static final String INHERITED = "inherit";

  private static final String TEMPLATE = SECTION + ".NAME.";
  private static final Pattern PATH =
      Pattern.compile("sn-links\\.([a-z0-9][a-z0-9-]{0,31})(?:\\.([a-z0-9-]+))?");
  private static final String VARIABLES = "WHIMBREL_SN_LINKS_";
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

  /** The keys of a link called NAME, in the order of their declarations. */
  static List<ConfigKey<?>> templates() {
    return TABLE.all();
  }

  /** The keys of a link. */
  static List<ConfigKey<?>> of(String link) {
    List<ConfigKey<?>> keys = new ArrayList<>();
    for (ConfigKey<?> template : templates()) {
      keys.add(at(link, template));
    }
    return keys;
  }

  /** A key of a link. */
  static <T> ConfigKey<T> at(String link, ConfigKey<T> template) {
    return template.at(SECTION + "." + link + "." + template.name());
  }

  /** What a link says instead of a key of all links. */
  static String path(String link, ConfigKey<?> shared) {
    return SECTION + "." + link + "." + shared.name();
  }

  /** The key of a path, if it is one of a link. */
  static Optional<ConfigKey<?>> find(String path) {
    Matcher matcher = PATH.matcher(path);
    if (matcher.matches() && matcher.group(2) != null) {
      for (ConfigKey<?> key : of(matcher.group(1))) {
        if (key.path().equals(path)) {
          return Optional.of(key);
        }
      }
    }
    return Optional.empty();
  }

  /** The key of an environment variable, if it is one of a link. */
  static Optional<ConfigKey<?>> ofVariable(String variable) {
    for (ConfigKey<?> template :
        variable.startsWith(VARIABLES) ? templates() : List.<ConfigKey<?>>of()) {
      String end = "_" + template.name().toUpperCase(Locale.ROOT).replace('-', '_');
      int nameEnd = variable.length() - end.length();
      if (variable.endsWith(end) && nameEnd > VARIABLES.length()) {
        String link = variable.substring(VARIABLES.length(), nameEnd);
        Optional<ConfigKey<?>> key =
            find(path(link.toLowerCase(Locale.ROOT).replace('_', '-'), template));
        if (key.isPresent()) {
          return key;
        }
      }
    }
    return Optional.empty();
  }

  /** Whether it is the section of all links, or of one. */
  static boolean isSection(String path) {
    Matcher matcher = PATH.matcher(path);
    return path.equals(SECTION) || (matcher.matches() && matcher.group(2) == null);
  }

  /** Whether it stands where a link would, and has no name for one. */
  static boolean isMisnamed(String path) {
    return path.startsWith(SECTION + ".")
        && path.indexOf('.', SECTION.length() + 1) < 0
        && !isSection(path);
  }

  /** The name of the link that the path is a key of; empty for others. */
  static String link(String path) {
    Matcher matcher = PATH.matcher(path);
    return matcher.matches() ? matcher.group(1) : "";
  }

  /** The names of all links that these paths are keys of. */
  static Set<String> links(Iterable<String> paths) {
    Set<String> links = new TreeSet<>();
    paths.forEach(path -> links.add(link(path)));
    links.remove("");
    return links;
  }
}

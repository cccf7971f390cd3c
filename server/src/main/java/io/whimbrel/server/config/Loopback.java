package io.whimbrel.server.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which addresses only this machine can reach, told without asking a name server. */
final class Loopback {
  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%\\w+)?");

  private Loopback() {}

  /** Whether the text is an IPv4 or IPv6 address. */
  static boolean isAddress(String text) {
    return parse(text).isPresent();
  }

  /** Whether listening there is listening to this machine alone; no for any other host name. */
  static boolean isLoopback(String bind) {
    return bind.equalsIgnoreCase("localhost")
        || parse(bind).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  /** Whether two listeners at these addresses would share each of their ports. */
  static boolean overlap(String bind, String other) {
    return bind.equalsIgnoreCase(other) || isWildcard(bind) || isWildcard(other);
  }

  private static boolean isWildcard(String bind) {
    return parse(bind).filter(InetAddress::isAnyLocalAddress).isPresent();
  }

  /** The address that the text is. */
  static Optional<InetAddress> parse(String text) {
    if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(text)); // Looks nothing up: it is no host name.
    } catch (UnknownHostException refused) {
      return Optional.empty();
    }
  }
}

package io.whimbrel.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** URLs of servers that are told secrets, and trusted. */
public final class HttpUrl {
  private HttpUrl() {}

  /**
   * What is wrong with one, to be read behind its name; empty: nothing.
   *
   * @param plain whether http to other machines is allowed
   */
  public static String problem(URI uri, boolean plain) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) {
      return "has to begin with https://";
    }
    String host = uri.getHost();
    if (host == null || host.isEmpty()) {
      return "names no server";
    }
    if (uri.getRawUserInfo() != null) {
      return "has a user name or password in it, which belongs into a file";
    }
    if (uri.getRawFragment() != null) {
      return "has a fragment, which no server is told";
    }
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      return "has a port that is none";
    }
    String address = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    if (scheme.equals("http") && !plain && !Loopback.isLoopback(address)) {
      return "is http to another machine, and who is between could read and forge all of it";
    }
    return "";
  }

  /** A URL that can be asked at all, or none. */
  static ValueKind<Optional<URI>> kind() {
    return new ValueKind<Optional<URI>>(
            "URL",
            "a URL of https, or of http to this machine, without user name and fragment",
            text -> Optional.of(parse(text)).filter(Optional::isPresent),
            uri -> uri.map(URI::toString).orElse(""))
        .or("none", Optional.empty());
  }

  private static Optional<URI> parse(String text) {
    try {
      return Optional.of(new URI(text)).filter(uri -> problem(uri, true).isEmpty());
    } catch (URISyntaxException none) {
      return Optional.empty();
    }
  }
}

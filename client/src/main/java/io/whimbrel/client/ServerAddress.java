package io.whimbrel.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where a server is: {@code mqtt://host}, {@code mqtts://host}, {@code ws://host/mqtt} or {@code
 * wss://host/mqtt}, each with a port where it is not the usual one: 1883, 8883, 80 and 443.
 *
 * @param encrypted TLS
 * @param webSocketPath empty for none
 */
record ServerAddress(String host, int port, boolean encrypted, String webSocketPath) {

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException it is none
   */
  static ServerAddress of(String text) {
    URI uri;
    try {
      uri = new URI(text.contains("://") ? text : "mqtt://" + text);
    } catch (URISyntaxException wrong) {
      throw wrong(text);
    }
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    boolean encrypted = scheme.equals("mqtts") || scheme.equals("ssl") || scheme.equals("wss");
    boolean webSocket = scheme.equals("ws") || scheme.equals("wss");
    boolean plain = scheme.equals("mqtt") || scheme.equals("tcp") || scheme.equals("ws");
    String host = uri.getHost();
    if (host == null || uri.getUserInfo() != null || !(encrypted || plain)) {
      throw wrong(text);
    }
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    int usual = webSocket ? (encrypted ? 443 : 80) : (encrypted ? 8883 : 1883);
    String path =
        uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/mqtt" : uri.getRawPath();
    if (!webSocket && !(path.equals("/mqtt") || path.equals("/"))) {
      throw wrong(text);
    }
    int port = uri.getPort() < 0 ? usual : uri.getPort();
    if (port < 1 || port > 65_535) {
      throw wrong(text);
    }
    return new ServerAddress(host, port, encrypted, webSocket ? path : "");
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "not a server: \""
            + text
            + "\"; wanted: mqtt://HOST[:PORT], mqtts://, ws://HOST/PATH, wss://");
  }
}

package io.whimbrel.client;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is: {@code mqtt://host}, {@code mqtts://host}, {@code ws://host/mqtt} or {@code
 * wss://host/mqtt}, each with a port where it is not the usual one: 1883, 8883, 80 and 443. Read
 * without {@link java.net.URI}, which knows no host with an underscore in its name.
 *
 * @param encrypted TLS
 * @param webSocketPath empty for none
 */
record ServerAddress(String host, int port, boolean encrypted, String webSocketPath) {
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?:(?<scheme>[A-Za-z]+)://)?"
              + "(?:\\[(?<six>[0-9A-Fa-f:.]+(?:%[\\w.-]+)?)]"
              + "|(?<host>[\\p{L}\\p{N}_][\\p{L}\\p{N}._-]*))"
              + "(?::(?<port>[0-9]{1,5}))?"
              + "(?<path>/[^\\s#]*)?");

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException it is none
   */
  static ServerAddress of(String text) {
    Matcher parts = ADDRESS.matcher(text);
    if (!parts.matches()) {
      throw wrong(text);
    }
    String scheme = said(parts.group("scheme"), "mqtt").toLowerCase(Locale.ROOT);
    boolean encrypted = scheme.equals("mqtts") || scheme.equals("ssl") || scheme.equals("wss");
    boolean webSocket = scheme.equals("ws") || scheme.equals("wss");
    boolean plain = scheme.equals("mqtt") || scheme.equals("tcp") || scheme.equals("ws");
    String path = said(parts.group("path"), "/mqtt");
    int usual = webSocket ? (encrypted ? 443 : 80) : (encrypted ? 8883 : 1883);
    int port = Integer.parseInt(said(parts.group("port"), "" + usual));
    boolean pathless = webSocket || path.equals("/mqtt") || path.equals("/");
    if (!(encrypted || plain) || !pathless || port < 1 || port > 65_535) {
      throw wrong(text);
    }
    String host = said(parts.group("six"), said(parts.group("host"), ""));
    return new ServerAddress(host, port, encrypted, webSocket ? path : "");
  }

  private static String said(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }

  /** Never shows what stands before an @: it may be a password. */
  private static IllegalArgumentException wrong(String text) {
    int at = text.lastIndexOf('@');
    int scheme = text.indexOf("://");
    String shown =
        at < 0
            ? text
            : (scheme >= 0 && scheme < at ? text.substring(0, scheme + 3) : "")
                + "..."
                + text.substring(at);
    return new IllegalArgumentException(
        "not a server: \""
            + shown
            + "\"; wanted: mqtt://HOST[:PORT], mqtts://, ws://HOST/PATH, wss://"
            + (at < 0 ? "" : "; who comes is said with credentials(...)"));
  }
}

package io.whimbrel.cli.mqtt;

import java.util.Locale;

/**
 * What {@code -L} says: {@code mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC]}. Not an URI: nothing
 * in it is escaped, so that a topic and a password are what they look like.
 *
 * @param user empty for none
 * @param password empty for none
 * @param port 0 for the usual one
 * @param topic empty for none
 */
record Url(
    boolean encrypted,
    boolean webSocket,
    String user,
    String password,
    String host,
    int port,
    String topic) {

  /**
   * Reads it.
   *
   * @throws MistakeException it is none; the message does not repeat it, for the password in it
   */
  static Url of(String text) {
    int scheme = text.indexOf("://");
    String kind = scheme < 0 ? "" : text.substring(0, scheme).toLowerCase(Locale.ROOT);
    boolean encrypted = kind.equals("mqtts") || kind.equals("wss");
    boolean webSocket = kind.equals("ws") || kind.equals("wss");
    if (!encrypted && !webSocket && !kind.equals("mqtt")) {
      throw wrong("it begins with mqtt://, mqtts://, ws:// or wss://");
    }
    String rest = text.substring(scheme + 3);
    int slash = rest.indexOf('/');
    String topic = slash < 0 ? "" : rest.substring(slash + 1);
    String server = slash < 0 ? rest : rest.substring(0, slash);
    int at = server.lastIndexOf('@');
    String who = at < 0 ? "" : server.substring(0, at);
    String where = server.substring(at + 1);
    int colon = who.indexOf(':');
    int portAt = where.lastIndexOf(':');
    if (portAt < where.indexOf(']')) {
      portAt = -1; // [::1]
    }
    String host = portAt < 0 ? where : where.substring(0, portAt);
    if (host.isEmpty()) {
      throw wrong("the host is missing");
    }
    return new Url(
        encrypted,
        webSocket,
        colon < 0 ? who : who.substring(0, colon),
        colon < 0 ? "" : who.substring(colon + 1),
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host,
        portAt < 0 ? 0 : port(where.substring(portAt + 1)),
        topic);
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException none) {
      // told below
    }
    throw wrong("its port is no number from 1 to 65535");
  }

  private static MistakeException wrong(String why) {
    return new MistakeException(
        "-L is no URL: " + why + "; wanted: mqtt://[USER[:PASSWORD]@]HOST[:PORT]/TOPIC");
  }

  /** Without the password. */
  @Override
  public String toString() {
    return host + ":" + port + "/" + topic;
  }
}

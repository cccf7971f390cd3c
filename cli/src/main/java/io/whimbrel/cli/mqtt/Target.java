package io.whimbrel.cli.mqtt;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection goes, for who takes each step to there alone: to measure it, or to see which
 * one fails. Immutable.
 *
 * @param webSocketPath empty for none
 */
record Target(String host, int port, boolean encrypted, String webSocketPath) {
  /** A step takes no longer. */
  static final int STEP_MILLIS_MAX = 10_000;

  /** Names as people give them, with '_' too; or an address, whose zone stands behind '%'. */
  private static final Pattern HOST =
      Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}._-]*|[0-9A-Fa-f:.]+(%[\\p{L}\\p{N}._-]+)?");

  /**
   * A place.
   *
   * @param port 0 for the usual one
   * @throws MistakeException that is no host
   */
  static Target of(String host, int port, boolean encrypted, String webSocketPath) {
    if (!HOST.matcher(host).matches()) {
      throw new MistakeException("-h is no name of a host, and no address: '" + host + "'");
    }
    int usual = usualPort(encrypted, !webSocketPath.isEmpty());
    return new Target(host, port == 0 ? usual : port, encrypted, webSocketPath);
  }

  private static int usualPort(boolean encrypted, boolean webSocket) {
    return webSocket ? (encrypted ? 443 : 80) : (encrypted ? 8883 : 1883);
  }

  /** As {@link io.whimbrel.client.MqttClient#to} takes it. */
  String address() {
    boolean webSocket = !webSocketPath.isEmpty();
    String scheme = webSocket ? (encrypted ? "wss" : "ws") : (encrypted ? "mqtts" : "mqtt");
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    String at = port == usualPort(encrypted, webSocket) ? "" : ":" + port;
    return scheme + "://" + shown + at + webSocketPath;
  }

  /** An address and the port, as people write it. */
  String at(InetAddress address) {
    String ip = address.getHostAddress();
    return (ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip) + ":" + port;
  }

  /** What a client said of its server, without the server in front. */
  String without(String said) {
    String server = address();
    boolean usual = port == usualPort(encrypted, !webSocketPath.isEmpty());
    String whole =
        usual
            ? server.substring(0, server.length() - webSocketPath.length())
                + ":"
                + port
                + webSocketPath
            : server;
    return said.startsWith(whole + ": ") ? said.substring(whole.length() + 2) : said;
  }

  /** A connection to one of its addresses. */
  Socket tcp(InetAddress address) throws IOException {
    Socket socket = new Socket();
    boolean connected = false;
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(STEP_MILLIS_MAX);
      socket.connect(new InetSocketAddress(address, port), STEP_MILLIS_MAX);
      connected = true;
      return socket;
    } finally {
      if (!connected) {
        socket.close();
      }
    }
  }

  /**
   * TLS over a connection, agreed on.
   *
   * @param verifiesHost whether the certificate has to name the host
   */
  SSLSocket tls(Socket plain, SSLContext context, boolean verifiesHost) throws IOException {
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm(verifiesHost ? "HTTPS" : "");
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /** What went wrong, in words. */
  static String words(@Nullable Exception failure) {
    String message = failure == null ? null : failure.getMessage();
    return message == null
        ? failure == null ? "nothing was said" : failure.getClass().getSimpleName()
        : message;
  }
}

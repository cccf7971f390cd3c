package io.whimbrel.cli.mqtt;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
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

  /**
   * The server of a connection.
   *
   * @throws MistakeException that is no address
   */
  static Target of(Connection connection) {
    String address = connection.address();
    try {
      URI uri = new URI(address);
      String host = uri.getHost();
      if (host != null && uri.getUserInfo() == null) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        boolean encrypted = scheme.equals("mqtts") || scheme.equals("wss");
        boolean webSocket = scheme.equals("ws") || scheme.equals("wss");
        int usual = webSocket ? (encrypted ? 443 : 80) : (encrypted ? 8883 : 1883);
        return new Target(
            host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
            uri.getPort() < 0 ? usual : uri.getPort(),
            encrypted,
            webSocket ? uri.getRawPath() : "");
      }
    } catch (URISyntaxException wrong) {
      // told below
    }
    throw new MistakeException("-h is no name of a host, and no address: " + address);
  }

  /** An address and the port, as people write it. */
  String at(InetAddress address) {
    String ip = address.getHostAddress();
    return (ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip) + ":" + port;
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

package io.whimbrel.client.internal;

import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is, and how it is spoken to.
 *
 * @param tls null for no encryption
 * @param verifiesHost whether its certificate has to name the host
 * @param webSocketPath null for MQTT without WebSocket
 */
public record Server(
    String host,
    int port,
    @Nullable SslContext tls,
    boolean verifiesHost,
    @Nullable String webSocketPath) {
  @Override
  public String toString() {
    String scheme =
        webSocketPath == null ? (tls == null ? "mqtt" : "mqtts") : (tls == null ? "ws" : "wss");
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return scheme + "://" + shown + ":" + port + (webSocketPath == null ? "" : webSocketPath);
  }
}

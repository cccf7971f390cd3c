package io.whimbrel.server.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.whimbrel.core.port.DurabilityLevel;
import java.util.Optional;
import java.util.function.Function;

/**
 * One way in for clients: what is spoken there, and on which terms.
 *
 * @param transport what people call it: {@code tcp}, {@code websocket}, {@code tls}, …
 * @param durability what acknowledgements to its clients wait for
 * @param websocket whether a WebSocket handshake comes before MQTT
 * @param encryption makes the TLS of one connection, where TLS is spoken
 */
public record Listener(
    String transport,
    DurabilityLevel durability,
    boolean websocket,
    Optional<Function<ByteBufAllocator, SslHandler>> encryption) {

  /** One where MQTT begins at once. */
  public static Listener mqtt(String transport, DurabilityLevel durability) {
    return new Listener(transport, durability, false, Optional.empty());
  }

  /** One where MQTT is carried by WebSocket frames. */
  public static Listener websocket(String transport, DurabilityLevel durability) {
    return new Listener(transport, durability, true, Optional.empty());
  }

  /** The same behind TLS. */
  public Listener encrypted(Function<ByteBufAllocator, SslHandler> handlers) {
    return new Listener(transport, durability, websocket, Optional.of(handlers));
  }
}

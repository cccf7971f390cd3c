package io.whimbrel.server.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.server.config.AddressRange;
import io.whimbrel.server.config.ListenerKind;
import java.net.InetAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * One way in for clients: what is spoken there, and on which terms.
 *
 * @param durability what acknowledgements to its clients wait for
 * @param websocket whether a WebSocket handshake comes before MQTT
 * @param encryption the TLS of its connections, where TLS is spoken
 * @param proxies from where somebody has to say, first of all, where a client comes from
 */
public record Listener(
    ListenerKind kind,
    DurabilityLevel durability,
    boolean websocket,
    Optional<Encryption> encryption,
    Optional<List<AddressRange>> proxies) {

  /** TLS, and whose certificates count at its end. */
  public record Encryption(Handlers handlers, Judge judge) {}

  /** Makes what speaks TLS on one connection. */
  @FunctionalInterface
  public interface Handlers {
    /**
     * The handler that does so, or that puts it in its own place.
     *
     * @param millisMax how long the handshake may take
     */
    ChannelHandler handler(ByteBufAllocator allocator, long millisMax);
  }

  /** Says whose certificates count now; those of a session that is resumed are shown to nobody. */
  @FunctionalInterface
  public interface Judge {
    /**
     * Takes a client's certificate, or throws why not.
     *
     * @param chain the client's own first, then its issuers as far as it showed them
     */
    void judge(X509Certificate[] chain) throws CertificateException;
  }

  /** One where MQTT begins at once. */
  public static Listener mqtt(ListenerKind kind, DurabilityLevel durability) {
    return new Listener(kind, durability, false, Optional.empty(), Optional.empty());
  }

  /** One where MQTT is carried by WebSocket frames. */
  public static Listener websocket(ListenerKind kind, DurabilityLevel durability) {
    return new Listener(kind, durability, true, Optional.empty(), Optional.empty());
  }

  /** The same behind TLS. */
  public Listener encrypted(Encryption tls) {
    return new Listener(kind, durability, websocket, Optional.of(tls), proxies);
  }

  /** The same behind proxies at these addresses. */
  public Listener behind(List<AddressRange> from) {
    return new Listener(kind, durability, websocket, encryption, Optional.of(from));
  }

  /** Whether somebody at this address may speak there; whom a Unix socket lets in, may. */
  boolean mayCome(Whence whence) {
    InetAddress address = whence.counted();
    return proxies.isEmpty()
        || kind == ListenerKind.UNIX
        || (address != null && proxies.get().stream().anyMatch(range -> range.contains(address)));
  }
}

package io.whimbrel.server.net;

import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where somebody comes from.
 *
 * @param text as people write it
 * @param counted what limits per address count; null where they do not apply
 */
record Whence(String text, @Nullable InetAddress counted) {
  /** From this machine, by a Unix socket. */
  static final Whence UNIX = new Whence("unix", null);

  private static final Whence UNKNOWN = new Whence("unknown", null);

  /** The other end of a connection, which may have gone before it was asked for. */
  static Whence of(Channel channel) {
    if (channel.remoteAddress() instanceof InetSocketAddress from) {
      return of(from);
    }
    return channel instanceof SocketChannel ? UNKNOWN : UNIX;
  }

  static Whence of(InetSocketAddress from) {
    return new Whence(AddressText.of(from), from.getAddress());
  }

  /** The same, counted at no address. */
  Whence uncounted() {
    return new Whence(text, null);
  }
}

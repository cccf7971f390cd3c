package io.whimbrel.server.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the beginning of a TLS handshake, where a client says which name it wants (Server Name
 * Indication, RFC 6066), and leaves the rest to the TLS of that name. Owned by the loop of its
 * channel.
 */
final class NameFirst extends AbstractSniHandler<SslHandler> {
  /** One record; ClientHellos have a few hundred bytes, and two thousand with newer keys. */
  private static final int CLIENT_HELLO_BYTES_MAX = 16 * 1024;

  private final Choice choice;
  private final long millisMax;
  private final long begun = System.nanoTime();

  /** What stands for a name. */
  interface Choice {
    /** The TLS of one connection; null: the client names nobody. */
    SslHandler of(@Nullable String name, ByteBufAllocator allocator);
  }

  /**
   * @param millisMax how long the whole handshake may take
   */
  NameFirst(Choice choice, long millisMax) {
    super(CLIENT_HELLO_BYTES_MAX, millisMax);
    this.choice = choice;
    this.millisMax = millisMax;
  }

  @Override
  protected Future<SslHandler> lookup(ChannelHandlerContext context, @Nullable String name) {
    try {
      return context.executor().newSucceededFuture(choice.of(name, context.alloc()));
    } catch (RuntimeException | OutOfMemoryError failed) {
      return context.executor().newFailedFuture(failed);
    }
  }

  @Override
  protected void onLookupComplete(
      ChannelHandlerContext context, @Nullable String name, Future<SslHandler> chosen) {
    SslHandler tls = chosen.getNow();
    if (tls == null) {
      context.fireUserEventTriggered(new SslHandshakeCompletionEvent(chosen.cause()));
      context.close();
      return;
    }
    long spent = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    tls.setHandshakeTimeoutMillis(Math.max(1, millisMax - spent));
    try {
      context.pipeline().replace(this, null, tls);
    } catch (RuntimeException closed) {
      ReferenceCountUtil.safeRelease(tls.engine());
      throw closed;
    }
  }
}

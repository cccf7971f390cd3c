package io.whimbrel.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.whimbrel.server.metrics.Count;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Waits for the end of a TLS handshake. Whoever comes through is furnished as on a listener without
 * TLS, and has a certificate if it showed one; until then there is no connection for the core.
 * Owned by the loop of its channel.
 */
final class TlsArrival extends ChannelInboundHandlerAdapter {
  private static final X509Certificate[] NONE = {};

  private final DuplexChannel channel;
  private final ShardLoop loop;
  private final Gate.Pass pass;
  private final Listener.Judge judge;
  private final Door.Guide guide;
  private boolean over;
  private boolean passedOn;

  TlsArrival(
      DuplexChannel channel,
      ShardLoop loop,
      Gate.Pass pass,
      Listener.Judge judge,
      Door.Guide guide) {
    this.channel = channel;
    this.loop = loop;
    this.pass = pass;
    this.judge = judge;
    this.guide = guide;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    // Told to those behind once they are there.
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    // Either is the end: a name is asked for first, where there are several certificates.
    boolean ends = event instanceof SslHandshakeCompletionEvent;
    if (over || !(event instanceof SslCompletionEvent end) || (end.isSuccess() && !ends)) {
      return; // of no use to those behind either
    }
    over = true;
    loop.turn();
    if (!end.isSuccess()) {
      failed(end.cause());
      return;
    }
    X509Certificate[] shown = shown();
    if (shown.length > 0) {
      try {
        judge.judge(shown); // it may be that of a session from before, at which nobody has looked
      } catch (CertificateException refused) {
        String why = "the client's certificate does not count: " + refused.getMessage();
        failed(new SSLException(why, refused));
        return;
      }
      pass.certificate(shown[0]);
    }
    loop.counts().add(Count.HANDSHAKES, 1);
    guide.furnish(channel, loop, pass);
    passedOn = true;
    context.fireChannelActive();
    context.pipeline().remove(this);
  }

  private X509Certificate[] shown() {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    try {
      return Stream.of(tls.engine().getSession().getPeerCertificates())
          .map(X509Certificate.class::cast)
          .toArray(X509Certificate[]::new);
    } catch (SSLPeerUnverifiedException none) {
      return NONE;
    }
  }

  private void failed(Throwable cause) {
    if (!(cause instanceof ClosedChannelException)) { // else the peer has gone by itself
      loop.counts().add(Count.HANDSHAKES_FAILED, 1);
      loop.log().transportError(pass.address(), "TLS: " + cause.getMessage());
    }
    channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (passedOn) {
      context.fireChannelRead(message);
    } else {
      ((ByteBuf) message).release();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // A broken handshake was told as its end; and a peer may go at any time.
    if (!(cause instanceof DecoderException || cause instanceof IOException)) {
      loop.turn();
      loop.counts().add(Count.INTERNAL_ERRORS, 1);
      loop.log().internalError("a TLS handshake", cause);
    }
    channel.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (!passedOn) {
      pass.giveBack();
    }
  }
}

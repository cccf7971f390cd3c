package io.whimbrel.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import io.whimbrel.server.metrics.Count;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the header of the PROXY protocol, version 1 or 2, in which a proxy says where a client
 * comes from; whoever has sent one is furnished as on a listener that waits for none. Of the header
 * the client's address is taken and nothing else: what a proxy says of a client's certificate is no
 * proof of a user. A proxy that speaks for itself ({@code LOCAL}, {@code UNKNOWN}) keeps its own
 * address. Owned by the loop of its channel.
 */
final class ProxyArrival extends ChannelInboundHandlerAdapter {
  /** Of what a header has besides addresses; proxies send a few hundred. */
  private static final int EXTRA_BYTES_MAX = 4096;

  private final DuplexChannel channel;
  private final ShardLoop loop;
  private final Gate.Pass pass;
  private final long headerMillisMax;
  private final Door.Guide guide;
  private final Opening opening = new Opening();
  private @Nullable Future<?> deadline;
  private boolean passedOn;
  private boolean refused;

  ProxyArrival(
      DuplexChannel channel,
      ShardLoop loop,
      Gate.Pass pass,
      long headerMillisMax,
      Door.Guide guide) {
    this.channel = channel;
    this.loop = loop;
    this.pass = pass;
    this.headerMillisMax = headerMillisMax;
    this.guide = guide;
  }

  /** Looks at the first byte, and lets the decoder have bytes that it may keep. */
  private final class Opening extends ChannelInboundHandlerAdapter {
    private boolean begun;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf in = (ByteBuf) message;
      byte first = in.getByte(in.readerIndex());
      if (!begun && first != 'P' && first != '\r') {
        in.release();
        refuse("no PROXY header; is its proxy told to send one?");
        return;
      }
      begun = true;
      context.fireChannelRead(Copying.copy(context, in));
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    context.pipeline().addBefore(context.name(), null, opening);
    context.pipeline().addBefore(context.name(), null, new HAProxyMessageDecoder(EXTRA_BYTES_MAX));
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    // Told to those behind once they are there.
    deadline =
        context
            .executor()
            .schedule(
                () -> refuse("no complete PROXY header in time (limits.connect-timeout)"),
                headerMillisMax,
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof HAProxyMessage header && !refused) {
        onHeader(context, header);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void onHeader(ChannelHandlerContext context, HAProxyMessage header) {
    loop.turn();
    Whence client = client(header);
    Gate.Verdict verdict = pass.comesFrom(client);
    if (verdict != Gate.Verdict.WELCOME) {
      refused = true;
      Door.refuse(channel, loop, client, verdict);
      return;
    }
    guide.furnish(channel, loop, pass);
    passedOn = true;
    context.pipeline().remove(opening);
    context.fireChannelActive();
    context.pipeline().remove(this); // the decoder goes next, and hands on what it has left
  }

  /** Where a header says that the client is; the proxy itself, where it names no such place. */
  private Whence client(HAProxyMessage header) {
    String source = header.sourceAddress();
    byte[] address = source == null ? null : NetUtil.createByteArrayFromIpAddressString(source);
    if (address == null) {
      return Whence.of(channel);
    }
    try {
      return Whence.of(
          new InetSocketAddress(InetAddress.getByAddress(address), header.sourcePort()));
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible); // its length is that of an address
    }
  }

  private void refuse(String why) {
    if (refused || passedOn) {
      return;
    }
    refused = true;
    loop.turn();
    loop.counts().add(Count.NOT_PROXIED_HEADER, 1);
    loop.log().transportError(pass.address(), why);
    channel.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof DecoderException) {
      refuse("a broken PROXY header: " + what(cause));
    } else if (!(cause instanceof IOException)) { // else the peer has gone
      loop.turn();
      loop.counts().add(Count.INTERNAL_ERRORS, 1);
      loop.log().internalError("a PROXY header", cause);
    }
    channel.close();
  }

  private static String what(Throwable cause) {
    Throwable innermost = cause;
    for (Throwable next = cause; next != null; next = next.getCause()) {
      innermost = next;
    }
    return innermost instanceof IndexOutOfBoundsException
        ? "something in it is longer than the whole"
        : String.valueOf(innermost.getMessage());
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    Future<?> running = deadline;
    if (running != null) {
      running.cancel(false);
    }
    if (!passedOn) {
      pass.giveBack();
    }
  }
}

package io.whimbrel.client.internal;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.MessageToMessageCodec;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * One try to reach a server: its name is looked up anew, its addresses are tried, and TLS and
 * WebSocket are agreed on. Owned by its event loop; the name is looked up elsewhere, as that
 * blocks.
 *
 * <p>An address that says nothing must not take the time of those behind it: the next one is tried
 * a moment later, and the first that connects is taken (RFC 8305, Happy Eyeballs, section 5; the
 * order of the addresses is left as the resolver gives it).
 */
final class Attempt {
  /** What became of it, on the loop; told once. */
  interface Outcome {
    /** The channel carries MQTT from here on. */
    void onReady(Channel channel);

    /** No address of it was reached, or it does not speak what it should. */
    void onFailed(Throwable why);
  }

  /** What a WebSocket frame may have, however small the packets that are wanted. */
  private static final int FRAME_BYTES_MIN = 1024 * 1024;

  /** After so long the next address is tried as well (RFC 8305, section 8). */
  private static final long NEXT_ADDRESS_MILLIS = 250;

  private static final int HTTP_BYTES_MAX = 16 * 1024;

  private final EventLoop loop;
  private final Executor blocking;
  private final Server server;
  private final long timeoutMillis;
  private final int packetSizeMax;
  private final Outcome outcome;
  private final ArrayDeque<InetAddress> addresses = new ArrayDeque<>();
  private final List<Channel> connecting = new ArrayList<>();
  private @Nullable Future<?> nextAddress;
  private @Nullable Channel channel;
  private @Nullable Throwable failure;
  private boolean over;

  Attempt(
      EventLoop loop,
      Executor blocking,
      Server server,
      long timeoutMillis,
      int packetSizeMax,
      Outcome outcome) {
    this.loop = loop;
    this.blocking = blocking;
    this.server = server;
    this.timeoutMillis = timeoutMillis;
    this.packetSizeMax = packetSizeMax;
    this.outcome = outcome;
  }

  void begin() {
    blocking.execute(
        () -> {
          try {
            List<InetAddress> found = List.of(InetAddress.getAllByName(server.host()));
            loop.execute(() -> onResolved(found));
          } catch (UnknownHostException unknown) {
            loop.execute(() -> fail(new UnknownHostException("unknown host " + server.host())));
          }
        });
  }

  /** It takes too long, or is not wanted any more: nothing more is told. */
  void cancel() {
    over = true;
    closeConnecting();
    if (channel != null) {
      channel.close();
    }
  }

  void onResolved(List<InetAddress> found) {
    addresses.addAll(found);
    next();
  }

  private void next() {
    if (over || channel != null) {
      return;
    }
    InetAddress address = addresses.poll();
    if (address == null) {
      if (connecting.isEmpty()) {
        fail(failure == null ? new ConnectException("no address of " + server.host()) : failure);
      }
      return;
    }
    ChannelFuture begun =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(timeoutMillis, 3_600_000))
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel made) {
                    initialise(made);
                  }
                })
            .connect(new InetSocketAddress(address, server.port()));
    connecting.add(begun.channel());
    if (!addresses.isEmpty()) {
      nextAddress = loop.schedule(this::next, NEXT_ADDRESS_MILLIS, TimeUnit.MILLISECONDS);
    }
    begun.addListener(done -> onConnected(begun.channel(), done));
  }

  private void onConnected(Channel made, Future<?> done) {
    connecting.remove(made);
    if (over || channel != null) {
      made.close();
    } else if (done.isSuccess()) {
      channel = made;
      closeConnecting();
    } else {
      failure = done.cause();
      stopWaiting();
      next();
    }
  }

  /** Those that are too late. */
  private void closeConnecting() {
    stopWaiting();
    List<Channel> late = List.copyOf(connecting);
    connecting.clear();
    late.forEach(Channel::close);
  }

  private void stopWaiting() {
    if (nextAddress != null) {
      nextAddress.cancel(false);
    }
  }

  private void initialise(Channel made) {
    if (server.tls() != null) {
      SslHandler ssl = server.tls().newHandler(made.alloc(), server.host(), server.port());
      ssl.setHandshakeTimeoutMillis(timeoutMillis);
      SSLParameters parameters = ssl.engine().getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm(server.verifiesHost() ? "HTTPS" : "");
      ssl.engine().setSSLParameters(parameters);
      made.pipeline().addLast(ssl);
    }
    if (server.webSocketPath() != null) {
      String scheme = server.tls() == null ? "ws" : "wss";
      String host = server.host().indexOf(':') >= 0 ? "[" + server.host() + "]" : server.host();
      URI uri = URI.create(scheme + "://" + host + ":" + server.port() + server.webSocketPath());
      made.pipeline()
          .addLast(
              new HttpClientCodec(),
              new HttpObjectAggregator(HTTP_BYTES_MAX),
              new WebSocketClientProtocolHandler(
                  uri,
                  WebSocketVersion.V13,
                  "mqtt", // [MQTT-6.0.0-3]
                  false,
                  new DefaultHttpHeaders(),
                  Math.max(FRAME_BYTES_MIN, packetSizeMax), // a server may send it in one
                  timeoutMillis),
              new Frames());
    }
    made.pipeline().addLast(new Ready());
  }

  private void fail(Throwable why) {
    if (!over) {
      over = true;
      outcome.onFailed(why);
    }
  }

  /** Bytes of MQTT in binary frames [MQTT-6.0.0-1]. */
  private static final class Frames extends MessageToMessageCodec<WebSocketFrame, ByteBuf> {
    Frames() {
      super(WebSocketFrame.class, ByteBuf.class);
    }

    @Override
    protected void encode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
      out.add(new BinaryWebSocketFrame(bytes.retain()));
    }

    @Override
    protected void decode(ChannelHandlerContext context, WebSocketFrame frame, List<Object> out)
        throws ConnectException {
      if (frame instanceof io.netty.handler.codec.http.websocketx.TextWebSocketFrame) {
        throw new ConnectException("the server sent a text frame"); // [MQTT-6.0.0-1]
      }
      out.add(frame.content().retain());
    }
  }

  /** Waits until all below it is agreed on. */
  private final class Ready extends ChannelInboundHandlerAdapter {
    private final boolean waitsForTls = server.tls() != null && server.webSocketPath() == null;
    private final boolean waitsForWebSocket = server.webSocketPath() != null;

    @Override
    public void channelActive(ChannelHandlerContext context) {
      if (!waitsForTls && !waitsForWebSocket) {
        ready(context);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent tls) {
        if (!tls.isSuccess()) {
          failure = words(tls.cause());
          context.close();
        } else if (waitsForTls) {
          ready(context);
        }
      } else if (event
          == WebSocketClientProtocolHandler.ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
        ready(context);
      }
    }

    /** A server that speaks no TLS mostly closes without a word. */
    private Throwable words(Throwable cause) {
      return cause instanceof ClosedChannelException
          ? new SSLException("the server closed the connection instead of agreeing on it")
          : cause;
    }

    private void ready(ChannelHandlerContext context) {
      if (over || !context.channel().equals(channel)) {
        context.close();
        return;
      }
      over = true;
      context.pipeline().remove(this); // from here on all events are for whoever takes it
      outcome.onReady(context.channel());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      failure = failure == null ? cause : failure;
      context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (context.channel().equals(channel)) {
        fail(failure == null ? new ConnectException("the server closed the connection") : failure);
      }
    }
  }
}

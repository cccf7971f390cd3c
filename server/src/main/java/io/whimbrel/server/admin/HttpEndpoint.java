package io.whimbrel.server.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.whimbrel.server.metrics.Scrape;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Health and metrics over HTTP, for reading only, on a thread of its own: whoever scrapes slowly or
 * often takes nothing from the clients.
 */
public final class HttpEndpoint {
  private static final int LINE_MAX = 2048;
  private static final int HEADERS_MAX = 8192;
  private static final int CHUNK_MAX = 4096;
  private static final int CONNECTIONS_MAX = 64;
  private static final int IDLE_SECONDS_MAX = 60;
  private static final int BACKLOG = 64;
  private static final String TEXT = "text/plain; charset=utf-8";

  private final Readiness readiness;
  private final Scrape scrape;
  private final AtomicInteger connections = new AtomicInteger();
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("whimbrel-http"), NioIoHandler.newFactory());

  /** Nothing listens before {@link #listen}. */
  public HttpEndpoint(Readiness readiness, Scrape scrape) {
    this.readiness = readiness;
    this.scrape = scrape;
  }

  /** Listens there. */
  public Channel listen(InetSocketAddress at) throws Exception {
    return new ServerBootstrap()
        .group(group)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childHandler(new Visitors())
        .bind(at)
        .sync()
        .channel();
  }

  /** Ends all connections; returns when they have ended. */
  public void stop() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /** Takes a bounded number of connections, for a bounded time without a request. */
  private final class Visitors extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) {
      channel.closeFuture().addListener(gone -> connections.decrementAndGet());
      if (connections.incrementAndGet() > CONNECTIONS_MAX) {
        channel.close();
        return;
      }
      channel
          .pipeline()
          .addLast(new ReadTimeoutHandler(IDLE_SECONDS_MAX))
          .addLast(new HttpServerCodec(LINE_MAX, HEADERS_MAX, CHUNK_MAX))
          .addLast(new Answering());
    }
  }

  private record Answer(HttpResponseStatus status, String type, String body) {}

  private final class Answering extends SimpleChannelInboundHandler<HttpObject> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
      if (message instanceof HttpRequest && !context.channel().isWritable()) {
        context.close(); // it asks on and does not read the answers
      } else if (message.decoderResult().isFailure()) {
        send(context, text(HttpResponseStatus.BAD_REQUEST, "this is no HTTP request"), false, true);
      } else if (message instanceof HttpRequest request) {
        boolean head = request.method().equals(HttpMethod.HEAD);
        boolean last = !HttpUtil.isKeepAlive(request) || HttpUtil.is100ContinueExpected(request);
        send(context, answer(request, head), head, last);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close(); // too slow, or gone
    }
  }

  private Answer answer(HttpRequest request, boolean head) {
    if (!head && !request.method().equals(HttpMethod.GET)) {
      return text(HttpResponseStatus.METHOD_NOT_ALLOWED, "GET and HEAD alone");
    }
    return switch (request.uri().split("\\?", 2)[0]) {
      case "/health/live" -> text(HttpResponseStatus.OK, "live");
      case "/health/ready" -> ready();
      case "/metrics" -> new Answer(HttpResponseStatus.OK, Scrape.CONTENT_TYPE, scrape.text());
      default ->
          text(HttpResponseStatus.NOT_FOUND, "/health/live, /health/ready and /metrics are here");
    };
  }

  private Answer ready() {
    return switch (readiness.now()) {
      case STARTING -> text(HttpResponseStatus.SERVICE_UNAVAILABLE, "starting");
      case READY -> text(HttpResponseStatus.OK, "ready");
      case STOPPING -> text(HttpResponseStatus.SERVICE_UNAVAILABLE, "stopping");
      case FAILED -> text(HttpResponseStatus.SERVICE_UNAVAILABLE, "the store failed");
    };
  }

  private static Answer text(HttpResponseStatus status, String line) {
    return new Answer(status, TEXT, line + "\n");
  }

  private static void send(
      ChannelHandlerContext context, Answer answer, boolean head, boolean last) {
    byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
    ByteBuf sent =
        head ? Unpooled.EMPTY_BUFFER : ByteBufUtil.writeUtf8(context.alloc(), answer.body);
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status, sent);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, answer.type)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(HttpHeaderNames.CONNECTION, last ? "close" : "keep-alive");
    if (answer.status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
      response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
    }
    ChannelFuture done = context.writeAndFlush(response);
    if (last) {
      done.addListener(ChannelFutureListener.CLOSE);
    }
  }
}

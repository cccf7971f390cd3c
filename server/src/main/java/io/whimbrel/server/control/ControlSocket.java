package io.whimbrel.server.control;

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
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.DuplexChannelConfig;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.whimbrel.server.net.UnixSocketFile;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where a running broker is asked by whoever may use its files: a Unix socket for the broker's user
 * alone. A connection says one request, a line of JSON, hears one answer and is closed. All of it
 * is on a thread of its own, and bounded: connections, the bytes of a line, the time until it is
 * whole, the time until its answer has left. Used by who starts and who stops.
 */
public final class ControlSocket {
  private static final int CONNECTIONS_MAX = 16;
  private static final long LINE_MILLIS_MAX = 5_000;
  private static final long ANSWER_MILLIS_MAX = 30_000;
  private static final Set<PosixFilePermission> OWNER_ALONE =
      PosixFilePermissions.fromString("rw-------");

  private final Commands commands;
  private final long lineMillisMax;
  private final long answerMillisMax;
  private final ChannelGroup visitors =
      new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);
  private @Nullable MultiThreadIoEventLoopGroup group;
  private @Nullable Channel door;

  /** Nothing listens before {@link #listen}. */
  public ControlSocket(List<Command> commands) {
    this(commands, LINE_MILLIS_MAX, ANSWER_MILLIS_MAX);
  }

  ControlSocket(List<Command> commands, long lineMillisMax, long answerMillisMax) {
    this.commands = new Commands(commands);
    this.lineMillisMax = lineMillisMax;
    this.answerMillisMax = answerMillisMax;
  }

  /**
   * Listens; the file is there until {@link #stop}.
   *
   * @throws IOException it cannot, with the reason for whoever set the path
   */
  public void listen(Path at) throws IOException {
    UnixSocketFile file = UnixSocketFile.begin(at);
    MultiThreadIoEventLoopGroup thread =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("whimbrel-control", true), NioIoHandler.newFactory());
    group = thread;
    ChannelFuture bound =
        new ServerBootstrap()
            .group(thread)
            .channel(NioServerDomainSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, CONNECTIONS_MAX)
            .childHandler(new Door())
            .bind(file.draft());
    door = bound.channel();
    bound.channel().closeFuture().addListener(closed -> file.remove());
    bound.awaitUninterruptibly();
    if (!bound.isSuccess()) {
      stop();
      throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
    }
    try {
      file.open(OWNER_ALONE);
    } catch (IOException refused) {
      stop();
      throw refused;
    }
  }

  /** Ends all connections and removes the file; returns when that is done. */
  public void stop() {
    if (door != null) { // by hand: where the loop ends first, peers may never hear of it
      door.close().awaitUninterruptibly();
    }
    if (group != null) {
      visitors.close().awaitUninterruptibly();
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private final class Door extends ChannelInitializer<DuplexChannel> {
    @Override
    protected void initChannel(DuplexChannel channel) {
      if (visitors.size() >= CONNECTIONS_MAX) {
        channel.close();
        return;
      }
      visitors.add(channel);
      ((DuplexChannelConfig) channel.config()).setAllowHalfClosure(true); // who asked may listen on
      channel
          .pipeline()
          .addLast(new LineBasedFrameDecoder(Request.LINE_BYTES_MAX, true, true))
          .addLast(new Asking());
    }
  }

  /** One connection, on the thread of the socket. */
  private final class Asking extends SimpleChannelInboundHandler<ByteBuf> {
    private boolean asked;
    private @Nullable Future<?> deadline;

    @Override
    public void channelActive(ChannelHandlerContext context) {
      closeIn(lineMillisMax, context);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf line) {
      if (begin(context)) {
        commands
            .answer(ByteBufUtil.getBytes(line))
            .thenAccept(answer -> context.executor().execute(() -> say(answer, context)));
      }
    }

    /** From now on nothing is read; says whether nothing was asked before. */
    private boolean begin(ChannelHandlerContext context) {
      boolean isFirst = !asked;
      asked = true;
      context.channel().config().setAutoRead(false);
      if (isFirst) {
        closeIn(answerMillisMax, context);
      }
      return isFirst;
    }

    private void closeIn(long millis, ChannelHandlerContext context) {
      stopWaiting();
      deadline = context.executor().schedule(() -> context.close(), millis, TimeUnit.MILLISECONDS);
    }

    private void stopWaiting() {
      if (deadline != null) {
        deadline.cancel(false);
      }
    }

    private void say(Answer answer, ChannelHandlerContext context) {
      context
          .writeAndFlush(Unpooled.wrappedBuffer(answer.line()))
          .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof ChannelInputShutdownEvent && !asked) {
        context.close(); // there will be no whole line
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      stopWaiting();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (!(cause instanceof TooLongFrameException)) {
        context.close(); // gone
      } else if (begin(context)) {
        String why = "a request has " + Request.LINE_BYTES_MAX + " bytes at most";
        say(Answer.error(why), context);
      }
    }
  }
}

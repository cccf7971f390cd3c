package io.whimbrel.junit;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.whimbrel.junit.Network.Direction;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client with the broker by way of the {@link Network}: two channels and, for
 * each direction, what is under way. Owned by the network's thread.
 */
final class Link {
  /** Bytes that are under way in one direction before its sender is not read from. */
  static final int HELD_BYTES_MAX = 1024 * 1024;

  private final Network network;
  private final SocketChannel client;
  private @Nullable Channel broker;
  private @Nullable Way in;
  private @Nullable Way out;
  private boolean torn;

  Link(Network network, SocketChannel client) {
    this.network = network;
    this.client = client;
  }

  void connect(InetSocketAddress address) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(client.eventLoop())
            .channel(NioSocketChannel.class)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(new ChannelInboundHandlerAdapter());
    ChannelFutureListener connected = this::connected;
    Channel connecting = bootstrap.connect(address).addListener(connected).channel();
    broker = connecting;
    client.closeFuture().addListener(closed -> look());
    connecting.closeFuture().addListener(closed -> look());
  }

  private void connected(ChannelFuture connecting) {
    Channel there = broker;
    if (there == null || !connecting.isSuccess() || !client.isOpen()) {
      reset(); // the broker is stopped
      return;
    }
    in = new Way(Direction.TO_BROKER, client, there);
    out = new Way(Direction.TO_CLIENT, there, client);
    client.pipeline().addLast(in);
    there.pipeline().addLast(out);
    look();
  }

  /** Reads or does not; and ends when both sides have. */
  void look() {
    if (in != null && out != null) {
      in.look();
      out.look();
    }
    if (!client.isOpen() && (broker == null || !broker.isOpen())) {
      network.ended(this);
    }
  }

  /** Something of it was swallowed, for good or for as long as that goes on. */
  void resume() {
    if (torn) {
      reset();
    } else {
      look();
    }
  }

  /** Ends it at once, with what is under way. */
  void reset() {
    reset(client);
    if (broker != null) {
      reset(broker);
    }
  }

  static void reset(Channel channel) {
    if (channel.isOpen()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0); // RST
      channel.close();
    }
  }

  /** Ends it behind what was written. */
  void close() {
    if (broker == null) {
      client.close();
      return;
    }
    finish(client);
    finish(broker);
  }

  private static void finish(Channel channel) {
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  /**
   * Bytes, or the end of the stream.
   *
   * @param bytes null for the end
   */
  private record Held(@Nullable ByteBuf bytes, long dueNanos) {}

  /** One direction. */
  private final class Way extends ChannelInboundHandlerAdapter {
    private final Direction direction;
    private final Channel from;
    private final Channel to;
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private int heldBytes;
    private boolean over;

    Way(Direction direction, Channel from, Channel to) {
      this.direction = direction;
      this.from = from;
      this.to = to;
      to.closeFuture().addListener(closed -> letGo());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      take((ByteBuf) message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      take(null);
    }

    /** Such as a reset: the end follows. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      from.close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      Link.this.look(); // what goes the other way has room, or has not
    }

    private void take(@Nullable ByteBuf bytes) {
      long delay = network.delayNanos();
      if (delay == 0 && held.isEmpty()) {
        move(bytes);
      } else if (!to.isOpen()) {
        release(bytes);
      } else {
        long now = System.nanoTime();
        long due = held.isEmpty() ? now + delay : Math.max(now + delay, held.getLast().dueNanos);
        held.add(new Held(bytes, due));
        heldBytes += bytes == null ? 0 : bytes.readableBytes();
        if (held.size() == 1) {
          await(due - now);
        }
      }
      look();
    }

    private void await(long nanos) {
      from.eventLoop().schedule(this::arrive, Math.max(0, nanos), TimeUnit.NANOSECONDS);
    }

    private void arrive() {
      Held first = held.peek();
      while (first != null && first.dueNanos - System.nanoTime() <= 0) {
        held.remove();
        heldBytes -= first.bytes == null ? 0 : first.bytes.readableBytes();
        move(first.bytes);
        first = held.peek();
      }
      if (first != null) {
        await(first.dueNanos - System.nanoTime());
      }
      look();
    }

    /** Gives on what has come through, unless it is swallowed. */
    private void move(@Nullable ByteBuf bytes) {
      if (network.swallows() || over || !to.isOpen()) {
        torn |= network.swallows();
        release(bytes);
        return;
      }
      if (bytes == null) {
        over = true;
        finish(to);
        return;
      }
      int passes = network.pass(direction, bytes.readableBytes());
      bytes.writerIndex(bytes.readerIndex() + passes);
      to.writeAndFlush(bytes);
      if (network.isOver(direction)) {
        network.over(direction);
      }
    }

    void look() {
      boolean room = to.isWritable() && heldBytes < HELD_BYTES_MAX;
      boolean reads = room || network.swallows() || !to.isOpen();
      if (from.config().isAutoRead() != reads) {
        from.config().setAutoRead(reads);
      }
    }

    private void letGo() {
      held.forEach(each -> release(each.bytes));
      held.clear();
      heldBytes = 0;
    }

    private static void release(@Nullable ByteBuf bytes) {
      if (bytes != null) {
        bytes.release();
      }
    }
  }
}

package io.whimbrel.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams of one socket, as events of a shard's turns; those of a turn leave together. Owned by
 * its event loop.
 */
public abstract class DatagramWay extends SimpleChannelInboundHandler<DatagramPacket> {
  /** What the operating system may hold of those that came. */
  static final int SOCKET_BYTES = 1 << 20;

  private final ShardLoop loop;
  private final byte[] received;
  private @Nullable Channel channel;
  private boolean flushing;

  /** Longer datagrams are not taken. */
  protected DatagramWay(ShardLoop loop, int datagramBytesMax) {
    this.loop = loop;
    this.received = new byte[datagramBytesMax + 1];
  }

  int datagramBytesMax() {
    return received.length - 1;
  }

  /** A datagram came, in a turn; the array is valid until this returns. */
  protected abstract void onDatagram(InetSocketAddress from, byte[] bytes, int length);

  /** Sends one with the others of the turn. */
  protected void send(InetSocketAddress to, byte[] datagram) {
    Channel open = channel;
    if (open == null) {
      return; // closed: it is lost, as any may be
    }
    open.write(new DatagramPacket(Unpooled.wrappedBuffer(datagram), to), open.voidPromise());
    if (!flushing) {
      flushing = true;
      open.eventLoop()
          .execute(
              () -> {
                flushing = false;
                open.flush();
              });
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    channel = ctx.channel();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    channel = null;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
    ByteBuf content = packet.content();
    int length = content.readableBytes();
    content.readBytes(received, 0, length);
    loop.turn();
    onDatagram(packet.sender(), received, length);
  }

  /** Somebody whom we answered is not there any more; or nothing can be sent to there. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof PortUnreachableException)) {
      loop.broken("datagrams", cause);
    }
  }
}

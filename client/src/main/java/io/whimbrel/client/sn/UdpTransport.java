package io.whimbrel.client.sn;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.whimbrel.client.internal.Failures;
import io.whimbrel.client.internal.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Datagrams of UDP. Its socket is owned by an event loop; see the port for the rest. */
final class UdpTransport implements SnTransport {
  private static final int PORT_MAX = 65_535;
  private static final int BYTES_MIN = 64;
  private static final int BYTES_MAX = 65_507;
  private static final long GOODBYE_MILLIS = 2_000;

  /** What the operating system may hold of those that came. */
  private static final int SOCKET_BYTES = 1 << 20;

  /** What waits for the socket in bytes; a burst of QoS 0 is not lost before it has left. */
  private static final WriteBufferWaterMark UNSENT = new WriteBufferWaterMark(1 << 20, 1 << 22);

  private final String host;
  private final int port;
  private final int sizeMax;
  private final boolean group;
  private volatile @Nullable Channel channel;
  private volatile @Nullable InetSocketAddress gateway;

  /**
   * Not open yet.
   *
   * @param group whether anybody is heard
   */
  UdpTransport(String host, int port, int sizeMax, boolean group) {
    if (port < 1 || port > PORT_MAX) {
      throw new IllegalArgumentException("not a port: " + port);
    }
    if (sizeMax < BYTES_MIN || sizeMax > BYTES_MAX) {
      throw new IllegalArgumentException("datagrams of " + sizeMax + " octets");
    }
    this.host = host;
    this.port = port;
    this.sizeMax = sizeMax;
    this.group = group;
  }

  @Override
  public void open(Receiver receiver) throws IOException {
    InetSocketAddress to = new InetSocketAddress(address(), port);
    Bootstrap bootstrap =
        new Bootstrap()
            .group(Threads.nextLoop())
            .channel(NioDatagramChannel.class)
            .option(ChannelOption.SO_BROADCAST, group)
            .option(ChannelOption.SO_RCVBUF, SOCKET_BYTES)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, UNSENT)
            // a longer one is cut off there, and is no message any more
            .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(sizeMax + 1))
            .handler(new Incoming(receiver));
    ChannelFuture opening = group ? bootstrap.bind(0) : bootstrap.connect(to);
    opening.awaitUninterruptibly();
    if (!opening.isSuccess()) {
      throw new IOException(Failures.words(opening.cause()), opening.cause());
    }
    gateway = to;
    channel = opening.channel();
  }

  private InetAddress address() throws IOException {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException unknown) {
      throw new IOException("no such host: " + host, unknown);
    }
  }

  /** What comes to the socket, on its event loop. */
  private static final class Incoming extends SimpleChannelInboundHandler<DatagramPacket> {
    private final Receiver receiver;

    Incoming(Receiver receiver) {
      this.receiver = receiver;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
      InetSocketAddress from = packet.sender();
      receiver.onDatagram(ByteBufUtil.getBytes(packet.content()), words(from));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      boolean nobody = cause instanceof PortUnreachableException;
      receiver.onUnreachable(nobody ? "nobody listens there" : Failures.words(cause));
    }
  }

  private static String words(InetSocketAddress from) {
    String host = from.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + from.getPort();
  }

  @Override
  public void send(byte[] datagram) {
    Channel open = channel;
    InetSocketAddress to = gateway;
    if (open != null && to != null && open.isWritable()) {
      Object packet =
          group
              ? new DatagramPacket(Unpooled.wrappedBuffer(datagram), to)
              : Unpooled.wrappedBuffer(datagram);
      open.writeAndFlush(packet, open.voidPromise());
    }
  }

  @Override
  public int sizeMax() {
    return sizeMax;
  }

  @Override
  public void close() {
    Channel open = channel;
    channel = null;
    if (open != null) {
      open.close().awaitUninterruptibly(GOODBYE_MILLIS);
    }
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}

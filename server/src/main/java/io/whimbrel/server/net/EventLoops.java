package io.whimbrel.server.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.whimbrel.core.port.Limits;
import io.whimbrel.server.config.ServerConfig;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The event loops of a broker, one for each shard, and what listens on them. A connection is given
 * what the configuration says when it comes; how a listener listens is decided when it begins.
 */
public final class EventLoops {
  private static final int LOOPS_MAX = 16;
  private static final int HIGH_WATER_MAX = 64 * 1024;
  private static final long STOP_SECONDS_MAX = 5;

  private final Transport transport;
  private final ChannelPeer.Factory peers;
  private final MultiThreadIoEventLoopGroup group;
  private final List<EventLoop> eventLoops = new ArrayList<>();
  private final IdentityHashMap<EventLoop, ShardLoop> shardLoops = new IdentityHashMap<>();

  /** So many loops; nothing runs on them yet. */
  public EventLoops(Transport transport, int count, ChannelPeer.Factory peers) {
    this.transport = transport;
    this.peers = peers;
    this.group =
        new MultiThreadIoEventLoopGroup(
            count, new DefaultThreadFactory("whimbrel-loop"), transport.ioHandlers());
    for (EventExecutor loop : group) {
      eventLoops.add((EventLoop) loop);
    }
  }

  /**
   * The number that is right where nobody asked for another: a hop between loops costs more than a
   * second core gains on small machines, and the clients need the other half of a large one.
   */
  public static int countFor(int processors) {
    return Math.max(1, Math.min(LOOPS_MAX, processors / 2));
  }

  /** The loops in the order of their shards. */
  public List<EventLoop> loops() {
    return List.copyOf(eventLoops);
  }

  /** A mailbox for each. */
  public List<Mailbox> mailboxes() {
    return eventLoops.stream().map(Mailbox::new).toList();
  }

  /** Starts the turns of these shards, each on its loop. */
  public void start(List<ShardLoop> loops) {
    for (int i = 0; i < loops.size(); i++) {
      shardLoops.put(eventLoops.get(i), loops.get(i));
    }
    loops.forEach(ShardLoop::start);
  }

  /** Listens on a port. */
  public Channel listen(
      InetSocketAddress at,
      Listener listener,
      ServerConfig.Listeners settings,
      Supplier<ServerConfig> now,
      Gate gate)
      throws Exception {
    return bootstrap(listener, settings, now, gate)
        .channelFactory(transport.serverChannels())
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .bind(at)
        .sync()
        .channel();
  }

  /** Takes datagrams, on the loop of a shard. */
  public Channel listen(InetSocketAddress at, DatagramWay way, int shard) throws Exception {
    return datagrams(way, shard).bind(at).sync().channel();
  }

  /**
   * Takes datagrams to a multicast group, beside others on this machine; and lets those that a link
   * sends leave by the same interface.
   *
   * @param at the group, with its port
   * @param sender the channel of the link
   */
  public Channel join(
      InetSocketAddress at, NetworkInterface by, DatagramWay way, int shard, Channel sender)
      throws Exception {
    Channel joined =
        datagrams(way, shard).option(ChannelOption.SO_REUSEADDR, true).bind(at).sync().channel();
    try {
      ((DatagramChannel) joined).joinGroup(at, by).sync();
      sender.config().setOption(ChannelOption.IP_MULTICAST_IF, by);
      return joined;
    } catch (Exception refused) {
      joined.close().awaitUninterruptibly();
      throw refused;
    }
  }

  private Bootstrap datagrams(DatagramWay way, int shard) {
    return new Bootstrap()
        .group(eventLoops.get(shard))
        .channelFactory(transport.datagramChannels())
        .option(ChannelOption.SO_RCVBUF, DatagramWay.SOCKET_BYTES)
        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .option(
            ChannelOption.RECVBUF_ALLOCATOR,
            new FixedRecvByteBufAllocator(way.datagramBytesMax() + 1)) // longer ones are seen
        .handler(way);
  }

  /** Listens on a Unix socket, whose file is there until the channel is closed. */
  public Channel listen(
      ServerConfig.UnixSocket at,
      Listener listener,
      ServerConfig.Listeners settings,
      Supplier<ServerConfig> now,
      Gate gate)
      throws Exception {
    UnixSocketFile file = UnixSocketFile.begin(at.path());
    ChannelFuture bound =
        bootstrap(listener, settings, now, gate)
            .channelFactory(transport.unixServerChannels())
            .bind(transport.unixAddress(file.draft()));
    Channel channel = bound.channel();
    channel.closeFuture().addListener(closed -> file.remove());
    try {
      bound.sync();
      file.open(at.mode());
      return channel;
    } catch (Exception refused) {
      channel.close().awaitUninterruptibly();
      throw refused;
    }
  }

  private ServerBootstrap bootstrap(
      Listener listener, ServerConfig.Listeners settings, Supplier<ServerConfig> now, Gate gate) {
    Door.Guide guide = guide(listener, now);
    return new ServerBootstrap()
        .group(group)
        .option(ChannelOption.SO_BACKLOG, settings.backlog())
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark(now.get().limits()))
        .childHandler(new Door(listener, gate, this::shardLoop, guide));
  }

  /** What stands between a socket and a peer, from the socket inwards. */
  private Door.Guide guide(Listener listener, Supplier<ServerConfig> now) {
    Door.Guide spoken =
        listener.websocket()
            ? (channel, loop, pass) -> websocket(channel, loop, pass, now.get())
            : this::mqtt;
    Door.Guide begun = listener.encryption().map(tls -> encrypted(tls, now, spoken)).orElse(spoken);
    Door.Guide told = listener.proxies().isPresent() ? proxied(now, begun) : begun;
    return listener.encryption().isPresent() ? told : plainly(told);
  }

  private static Door.Guide proxied(Supplier<ServerConfig> now, Door.Guide guide) {
    return (channel, loop, pass) ->
        channel
            .pipeline()
            .addLast(new ProxyArrival(channel, loop, pass, leftMillis(now, loop, pass), guide));
  }

  private static Door.Guide plainly(Door.Guide guide) {
    return (channel, loop, pass) -> {
      channel.config().setRecvByteBufAllocator(loop.receiveBuffer());
      guide.furnish(channel, loop, pass);
    };
  }

  private static Door.Guide encrypted(
      Listener.Encryption encryption, Supplier<ServerConfig> now, Door.Guide guide) {
    return (channel, loop, pass) ->
        channel
            .pipeline()
            .addLast(
                encryption.handlers().handler(channel.alloc(), leftMillis(now, loop, pass)),
                new TlsArrival(channel, loop, pass, encryption.judge(), guide));
  }

  /** What a client has left of its time to CONNECT. */
  private static long leftMillis(Supplier<ServerConfig> now, ShardLoop loop, Gate.Pass pass) {
    return pass.leftMillis(now.get().limits().connectTimeoutMillis(), loop.millis());
  }

  private void mqtt(DuplexChannel channel, ShardLoop loop, Gate.Pass pass) {
    channel.pipeline().addLast(peers.of(channel, loop, Framing.NONE, pass));
  }

  private void websocket(
      DuplexChannel channel, ShardLoop loop, Gate.Pass pass, ServerConfig config) {
    WebSocketFraming framing =
        new WebSocketFraming(
            config.listeners().websocketFrameBytesMax(), config.limits().connectPacketSizeMax());
    channel
        .pipeline()
        .addLast(new WebSocketUpgrade(config.listeners().websocketPath(), framing::begin))
        .addLast(peers.of(channel, loop, framing, pass));
  }

  /** Below half of the output maximum, so that a peer that drains is heard of by then. */
  private static WriteBufferWaterMark waterMark(Limits limits) {
    int high = Math.min(HIGH_WATER_MAX, limits.outputBytesMax() / 2 - 1);
    return new WriteBufferWaterMark(high / 2, high);
  }

  private ShardLoop shardLoop(EventLoop eventLoop) {
    ShardLoop loop = shardLoops.get(eventLoop);
    if (loop == null) {
      throw new IllegalStateException("a loop without a shard");
    }
    return loop;
  }

  /**
   * Returns when the turns that were on have ended and what they sent has left: datagrams, which no
   * connection waits for.
   */
  public void settle() {
    for (EventLoop loop : eventLoops) {
      for (int round = 0; round < 2; round++) { // the second is behind what the turn put off
        loop.submit(() -> {}).awaitUninterruptibly(STOP_SECONDS_MAX, TimeUnit.SECONDS);
      }
    }
  }

  /** Runs the action on one of the loops in so many milliseconds; from any thread. */
  public void later(long millis, Runnable action) {
    eventLoops.get(0).schedule(action, millis, TimeUnit.MILLISECONDS);
  }

  /**
   * Ends all loops together, with the connections that are left; waits until they have ended, and
   * says whether they have.
   */
  public boolean stop() {
    return group
        .shutdownGracefully(0, STOP_SECONDS_MAX, TimeUnit.SECONDS)
        .awaitUninterruptibly(2 * STOP_SECONDS_MAX, TimeUnit.SECONDS);
  }
}

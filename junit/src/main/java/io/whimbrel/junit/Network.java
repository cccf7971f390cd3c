package io.whimbrel.junit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.whimbrel.server.Listening;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/**
 * The way to a broker, and what goes wrong on it: clients that connect to {@link #uri} come to the
 * broker by a proxy that does what the test says. Whoever connects to the broker's own address is
 * not touched by it.
 *
 * <p>What is said holds when the method returns, for connections that are there and for later ones,
 * until {@link #heal}. For any thread: all of it happens on one thread of its own.
 */
public final class Network {
  /** Which way bytes go. */
  public enum Direction {
    TO_BROKER,
    TO_CLIENT
  }

  private static final long STOP_SECONDS_MAX = 5;

  private final ToIntFunction<Listening.Kind> broker;
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("whimbrel-network", true), NioIoHandler.newFactory());

  // Guarded by its own monitor: who asks for a port binds it.
  private final Map<Listening.Kind, Channel> doors = new EnumMap<>(Listening.Kind.class);

  // The thread's own.
  private final Set<Link> links = new LinkedHashSet<>();
  private final Map<Direction, Long> left = new EnumMap<>(Direction.class);
  private long delayNanos;
  private boolean swallows;
  private boolean refuses;

  /**
   * A way without faults.
   *
   * @param broker gives the port of a kind of listener
   */
  Network(ToIntFunction<Listening.Kind> broker) {
    this.broker = broker;
  }

  // ---------------------------------------------------------------- where it begins

  /** Where clients connect: {@code mqtt://127.0.0.1:PORT}, the same for the life of the broker. */
  public String uri() {
    return "mqtt://127.0.0.1:" + port(Listening.Kind.TCP);
  }

  /** Where clients connect over WebSocket. */
  public String webSocketUri() {
    return "ws://127.0.0.1:" + port(Listening.Kind.WEBSOCKET) + "/mqtt";
  }

  /** The port by which another kind of listener is reached, where the settings ask for one. */
  public int port(Listening.Kind kind) {
    Channel door;
    synchronized (doors) {
      door = doors.computeIfAbsent(kind, wanted -> bind(broker.applyAsInt(wanted)));
    }
    return ((InetSocketAddress) door.localAddress()).getPort();
  }

  private Channel bind(int target) {
    InetAddress here = InetAddress.getLoopbackAddress();
    InetSocketAddress broker = new InetSocketAddress(here, target);
    return new ServerBootstrap()
        .group(group)
        .channel(NioServerSocketChannel.class)
        .childOption(ChannelOption.AUTO_READ, false)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel client) {
                arrived(client, broker);
              }
            })
        .bind(new InetSocketAddress(here, 0))
        .syncUninterruptibly()
        .channel();
  }

  private void arrived(SocketChannel client, InetSocketAddress broker) {
    if (refuses) {
      Link.reset(client);
      return;
    }
    Link link = new Link(this, client);
    links.add(link);
    link.connect(broker);
  }

  /** How many connections lead through it now. */
  public int connections() {
    return call(links::size);
  }

  // ---------------------------------------------------------------- what goes wrong on it

  /** Bytes are under way so long in each direction; those that are under way already stay so. */
  public void delay(Duration each) {
    run(() -> delayNanos = each.toNanos());
  }

  /** Closes all connections now, as if a machine on the way had failed (RST). */
  public void cut() {
    run(() -> all().forEach(Link::reset));
  }

  /**
   * Swallows all bytes, and the ends of connections, from now on: connections stay open, and
   * neither side hears anything of the other.
   */
  public void drop() {
    run(
        () -> {
          swallows = true;
          all().forEach(Link::look);
        });
  }

  /**
   * Ends {@link #drop}. Connections of which something was swallowed are cut: no stream of TCP has
   * a hole. Others go on.
   */
  public void resume() {
    run(
        () -> {
          swallows = false;
          all().forEach(Link::resume);
        });
  }

  /** New connections are cut as soon as they are there; others go on. */
  public void refuse() {
    run(() -> refuses = true);
  }

  /** Ends {@link #refuse}. */
  public void accept() {
    run(() -> refuses = false);
  }

  /**
   * Closes all connections when so many more bytes have reached the broker, of all of them
   * together; those bytes arrive, and none behind them. Once: later connections are not touched.
   */
  public void cutAfterBytes(long count) {
    cutAfterBytes(Direction.TO_BROKER, count);
  }

  /** The same for either direction; one does not end what was said of the other. */
  public void cutAfterBytes(Direction direction, long count) {
    if (count < 1) {
      throw new IllegalArgumentException("count is " + count + "; allowed: 1 and more");
    }
    run(() -> left.put(direction, count));
  }

  /** Nothing goes wrong any more. Connections of which something was swallowed are cut. */
  public void heal() {
    run(
        () -> {
          delayNanos = 0;
          swallows = false;
          refuses = false;
          left.clear();
          all().forEach(Link::resume);
        });
  }

  // ---------------------------------------------------------------- what its connections ask

  long delayNanos() {
    return delayNanos;
  }

  boolean swallows() {
    return swallows;
  }

  /** How many of these bytes pass. */
  int pass(Direction direction, int bytes) {
    Long rest = left.get(direction);
    if (rest == null) {
      return bytes;
    }
    left.put(direction, Math.max(0, rest - bytes));
    return (int) Math.min(rest, bytes);
  }

  /** Whether the last byte that passes has passed. */
  boolean isOver(Direction direction) {
    return Long.valueOf(0).equals(left.get(direction));
  }

  /** Closes all connections behind what was written to them. */
  void over(Direction direction) {
    left.remove(direction);
    all().forEach(Link::close);
  }

  void ended(Link link) {
    links.remove(link);
  }

  private List<Link> all() {
    return new ArrayList<>(links);
  }

  // ---------------------------------------------------------------- the end, and the thread

  /** Closes everything. */
  void stop() {
    group.shutdownGracefully(0, STOP_SECONDS_MAX, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private void run(Runnable action) {
    group.submit(action).syncUninterruptibly();
  }

  private <T> T call(Callable<T> question) {
    return group.submit(question).syncUninterruptibly().getNow();
  }
}

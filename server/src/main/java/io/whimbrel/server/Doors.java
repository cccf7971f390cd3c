package io.whimbrel.server;

import io.netty.channel.Channel;
import io.whimbrel.server.config.Port;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.net.EventLoops;
import io.whimbrel.server.net.Gate;
import io.whimbrel.server.net.Listener;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/** What listens, from when it does until the broker stops. Guarded by whoever starts and stops. */
final class Doors {
  private final EventLoops eventLoops;
  private final ServerConfig.Listeners settings;
  private final Supplier<ServerConfig> now;
  private final Gate gate;
  private final List<Channel> closedFirst = new ArrayList<>();
  private final List<Listening> listening = new ArrayList<>();

  Doors(
      EventLoops eventLoops,
      ServerConfig.Listeners settings,
      Supplier<ServerConfig> now,
      Gate gate) {
    this.eventLoops = eventLoops;
    this.settings = settings;
    this.now = now;
    this.gate = gate;
  }

  /** Opens a link, and says where it is. */
  interface Opening {
    InetSocketAddress open(InetSocketAddress address) throws Exception;
  }

  /** Binds one listener. */
  interface Binding {
    Channel bind(InetSocketAddress address) throws Exception;
  }

  /** One for clients of MQTT, which is closed first. */
  void open(Port port, Listener listener) throws StartException {
    Listener told = told(listener);
    Listening.Kind kind = Listening.Kind.valueOf(listener.kind().name());
    open(kind, settings.bind(), port, true, at -> eventLoops.listen(at, told, settings, now, gate));
  }

  /** The same at a Unix socket. */
  void open(ServerConfig.UnixSocket at, Listener listener) throws StartException {
    try {
      closedFirst.add(eventLoops.listen(at, told(listener), settings, now, gate));
    } catch (Exception refused) {
      throw StartException.cannotListen(at.path(), refused);
    }
    listening.add(new Listening(Listening.Kind.UNIX, UnixDomainSocketAddress.of(at.path())));
  }

  /** With what else is set for it. */
  private Listener told(Listener listener) {
    ServerConfig.Proxies proxies = settings.proxies();
    return proxies.listeners().contains(listener.kind())
        ? listener.behind(proxies.from())
        : listener;
  }

  /** One that is open to the end: it tells of the stop, or says goodbye. */
  void open(Listening.Kind kind, String bind, Port port, Binding binding) throws StartException {
    open(kind, bind, port, false, binding);
  }

  /**
   * A link of MQTT-SN, which is open to the end.
   *
   * @param link its name; empty for the one that needs none
   */
  void open(Listening.Kind kind, String link, String bind, Port port, Opening opening)
      throws StartException {
    try {
      InetSocketAddress at = opening.open(new InetSocketAddress(bind, port.toBind()));
      listening.add(new Listening(kind, at, link));
    } catch (Exception refused) {
      throw StartException.cannotListen(
          new Listening(kind, new InetSocketAddress(bind, port.toBind()), link), refused);
    }
  }

  /** One that somebody else has opened. */
  void opened(Listening one) {
    listening.add(one);
  }

  private void open(
      Listening.Kind kind, String bind, Port port, boolean isClosedFirst, Binding binding)
      throws StartException {
    if (port.isOff()) {
      return;
    }
    Channel channel;
    try {
      channel = binding.bind(new InetSocketAddress(bind, port.toBind()));
    } catch (Exception refused) {
      throw StartException.cannotListen(kind, bind, port.toBind(), refused);
    }
    if (isClosedFirst) {
      closedFirst.add(channel);
    }
    listening.add(new Listening(kind, channel.localAddress()));
  }

  List<Listening> listening() {
    return listening.stream().sorted(Comparator.comparing(Listening::kind)).toList();
  }

  /** Lets nobody in any more. */
  void close() {
    closedFirst.forEach(listener -> listener.close().awaitUninterruptibly());
  }
}

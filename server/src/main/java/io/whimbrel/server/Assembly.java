package io.whimbrel.server;

import io.netty.channel.Channel;
import io.whimbrel.core.port.Recovery;
import io.whimbrel.core.shard.Broker;
import io.whimbrel.core.shard.MemoryJournal;
import io.whimbrel.core.shard.Shard;
import io.whimbrel.server.auth.AnonymousAccess;
import io.whimbrel.server.config.Port;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.metrics.CountingObserver;
import io.whimbrel.server.metrics.Counts;
import io.whimbrel.server.metrics.EventLog;
import io.whimbrel.server.net.BrokerClock;
import io.whimbrel.server.net.ChannelPeer;
import io.whimbrel.server.net.EventLoops;
import io.whimbrel.server.net.Gate;
import io.whimbrel.server.net.LoopMailboxes;
import io.whimbrel.server.net.Mailbox;
import io.whimbrel.server.net.ShardLoop;
import io.whimbrel.server.net.Transport;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** All parts of a broker, made in the order in which they need each other. */
final class Assembly {
  private static final long GOODBYE_MILLIS_MAX = 5_000;

  private final ServerConfig config;
  private final Recovery recovery = Recovery.EMPTY;
  private final BrokerClock clock = new BrokerClock(recovery.markMillis());
  private final EventLoops eventLoops;
  private final Counts counts;
  private final EventLog log = new EventLog(System::nanoTime);
  private final Gate gate;
  private final Broker broker;
  private final List<ShardLoop> shardLoops = new ArrayList<>();

  // Guarded by this object's monitor: who starts and who stops may be two threads.
  private final List<Channel> listeners = new ArrayList<>();
  private final List<Listening> listening = new ArrayList<>();
  private boolean stopped;

  Assembly(ServerConfig config) {
    this.config = config;
    int asked = config.listeners().eventLoops();
    int count = asked > 0 ? asked : EventLoops.countFor(Runtime.getRuntime().availableProcessors());
    eventLoops = new EventLoops(Transport.best(), count);
    counts = new Counts(count);
    gate =
        new Gate(config.limits().connectionsMax(), config.listeners().connectionsPerAddressMax());
    List<Mailbox> mailboxes = eventLoops.mailboxes();
    broker =
        new Broker(
            count,
            config.limits(),
            new AnonymousAccess(config.listeners().allowAnonymous()),
            new CountingObserver(counts, log),
            new LoopMailboxes(mailboxes),
            (shard, listener) -> new MemoryJournal(listener),
            new SecureRandom().nextLong());
    broker.load(recovery, clock.millis());
    for (int i = 0; i < count; i++) {
      Shard shard = broker.shards().get(i);
      shardLoops.add(
          new ShardLoop(
              eventLoops.loops().get(i),
              shard,
              mailboxes.get(i),
              clock,
              config.limits(),
              counts.shard(i),
              log));
    }
    eventLoops.start(shardLoops);
  }

  /** Opens the doors. */
  synchronized void listen() throws StartException {
    ServerConfig.Listeners at = config.listeners();
    open(
        Listening.Kind.TCP,
        at.bind(),
        at.tcpPort(),
        address ->
            eventLoops.listenTcp(address, at.backlog(), config.limits(), gate, ChannelPeer::new));
  }

  /** Binds one listener. */
  private interface Binding {
    Channel bind(InetSocketAddress address) throws Exception;
  }

  private void open(Listening.Kind kind, String bind, Port port, Binding binding)
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
    listeners.add(channel);
    listening.add(new Listening(kind, (InetSocketAddress) channel.localAddress()));
  }

  synchronized List<Listening> listening() {
    return List.copyOf(listening);
  }

  synchronized void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    listeners.forEach(listener -> listener.close().awaitUninterruptibly());
    shardLoops.forEach(ShardLoop::shutdown);
    try {
      gate.awaitEmpty(GOODBYE_MILLIS_MAX);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    eventLoops.stop();
  }
}

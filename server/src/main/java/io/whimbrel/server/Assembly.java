package io.whimbrel.server;

import io.netty.channel.Channel;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.Recovery;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.shard.Broker;
import io.whimbrel.core.shard.MemoryJournal;
import io.whimbrel.core.shard.Shard;
import io.whimbrel.server.admin.HttpEndpoint;
import io.whimbrel.server.admin.Readiness;
import io.whimbrel.server.auth.AnonymousAccess;
import io.whimbrel.server.config.Port;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.metrics.CountingObserver;
import io.whimbrel.server.metrics.Counts;
import io.whimbrel.server.metrics.EventLog;
import io.whimbrel.server.metrics.MetricTable;
import io.whimbrel.server.metrics.Scrape;
import io.whimbrel.server.metrics.SysTopics;
import io.whimbrel.server.net.BrokerClock;
import io.whimbrel.server.net.ChannelPeer;
import io.whimbrel.server.net.EventLoops;
import io.whimbrel.server.net.Gate;
import io.whimbrel.server.net.LoopMailboxes;
import io.whimbrel.server.net.Mailbox;
import io.whimbrel.server.net.ShardLoop;
import io.whimbrel.server.net.Transport;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** All parts of a broker, made in the order in which they need each other. */
final class Assembly {
  private static final long GOODBYE_MILLIS_MAX = 5_000;

  private static final long DROPS_TOLD_AGAIN_MILLIS = 60_000;

  private final ServerConfig config;
  private final Recovery recovery = Recovery.EMPTY;
  private final BrokerClock clock = new BrokerClock(recovery.markMillis());
  private final EventLoops eventLoops;
  private final Counts counts;
  private final EventLog log = new EventLog(System::nanoTime);
  private final Gate gate;
  private final Broker broker;
  private final Readiness readiness = new Readiness();
  private final Scrape scrape;
  private final HttpEndpoint http;
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
    scrape = new Scrape(new MetricTable(counts, broker, gate::open, shardLoops));
    http = new HttpEndpoint(readiness, scrape);
    eventLoops.start(shardLoops);
    shardLoops.get(0).every(DROPS_TOLD_AGAIN_MILLIS, log::forgetDrops);
    if (config.sysTopics().intervalSeconds() > 0) {
      publishSysTopics(TimeUnit.SECONDS.toMillis(config.sysTopics().intervalSeconds()));
    }
  }

  private void publishSysTopics(long everyMillis) {
    Shard shard = broker.shards().get(0);
    SysTopics topics = new SysTopics(counts, broker, gate::open, Version.text(), System::nanoTime);
    shardLoops
        .get(0)
        .every(
            everyMillis,
            () -> topics.publish((topic, text) -> shard.publish(sysMessage(topic, text))));
  }

  private static Publication sysMessage(String topic, String text) {
    return Publication.of(
        "",
        TopicName.of(topic),
        Qos.AT_MOST_ONCE,
        true,
        Properties.NONE,
        text.getBytes(StandardCharsets.UTF_8),
        0);
  }

  /** Opens the doors. */
  synchronized void listen() throws StartException {
    ServerConfig.Listeners at = config.listeners();
    open(Listening.Kind.HTTP, config.http().bind(), config.http().port(), http::listen);
    open(
        Listening.Kind.TCP,
        at.bind(),
        at.tcpPort(),
        address -> eventLoops.listenTcp(address, at, config.limits(), gate, ChannelPeer::new));
    open(
        Listening.Kind.WEBSOCKET,
        at.bind(),
        at.websocketPort(),
        address ->
            eventLoops.listenWebSocket(address, at, config.limits(), gate, ChannelPeer::new));
    readiness.becomes(Readiness.State.READY);
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
    if (kind != Listening.Kind.HTTP) { // which tells of the stop to its end
      listeners.add(channel);
    }
    listening.add(new Listening(kind, (InetSocketAddress) channel.localAddress()));
  }

  synchronized List<Listening> listening() {
    return listening.stream().sorted(Comparator.comparing(Listening::kind)).toList();
  }

  synchronized void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    readiness.becomes(Readiness.State.STOPPING);
    listeners.forEach(listener -> listener.close().awaitUninterruptibly());
    shardLoops.forEach(ShardLoop::shutdown);
    try {
      gate.awaitEmpty(GOODBYE_MILLIS_MAX);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    if (eventLoops.stop()) {
      shardLoops.forEach(ShardLoop::ended);
    }
    http.stop();
    scrape.close();
  }
}

package io.whimbrel.server;

import io.netty.channel.Channel;
import io.whimbrel.core.shard.Shard;
import io.whimbrel.server.config.SnLinkConfig;
import io.whimbrel.server.dtls.DtlsFiles;
import io.whimbrel.server.dtls.SnDtls;
import io.whimbrel.server.net.EventLoops;
import io.whimbrel.server.net.ShardLoop;
import io.whimbrel.server.sn.LineWay;
import io.whimbrel.server.sn.SnGroup;
import io.whimbrel.server.sn.SnSerial;
import io.whimbrel.server.sn.SnUdp;
import io.whimbrel.server.sn.SnXbee;
import io.whimbrel.sn.SnObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * The links of MQTT-SN, from when they listen until the broker stops; spread over the event loops.
 * Guarded by whoever starts and stops.
 */
final class SnDoors {
  private final Doors doors;
  private final EventLoops eventLoops;
  private final List<ShardLoop> loops;
  private final List<Shard> shards;
  private final IntFunction<SnObserver> observers;
  private final DtlsFiles secrets;
  private final List<AutoCloseable> links = new ArrayList<>();

  SnDoors(
      Doors doors,
      EventLoops eventLoops,
      List<ShardLoop> loops,
      List<Shard> shards,
      IntFunction<SnObserver> observers,
      DtlsFiles secrets) {
    this.doors = doors;
    this.eventLoops = eventLoops;
    this.loops = loops;
    this.shards = shards;
    this.observers = observers;
    this.secrets = secrets;
  }

  /** Opens them all. */
  void open(List<SnLinkConfig> configs) throws StartException {
    int next = 0;
    for (SnLinkConfig config : configs) {
      open(config, next);
      next = (next + 1) % shards.size();
    }
  }

  private void open(SnLinkConfig config, int shard) throws StartException {
    switch (config.kind()) {
      case OFF -> {}
      case UDP -> openUdp(config, shard);
      case DTLS -> openDtls(config, shard);
      case SERIAL ->
          openLine(config, new SnSerial(shards.get(shard), config, observers.apply(shard)));
      case XBEE -> openLine(config, new SnXbee(shards.get(shard), config, observers.apply(shard)));
    }
  }

  private void openUdp(SnLinkConfig config, int shard) throws StartException {
    SnUdp udp = new SnUdp(loops.get(shard), shards.get(shard), config, observers.apply(shard));
    doors.open(
        Listening.Kind.SN,
        config.name(),
        config.bind(),
        config.port(),
        address -> {
          Channel channel = eventLoops.listen(address, udp, shard);
          Optional<InetSocketAddress> group = Optional.empty();
          if (config.group().isPresent()) {
            group = Optional.of(join(config.group().get(), udp, shard, channel));
          }
          udp.begin(group);
          return (InetSocketAddress) channel.localAddress();
        });
  }

  private InetSocketAddress join(SnLinkConfig.Group group, SnUdp udp, int shard, Channel channel)
      throws Exception {
    InetSocketAddress local = (InetSocketAddress) channel.localAddress();
    InetSocketAddress at = new InetSocketAddress(group.address(), local.getPort());
    NetworkInterface by = networkInterface(group, local.getAddress());
    eventLoops.join(at, by, new SnGroup(loops.get(shard), udp), shard, channel);
    return at;
  }

  private static NetworkInterface networkInterface(SnLinkConfig.Group group, InetAddress address)
      throws SocketException {
    String name = group.networkInterface();
    NetworkInterface by =
        name.isEmpty()
            ? NetworkInterface.getByInetAddress(address)
            : NetworkInterface.getByName(name);
    if (by == null) {
      throw new SocketException(
          name.isEmpty()
              ? "say by multicast-interface where the group is: "
                  + address.getHostAddress()
                  + " is of no interface"
              : "there is no network interface " + name);
    }
    return by;
  }

  private void openDtls(SnLinkConfig config, int shard) throws StartException {
    doors.open(
        Listening.Kind.SN_DTLS,
        config.name(),
        config.bind(),
        config.port(),
        address -> {
          SnDtls dtls =
              new SnDtls(
                  address,
                  loops.get(shard),
                  shards.get(shard),
                  config,
                  secrets.of(config),
                  observers.apply(shard));
          links.add(dtls);
          return dtls.open();
        });
  }

  /** A line is opened when its device is there. */
  private void openLine(SnLinkConfig config, LineWay line) {
    line.start();
    links.add(line::stop);
    doors.opened(
        new Listening(
            Listening.Kind.SN_SERIAL,
            UnixDomainSocketAddress.of(config.line().device().orElseThrow()),
            config.name()));
  }

  /** Ends those that have threads of their own. */
  void close() {
    for (AutoCloseable link : links) {
      try {
        link.close();
      } catch (Exception ignored) {
        // it is not heard any more either way
      }
    }
  }
}

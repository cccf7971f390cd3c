package io.whimbrel.server.sn;

import io.whimbrel.core.shard.Shard;
import io.whimbrel.server.config.ListenerKind;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.net.DatagramWay;
import io.whimbrel.server.net.ShardLoop;
import io.whimbrel.sn.SnGateway;
import io.whimbrel.sn.SnLink;
import io.whimbrel.sn.SnObserver;
import io.whimbrel.sn.SnPeer;
import java.net.InetSocketAddress;

/** MQTT-SN over UDP. Owned by its event loop. */
public final class SnUdp extends DatagramWay implements SnLink {
  private final SnGateway gateway;
  private final int sizeMax;

  /** A device at an address. */
  private record Address(InetSocketAddress socket) implements SnPeer {
    @Override
    public String address() {
      return socket.getAddress().getHostAddress() + ":" + socket.getPort();
    }
  }

  /** A link on which nothing has come so far. */
  public SnUdp(ShardLoop loop, Shard shard, ServerConfig.Sn settings, SnObserver observer) {
    super(loop, settings.datagramBytesMax());
    this.sizeMax = settings.datagramBytesMax();
    this.gateway =
        new SnGateway(
            shard,
            this,
            settings.settings(),
            observer,
            ListenerKind.SN.word(),
            settings.durability());
  }

  @Override
  protected void onOpen() {
    gateway.start();
  }

  @Override
  protected void onDatagram(InetSocketAddress from, byte[] bytes, int length) {
    gateway.onDatagram(new Address(from), bytes, 0, length);
  }

  @Override
  public void send(SnPeer to, byte[] datagram) {
    if (to instanceof Address address) {
      send(address.socket(), datagram);
    }
  }

  @Override
  public void broadcast(byte[] datagram, int radius) {} // nobody listens to a group

  @Override
  public int sizeMax() {
    return sizeMax;
  }
}

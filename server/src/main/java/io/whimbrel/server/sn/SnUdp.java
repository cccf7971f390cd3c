package io.whimbrel.server.sn;

import io.whimbrel.core.shard.Shard;
import io.whimbrel.server.config.SnLinkConfig;
import io.whimbrel.server.net.AddressText;
import io.whimbrel.server.net.DatagramWay;
import io.whimbrel.server.net.ShardLoop;
import io.whimbrel.sn.SnGateway;
import io.whimbrel.sn.SnLink;
import io.whimbrel.sn.SnObserver;
import io.whimbrel.sn.SnPeer;
import java.net.InetSocketAddress;
import java.util.Optional;

/** MQTT-SN over UDP. Owned by its event loop. */
public final class SnUdp extends DatagramWay implements SnLink {
  private final SnGateway gateway;
  private final int sizeMax;
  private final ShardLoop loop;
  private Optional<InetSocketAddress> group = Optional.empty();

  /** A device at an address. */
  private record Address(InetSocketAddress socket) implements SnPeer {
    @Override
    public String address() {
      return AddressText.of(socket);
    }
  }

  /** A link on which nothing has come so far. */
  public SnUdp(ShardLoop loop, Shard shard, SnLinkConfig config, SnObserver observer) {
    super(loop, config.datagramBytesMax());
    this.loop = loop;
    this.sizeMax = config.datagramBytesMax();
    this.gateway = SnLinkGateway.of(config, shard, this, observer);
  }

  /**
   * It listens, also to its group; from any thread.
   *
   * @param at the group, with its port
   */
  public void begin(Optional<InetSocketAddress> at) {
    loop.execute(
        () -> {
          group = at;
          gateway.start();
        });
  }

  @Override
  protected void onDatagram(InetSocketAddress from, byte[] bytes, int length) {
    gateway.onDatagram(new Address(from), bytes, 0, length);
  }

  /** A datagram came to the group. */
  void onGroupDatagram(InetSocketAddress from, byte[] bytes, int length) {
    gateway.onBroadcast(new Address(from), bytes, 0, length);
  }

  @Override
  public void send(SnPeer to, byte[] datagram) {
    if (to instanceof Address address) {
      send(address.socket(), datagram);
    }
  }

  /** As far as the group reaches: its address says that, not the radius. */
  @Override
  public void broadcast(byte[] datagram, int radius) {
    group.ifPresent(to -> send(to, datagram));
  }

  @Override
  public int sizeMax() {
    return sizeMax;
  }
}

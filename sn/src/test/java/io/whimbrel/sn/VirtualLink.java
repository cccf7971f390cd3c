package io.whimbrel.sn;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.shard.ShardMail;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A link in memory, with a gateway on the first shard of a broker in virtual time. */
final class VirtualLink implements SnLink {
  final VirtualBroker broker;
  final SnGateway gateway;
  final List<String> drops = new ArrayList<>();
  final List<String> malformed = new ArrayList<>();
  final List<String> refused = new ArrayList<>();
  int asleep;
  private final Map<SnPeer, Deque<String>> said = new HashMap<>();
  private final Deque<String> everywhere = new ArrayDeque<>();
  private int sizeMax = 1_000;

  /** Where a device is. */
  record Place(String address) implements SnPeer {}

  /** Where a device is that has proved who it is. */
  record Proved(String address, String user) implements SnPeer {}

  VirtualLink(VirtualBroker broker, SnSettings settings) {
    this.broker = broker;
    SnObserver observer =
        new SnObserver() {
          @Override
          public void dropped(String clientId, String why) {
            drops.add(why);
          }

          @Override
          public void malformed(String why) {
            malformed.add(why);
          }

          @Override
          public void refused(String clientId, String address, String why) {
            refused.add(clientId);
          }

          @Override
          public void asleepChanged(int change) {
            asleep += change;
          }
        };
    gateway =
        new SnGateway(
            broker.broker().shards().get(0),
            this,
            settings,
            observer,
            "sn-udp",
            DurabilityLevel.DISK);
    turn(gateway::start);
  }

  void sizeMax(int octets) {
    sizeMax = octets;
  }

  private void turn(Runnable action) {
    broker.post(0, new ShardMail.Run(action));
    broker.run();
  }

  void end(Predicate<SnPeer> where) {
    turn(() -> gateway.end(where, "its key is gone"));
  }

  @Override
  public void send(SnPeer to, byte[] datagram) {
    said.computeIfAbsent(to, peer -> new ArrayDeque<>()).add(HexFormat.of().formatHex(datagram));
  }

  @Override
  public void broadcast(byte[] datagram, int radius) {
    everywhere.add(HexFormat.of().formatHex(datagram));
  }

  @Override
  public int sizeMax() {
    return sizeMax;
  }

  String heardEverywhere() {
    String heard = everywhere.poll();
    return heard == null ? "nothing" : heard;
  }

  /** A device at an address. */
  Device at(String address) {
    return new Device(new Place(address));
  }

  /** One that has proved who it is. */
  Device proved(String address, String user) {
    return new Device(new Proved(address, user));
  }

  /** What a device says and hears, octet by octet. */
  final class Device {
    private final SnPeer peer;

    Device(SnPeer peer) {
      this.peer = peer;
    }

    Device says(String hex) {
      byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
      turn(() -> gateway.onDatagram(peer, bytes, 0, bytes.length));
      return this;
    }

    /** The next datagrams to it are these, and there are no others. */
    Device hears(String... hex) {
      List<String> heard = new ArrayList<>();
      Deque<String> all = said.getOrDefault(peer, new ArrayDeque<>());
      while (!all.isEmpty()) {
        heard.add(all.remove());
      }
      List<String> wanted = new ArrayList<>();
      for (String each : hex) {
        wanted.add(each.replace(" ", ""));
      }
      assertThat(heard).isEqualTo(wanted);
      return this;
    }

    Device hearsNothing() {
      return hears();
    }
  }
}

package io.whimbrel.bench;

import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Qos;

/** Messages that run through a {@link HotPath}, as the scenarios of {@code bench/compare} do. */
public final class Traffic {
  private static final int PER_PUBLISHER = 10;

  private final HotPath path = new HotPath();
  private final HotPath.Peer[] publishers;
  private final HotPath.Peer[] subscribers;
  private final byte[][] said;
  private final ByteWriter acks = new ByteWriter(4096);
  private final Qos qos;
  private final int receivers;

  private Traffic(
      ProtocolVersion version, int pubs, int subs, Qos qos, int payload, boolean pairs) {
    this.qos = qos;
    this.publishers = new HotPath.Peer[pubs];
    this.subscribers = new HotPath.Peer[subs];
    this.said = new byte[pubs][];
    this.receivers = pairs ? 1 : subs;
    for (int i = 0; i < subs; i++) {
      subscribers[i] = path.peer("sub" + i, version, "bench/" + (pairs ? i : 0), qos);
    }
    for (int i = 0; i < pubs; i++) {
      publishers[i] = path.peer("pub" + i, version, "", qos);
      said[i] = HotPath.publishes(version, "bench/" + (pairs ? i : 0), qos, payload, PER_PUBLISHER);
    }
  }

  /** So many publishers with a subscriber each. */
  public static Traffic pairs(ProtocolVersion version, int count, Qos qos, int payload) {
    return new Traffic(version, count, count, qos, payload, true);
  }

  /** So many publishers to one subscriber. */
  public static Traffic fanIn(int publishers, Qos qos, int payload) {
    return new Traffic(ProtocolVersion.MQTT_3_1_1, publishers, 1, qos, payload, false);
  }

  /** One publisher to so many subscribers. */
  public static Traffic fanOut(int subscribers, Qos qos, int payload) {
    return new Traffic(ProtocolVersion.MQTT_3_1_1, 1, subscribers, qos, payload, false);
  }

  /** How many deliveries one {@link #run} makes. */
  public int deliveries() {
    return publishers.length * PER_PUBLISHER * receivers;
  }

  /** Everybody publishes, everybody acknowledges; gives how many bytes went out. */
  public long run() {
    path.beginTurn();
    for (int i = 0; i < publishers.length; i++) {
      publishers[i].says(said[i], said[i].length);
    }
    path.endTurn();
    long bytes = 0;
    path.beginTurn();
    for (HotPath.Peer subscriber : subscribers) {
      bytes += subscriber.writtenBytes();
      if (qos == Qos.AT_LEAST_ONCE) {
        acks.truncate(0);
        HotPath.acknowledge(subscriber.written(), acks);
        subscriber.taken();
        subscriber.says(acks.array(), acks.size());
      }
      subscriber.taken();
    }
    path.endTurn();
    for (HotPath.Peer publisher : publishers) {
      bytes += publisher.written().size();
      publisher.taken();
    }
    return bytes;
  }
}

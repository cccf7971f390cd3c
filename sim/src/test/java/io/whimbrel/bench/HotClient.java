package io.whimbrel.bench;

import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketEncoder;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.Unsubscribe;
import java.util.List;
import java.util.stream.Stream;

/** A client of a {@link HotPath}; all it does is a turn of its own. */
public final class HotClient {
  private static final ProtocolVersion VERSION = ProtocolVersion.MQTT_5;
  private static final int PUBLISH_TYPE = 3;

  private final HotPath.Peer peer;
  private final ByteWriter packet = new ByteWriter(256);

  private HotClient(HotPath.Peer peer) {
    this.peer = peer;
  }

  /** One whose session ends with its connection. */
  public static HotClient of(HotPath path, String clientId) {
    return new HotClient(path.peer(clientId, VERSION, "", Qos.AT_MOST_ONCE));
  }

  /** One whose session waits for it. */
  public static HotClient lasting(HotPath path, String clientId, int seconds) {
    Properties expiry =
        Properties.builder().set(PropertyId.SESSION_EXPIRY_INTERVAL, (long) seconds).build();
    return new HotClient(path.lasting(clientId, VERSION, expiry));
  }

  /** Subscribes; its SUBACK and what comes with it can be taken. */
  public HotClient subscribe(Qos qos, String... filters) {
    List<SubscriptionRequest> requests =
        Stream.of(filters)
            .map(TopicFilter::of)
            .map(f -> new SubscriptionRequest(f, qos, false, false, RetainHandling.SEND))
            .toList();
    say(new Subscribe(1, Properties.NONE, requests));
    return this;
  }

  public void unsubscribe(String filter) {
    say(new Unsubscribe(1, Properties.NONE, List.of(TopicFilter.of(filter))));
  }

  public void publish(String topic, Qos qos, int payloadBytes) {
    publish(topic, qos, payloadBytes, false);
  }

  public void retain(String topic, int payloadBytes) {
    publish(topic, Qos.AT_MOST_ONCE, payloadBytes, true);
  }

  private void publish(String topic, Qos qos, int payloadBytes, boolean retain) {
    int id = qos == Qos.AT_MOST_ONCE ? 0 : 1;
    byte[] payload = new byte[payloadBytes];
    say(new Publish(false, qos, retain, TopicName.of(topic), id, Properties.NONE, payload));
  }

  private void say(Packet said) {
    packet.truncate(0);
    PacketEncoder.encode(said, VERSION, packet);
    peer.say(packet.array(), packet.size());
  }

  public void leave() {
    peer.leave();
  }

  /** Takes what was written; gives how many PUBLISH packets were in it. */
  public int publishesTaken() {
    ByteWriter written = peer.written();
    int count = 0;
    for (int at = 0; at < written.size(); at = HotPath.packetEnd(written.array(), at)) {
      count += (written.array()[at] & 0xFF) >>> 4 == PUBLISH_TYPE ? 1 : 0;
    }
    peer.taken();
    return count;
  }

  /** Takes what was written, and acknowledges it; gives how many PUBLISH packets were in it. */
  public int acknowledged() {
    packet.truncate(0);
    HotPath.acknowledge(peer.written(), packet);
    int count = publishesTaken();
    peer.say(packet.array(), packet.size());
    return count;
  }

  /** Bytes that were written and not taken. */
  public long pendingBytes() {
    return peer.pendingBytes();
  }
}

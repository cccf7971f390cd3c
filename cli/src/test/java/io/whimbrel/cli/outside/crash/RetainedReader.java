package io.whimbrel.cli.outside.crash;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Pingreq;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A visitor who asks for everything that is retained, once. */
final class RetainedReader extends Client {
  private static final int PONGS = 3;

  private final Map<String, String> found = new HashMap<>();
  private int pongs;

  RetainedReader(World world, ProtocolVersion version) {
    super(world, "reader", version);
  }

  /** Reads and judges. Nobody writes meanwhile. */
  void check() {
    world.await("a visitor to connect", () -> link != Link.DOWN || connect(true, 0, 0, null));
    world.await("retained messages", () -> pongs == PONGS);
    for (int i = 0; i < RetainedBook.TOPICS; i++) {
      String topic = RetainedBook.topic(i).toString();
      String value = found.getOrDefault(topic, RetainedBook.REMOVED);
      Set<String> allowed = world.retained.allowed(i);
      if (!allowed.contains(value)) {
        throw new BrokenPromiseException(
            "retained at " + topic + " is '" + value + "' and should be one of " + allowed);
      }
    }
    drop();
    world.clients.remove(this);
  }

  @Override
  void act(long now) {}

  @Override
  void onConnack(Connack connack, long tick) {
    SubscriptionRequest all =
        new SubscriptionRequest(
            TopicFilter.of("r/#"), Qos.AT_LEAST_ONCE, false, false, RetainHandling.SEND);
    send(new Subscribe(1, Properties.NONE, List.of(all)));
  }

  @Override
  void onPacket(Packet packet, long tick) {
    if (packet instanceof Suback) {
      send(Pingreq.INSTANCE);
    } else if (packet instanceof Publish publish) {
      String topic = publish.topic().toString();
      String value = new String(publish.payload(), StandardCharsets.US_ASCII);
      if (!publish.retain() || found.put(topic, value) != null) {
        throw new BrokenPromiseException("retained at " + topic + " twice, or live: " + value);
      }
      send(new Puback(publish.packetId(), ReasonCode.SUCCESS));
    }
  }

  @Override
  void onPong() {
    if (++pongs < PONGS) {
      send(Pingreq.INSTANCE);
    }
  }

  @Override
  void onLost() {}
}

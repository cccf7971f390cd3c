package io.whimbrel.cli.outside.crash;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Hears of every will. */
final class WillWatcher extends Receiver {
  private boolean subscribed;

  WillWatcher(World world, String id, ProtocolVersion version) {
    super(world, id, version);
  }

  boolean isSubscribed() {
    return subscribed;
  }

  @Override
  void act(long now) {
    if (link == Link.DOWN) {
      connect(false, SessionFate.LONG_SECONDS, 0, null);
    }
    answer(now);
  }

  @Override
  void onConnack(Connack connack, long tick) {
    if (subscribed && !connack.sessionPresent()) {
      throw new BrokenPromiseException("the session of " + id + " is gone");
    }
    if (!subscribed) {
      SubscriptionRequest wills =
          new SubscriptionRequest(
              TopicFilter.of("w/#"), Qos.EXACTLY_ONCE, false, false, RetainHandling.SEND);
      send(new Subscribe(5, Properties.NONE, List.of(wills)));
    }
  }

  @Override
  void onPacket(Packet packet, long tick) {
    if (packet instanceof Suback ack) {
      if (world.tolerant && ack.reasons().get(0).isError()) {
        drop();
        return;
      }
      subscribed = true;
    } else {
      super.onPacket(packet, tick);
    }
  }

  @Override
  void accept(Publish publish, long tick) {
    String text = new String(publish.payload(), StandardCharsets.US_ASCII);
    world.wills.heard(text, publish.qos());
  }
}

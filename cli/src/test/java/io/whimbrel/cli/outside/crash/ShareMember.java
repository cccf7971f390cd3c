package io.whimbrel.cli.outside.crash;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import java.util.List;

/** One of those who share a subscription, in a session that never ends. */
final class ShareMember extends Receiver {
  private final ShareInbox inbox;
  private final SessionFate fate;
  private boolean subscribed;
  private long moveNanos;
  private long returnNanos;

  ShareMember(World world, String id, ProtocolVersion version, ShareInbox inbox) {
    super(world, id, version);
    this.inbox = inbox;
    this.fate = new SessionFate(world, id);
  }

  @Override
  void act(long now) {
    switch (link) {
      case DOWN -> {
        if ((world.auditing || now - returnNanos >= 0)
            && connect(false, SessionFate.LONG_SECONDS, world.chance(2) ? 5 : 0, null)) {
          fate.asked(false, SessionFate.LONG_SECONDS, now);
        }
      }
      case AWAITING_CONNACK -> {}
      case UP -> {
        answer(now);
        if (!world.auditing && now - moveNanos >= 0 && subscribed) {
          returnNanos = world.soon(now, 1_500);
          if (world.chance(2)) {
            disconnect(ReasonCode.SUCCESS, Properties.NONE);
          }
          drop();
        }
      }
    }
  }

  @Override
  void onConnack(Connack connack, long tick) {
    fate.answered(connack.sessionPresent(), System.nanoTime());
    moveNanos = world.soon(System.nanoTime(), 3_000);
    if (!subscribed) {
      SubscriptionRequest request =
          new SubscriptionRequest(
              TopicFilter.of("$share/group/m/+/a"),
              Qos.EXACTLY_ONCE,
              false,
              false,
              RetainHandling.SEND);
      inbox.asked(send(new Subscribe(9, Properties.NONE, List.of(request))));
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
      inbox.granted(tick);
    } else {
      super.onPacket(packet, tick);
    }
  }

  @Override
  void accept(Publish publish, long tick) {
    inbox.accept(id, publish);
  }

  @Override
  void onLost() {
    super.onLost();
    fate.lost(System.nanoTime());
  }

  boolean isDone() {
    return isUp() && subscribed && hasAnswered();
  }
}

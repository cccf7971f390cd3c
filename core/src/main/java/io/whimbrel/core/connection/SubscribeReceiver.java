package io.whimbrel.core.connection;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.Unsuback;
import io.whimbrel.codec.Unsubscribe;
import io.whimbrel.core.session.Session;
import java.util.ArrayList;
import java.util.List;

/**
 * SUBSCRIBE and UNSUBSCRIBE of a client. What SUBACK promises is durable before it leaves; retained
 * messages follow it. Valid for the connection, owned by its shard.
 */
final class SubscribeReceiver {
  private final Connection connection;
  private final Host host;
  private final Session session;
  private final ProtocolVersion version;

  SubscribeReceiver(Connection connection, PeerSettings settings, Session session) {
    this.connection = connection;
    this.host = connection.host;
    this.session = session;
    this.version = settings.version();
  }

  void onSubscribe(Subscribe packet) { // [MQTT-3.8.4-1] [MQTT-3.8.4-5]
    int[] ids = packet.properties().subscriptionIdentifiers();
    int subscriptionId = ids.length == 0 ? 0 : ids[0];
    List<ReasonCode> reasons = new ArrayList<>(packet.requests().size());
    long position = 0;
    for (SubscriptionRequest request : packet.requests()) {
      ReasonCode verdict = examine(request);
      if (!verdict.isError()) {
        Qos granted = Qos.of(verdict.code()); // the code of a granted QoS is that QoS (3.9.3)
        position = Math.max(position, session.subscribe(request.with(granted), subscriptionId));
        reasons.add(verdict);
      } else {
        reasons.add(refusal(verdict));
      }
    }
    AckQueue.Slot slot =
        connection.acks.reserve(new Suback(packet.packetId(), reasons, Properties.NONE));
    host.whenDurable(
        position,
        connection.durability(),
        () -> {
          if (connection.isOpen()) {
            connection.acks.ready(slot);
            session.startReplays();
          }
        });
  }

  private ReasonCode examine(SubscriptionRequest request) {
    TopicFilter filter = request.filter();
    if (filter.levels() > host.limits().topicLevelsMax()) {
      return ReasonCode.TOPIC_FILTER_INVALID;
    }
    if (session.ref().isDurable() && host.isStoreFull()) {
      return ReasonCode.QUOTA_EXCEEDED;
    }
    if (!session.hasSubscription(filter)
        && session.subscriptions().size() >= host.limits().subscriptionsPerSessionMax()) {
      return ReasonCode.QUOTA_EXCEEDED;
    }
    return connection.rights().maySubscribe(filter, request.qos());
  }

  private ReasonCode refusal(ReasonCode verdict) {
    return switch (version) {
      case MQTT_5 ->
          verdict == ReasonCode.NOT_AUTHORIZED && host.limits().concealUnauthorised()
              ? ReasonCode.UNSPECIFIED_ERROR
              : verdict;
      case MQTT_3_1_1 -> ReasonCode.UNSPECIFIED_ERROR; // 0x80, the only failure it knows
      case MQTT_3_1 -> // it knows none, and granting would be a lie
          throw new ProtocolErrorException(verdict, "3.1 SUBACK", "subscription refused");
    };
  }

  void onUnsubscribe(Unsubscribe packet) { // [MQTT-3.10.4-4] [MQTT-3.10.4-6]
    List<ReasonCode> reasons = new ArrayList<>(packet.filters().size());
    long position = 0;
    for (TopicFilter filter : packet.filters()) {
      long removed = session.unsubscribe(filter);
      reasons.add(removed < 0 ? ReasonCode.NO_SUBSCRIPTION_EXISTED : ReasonCode.SUCCESS);
      position = Math.max(position, removed);
    }
    List<ReasonCode> told = version.isFive() ? reasons : List.of();
    AckQueue.Slot slot =
        connection.acks.reserve(new Unsuback(packet.packetId(), told, Properties.NONE));
    host.whenDurable(
        position,
        connection.durability(),
        () -> {
          if (connection.isOpen()) {
            connection.acks.ready(slot);
          }
        });
  }
}

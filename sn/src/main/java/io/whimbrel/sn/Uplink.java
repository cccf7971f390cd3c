package io.whimbrel.sn;

import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.Unsubscribe;
import io.whimbrel.codec.Utf8;
import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnReturnCode;
import io.whimbrel.codec.sn.SnTopic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a device asks for, as packets, and what it is answered. Each request has its answer, where
 * the specification knows one; what is sent twice does nothing twice. Owned by the device's shard.
 */
final class Uplink {
  /** Requests of one device that wait for the broker; the specification allows it one (6.13). */
  private static final int PENDING_MAX = 16;

  private final SnDevice device;
  private final TopicIds topics;

  /** By message id: the topic id that the answer names. */
  private final Map<Integer, Integer> published = new LinkedHashMap<>(4);

  private final Map<Integer, Integer> subscribed = new LinkedHashMap<>(4);

  Uplink(SnDevice device, TopicIds topics) {
    this.device = device;
    this.topics = topics;
  }

  // ---------------------------------------------------------------- topics

  /** REGISTER came (6.5). */
  void onRegister(SnMessage.Register asked) {
    TopicName topic = topic(asked.topic());
    int id = topic == null ? 0 : topics.register(topic, true);
    SnReturnCode code =
        id > 0
            ? SnReturnCode.ACCEPTED
            : topic == null ? SnReturnCode.NOT_SUPPORTED : device.congestion();
    device.send(new SnMessage.Regack(id, asked.messageId(), code));
  }

  /** The name, or null where it is none. */
  static @Nullable TopicName topic(byte[] name) {
    try {
      return Utf8.isValid(name, 0, name.length) ? TopicName.read(name, 0, name.length) : null;
    } catch (ProtocolErrorException none) {
      return null;
    }
  }

  private static @Nullable TopicFilter filter(byte[] name) {
    try {
      return Utf8.isValid(name, 0, name.length) ? TopicFilter.read(name, 0, name.length) : null;
    } catch (ProtocolErrorException none) {
      return null;
    }
  }

  // ---------------------------------------------------------------- messages

  /** PUBLISH came, of QoS 0, 1 or 2 (6.6). */
  void onPublish(SnMessage.Publish asked) {
    int topicId = asked.topic().value();
    TopicName topic = topics.name(asked.topic());
    if (topic == null) {
      refuse(asked, SnReturnCode.INVALID_TOPIC_ID); // whatever the QoS
      return;
    }
    if (asked.qos() > 0 && asked.messageId() == 0) {
      refuse(asked, SnReturnCode.NOT_SUPPORTED);
      return;
    }
    Qos qos = Qos.of(asked.qos());
    boolean room = qos == Qos.AT_MOST_ONCE || remember(published, asked.messageId(), topicId);
    Publish packet =
        new Publish(
            asked.dup() && qos != Qos.AT_MOST_ONCE,
            qos,
            asked.retain(),
            topic,
            qos == Qos.AT_MOST_ONCE ? 0 : asked.messageId(),
            Properties.NONE,
            asked.payload());
    if (!room || !device.toBroker(packet)) {
      published.remove(asked.messageId());
      if (qos == Qos.AT_MOST_ONCE) {
        device.congestion();
        device.dropped("the broker is behind");
      } else {
        refuse(asked, device.congestion());
      }
    }
  }

  private void refuse(SnMessage.Publish asked, SnReturnCode code) {
    device.send(new SnMessage.Puback(asked.topic().value(), asked.messageId(), code));
  }

  private static boolean remember(Map<Integer, Integer> pending, int messageId, int topicId) {
    if (pending.size() >= PENDING_MAX && !pending.containsKey(messageId)) {
      return false;
    }
    pending.put(messageId, topicId);
    return true;
  }

  /** The broker answers a PUBLISH of QoS 1. */
  void onPuback(Puback answer) {
    Integer topicId = published.remove(answer.packetId());
    device.send(
        new SnMessage.Puback(
            topicId == null ? 0 : topicId, answer.packetId(), code(answer.reason())));
  }

  /** The broker answers a PUBLISH of QoS 2; a refusal is a PUBACK (5.4.13). */
  void onPubrec(Pubrec answer) {
    Integer topicId = published.remove(answer.packetId());
    device.send(
        answer.reason().isError()
            ? new SnMessage.Puback(
                topicId == null ? 0 : topicId, answer.packetId(), code(answer.reason()))
            : new SnMessage.Pubrec(answer.packetId()));
  }

  /** PUBREL came. */
  void onPubrel(SnMessage.Pubrel asked) {
    device.toBroker(new Pubrel(asked.messageId(), ReasonCode.SUCCESS));
  }

  // ---------------------------------------------------------------- subscriptions

  /** SUBSCRIBE came (6.9). */
  void onSubscribe(SnMessage.Subscribe asked) {
    TopicFilter filter = filter(asked.topic(), asked.filter());
    if (filter == null) {
      boolean unknown = asked.topic().kind() == SnTopic.Kind.PREDEFINED;
      suback(asked, unknown ? SnReturnCode.INVALID_TOPIC_ID : SnReturnCode.NOT_SUPPORTED);
      return;
    }
    int topicId = topicId(asked.topic(), filter);
    if (topicId < 0 || asked.messageId() == 0) {
      suback(asked, topicId < 0 ? device.congestion() : SnReturnCode.NOT_SUPPORTED);
      return;
    }
    SubscriptionRequest request =
        new SubscriptionRequest(filter, Qos.of(asked.qos()), false, false, RetainHandling.SEND);
    Packet packet = new Subscribe(asked.messageId(), Properties.NONE, List.of(request));
    if (!remember(subscribed, asked.messageId(), topicId) || !device.toBroker(packet)) {
      subscribed.remove(asked.messageId());
      suback(asked, device.congestion());
    }
  }

  private void suback(SnMessage.Subscribe asked, SnReturnCode code) {
    device.send(new SnMessage.Suback(0, 0, asked.messageId(), code));
  }

  private @Nullable TopicFilter filter(SnTopic topic, byte[] name) {
    if (topic.kind() == SnTopic.Kind.NORMAL) {
      return filter(name);
    }
    TopicName known = topics.name(topic);
    if (known == null && topic.kind() == SnTopic.Kind.SHORT) {
      return filter(topic.octets()); // a wildcard of two octets, such as +/
    }
    return known == null ? null : filter(known.utf8());
  }

  /**
   * What SUBACK names (5.4.16): 0 where messages name something else; -1 where there is no room.
   */
  private int topicId(SnTopic topic, TopicFilter filter) {
    if (topic.kind() == SnTopic.Kind.PREDEFINED) {
      return topic.value();
    }
    TopicName name = topic(filter.isShared() ? filter.inner() : filter.utf8());
    if (topic.kind() == SnTopic.Kind.SHORT || name == null) {
      return 0;
    }
    SnTopic known = topics.known(name);
    if (known != null && known.kind() == SnTopic.Kind.SHORT) {
      return 0;
    }
    int id = topics.register(name, true);
    return id == 0 ? -1 : id;
  }

  /** The broker answers a SUBSCRIBE. */
  void onSuback(Suback answer) {
    Integer topicId = subscribed.remove(answer.packetId());
    ReasonCode reason = answer.reasons().get(0);
    boolean granted = !reason.isError();
    device.send(
        new SnMessage.Suback(
            granted ? reason.code() : 0,
            granted && topicId != null ? topicId : 0,
            answer.packetId(),
            code(reason)));
  }

  /** UNSUBSCRIBE came (6.9). */
  void onUnsubscribe(SnMessage.Unsubscribe asked) {
    TopicFilter filter = filter(asked.topic(), asked.filter());
    boolean asks = filter != null && asked.messageId() != 0;
    if (!asks
        || filter == null
        || !device.toBroker(new Unsubscribe(asked.messageId(), Properties.NONE, List.of(filter)))) {
      if (!asks) {
        device.send(new SnMessage.Unsuback(asked.messageId())); // there was none
      }
      // Where the broker is behind nothing is said: UNSUBACK has no code, and it is asked again.
    }
  }

  // ---------------------------------------------------------------- codes

  /** A reason of the broker, as a return code (table 5). */
  static SnReturnCode code(ReasonCode reason) {
    if (!reason.isError()) {
      return SnReturnCode.ACCEPTED;
    }
    return switch (reason) {
      case SERVER_BUSY,
          SERVER_UNAVAILABLE,
          SERVER_SHUTTING_DOWN,
          QUOTA_EXCEEDED,
          RECEIVE_MAXIMUM_EXCEEDED,
          MESSAGE_RATE_TOO_HIGH,
          CONNECTION_RATE_EXCEEDED,
          PACKET_IDENTIFIER_IN_USE ->
          SnReturnCode.CONGESTION;
      case TOPIC_NAME_INVALID -> SnReturnCode.INVALID_TOPIC_ID;
      default -> SnReturnCode.NOT_SUPPORTED;
    };
  }
}

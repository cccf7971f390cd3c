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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private final Answered answered;

  // By message id.
  private final Map<Integer, Pending> published = new LinkedHashMap<>(4);
  private final Map<Integer, Pending> subscribed = new LinkedHashMap<>(4);
  private final Map<Integer, Pending> unsubscribed = new LinkedHashMap<>(0);

  /** Messages of QoS 2 that the device has forgotten: it does not wait for their PUBCOMP. */
  private final Set<Integer> forgotten = new HashSet<>(0);

  /**
   * What waits for the broker.
   *
   * @param content see {@link Answered}
   * @param topicId what the answer names
   * @param tells whether the device hears of that id by the answer
   */
  private record Pending(long content, int topicId, boolean tells) {
    Pending(long content, int topicId) {
      this(content, topicId, false);
    }
  }

  Uplink(SnDevice device, SnSession session) {
    this.device = device;
    this.topics = session.topics();
    this.answered = session.answered();
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
    if (qos != Qos.AT_MOST_ONCE) {
      publish(asked, qos, topic, Answered.content(asked, topic));
    } else if (!device.toBroker(packet(asked, qos, topic))) {
      device.congestion();
      device.dropped("the broker is behind");
    }
  }

  private void publish(SnMessage.Publish asked, Qos qos, TopicName topic, long content) {
    int id = asked.messageId();
    boolean once = qos == Qos.EXACTLY_ONCE;
    boolean mayComeTwice = !once && !asked.dup() && !asked.retain();
    if (mayComeTwice ? isPending(published, id, content) : isCopy(published, id, content, once)) {
      return;
    }
    Pending next = new Pending(content, asked.topic().value());
    if ((once && !mayUse(id, content))
        || !remember(published, id, next)
        || !device.toBroker(packet(asked, qos, topic))) {
      published.remove(id, next);
      refuse(asked, device.congestion());
    }
  }

  private static Publish packet(SnMessage.Publish asked, Qos qos, TopicName topic) {
    boolean acknowledged = qos != Qos.AT_MOST_ONCE;
    return new Publish(
        asked.dup() && acknowledged,
        qos,
        asked.retain(),
        topic,
        acknowledged ? asked.messageId() : 0,
        Properties.NONE,
        asked.payload());
  }

  /** A device that has another message by the id of one it did not end has forgotten that. */
  private boolean mayUse(int id, long content) {
    if (!answered.isTaken(id, content)) {
      return true;
    }
    if (forgotten.size() >= PENDING_MAX || !device.toBroker(pubrel(id))) {
      return false;
    }
    forgotten.add(id);
    answered.released(id, device.now());
    return true;
  }

  /** Whether it was asked before, and its answer comes. */
  private static boolean isPending(Map<Integer, Pending> pending, int id, long content) {
    Pending asked = pending.get(id);
    return asked != null && asked.content == content;
  }

  /** Whether it was asked before; then it has the answer of then, or that comes. */
  private boolean isCopy(Map<Integer, Pending> pending, int id, long content, boolean once) {
    if (isPending(pending, id, content)) {
      return true;
    }
    SnMessage answer = answered.answerTo(id, content, once, device.now());
    if (answer != null) {
      device.send(answer);
    }
    return answer != null;
  }

  /** A request that is no copy: those before are over. */
  private boolean remember(Map<Integer, Pending> pending, int messageId, Pending next) {
    answered.overtaken(device.now());
    return pending.size() < PENDING_MAX && pending.putIfAbsent(messageId, next) == null;
  }

  private void refuse(SnMessage.Publish asked, SnReturnCode code) {
    device.send(new SnMessage.Puback(asked.topic().value(), asked.messageId(), code));
  }

  private void done(int id, @Nullable Pending asked, SnMessage answer, boolean did) {
    if (asked != null && did) {
      answered.done(id, asked.content, answer, device.now());
    }
    device.send(answer);
  }

  /** The broker answers a PUBLISH of QoS 1. */
  void onPuback(Puback answer) {
    int id = answer.packetId();
    Pending asked = published.remove(id);
    done(id, asked, puback(asked, id, answer.reason()), !answer.reason().isError());
  }

  private static SnMessage puback(@Nullable Pending asked, int id, ReasonCode reason) {
    return new SnMessage.Puback(asked == null ? 0 : asked.topicId, id, code(reason));
  }

  /** The broker answers a PUBLISH of QoS 2; a refusal is a PUBACK (5.4.13). */
  void onPubrec(Pubrec answer) {
    int id = answer.packetId();
    Pending asked = published.remove(id);
    if (answer.reason().isError()) {
      device.send(puback(asked, id, answer.reason()));
      return;
    }
    SnMessage pubrec = new SnMessage.Pubrec(id);
    if (asked != null) {
      answered.taken(id, asked.content, pubrec, device.now());
    }
    device.send(pubrec);
  }

  /** PUBREL came. */
  void onPubrel(SnMessage.Pubrel asked) {
    if (device.toBroker(pubrel(asked.messageId()))) {
      answered.released(asked.messageId(), device.now());
    }
  }

  private static Pubrel pubrel(int id) {
    return new Pubrel(id, ReasonCode.SUCCESS);
  }

  /** The broker answers a PUBREL. */
  void onPubcomp(int id) {
    if (!forgotten.remove(id)) {
      device.send(new SnMessage.Pubcomp(id));
    }
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
    int id = asked.messageId();
    long content = Answered.content(asked);
    if (isCopy(subscribed, id, content, false)) {
      return;
    }
    Pending next = new Pending(content, topicId, asked.topic().kind() == SnTopic.Kind.NORMAL);
    Packet packet = new Subscribe(id, Properties.NONE, List.of(request));
    if (!remember(subscribed, id, next) || !device.toBroker(packet)) {
      subscribed.remove(id, next);
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
    int id = topics.register(name, false); // the device knows it by SUBACK
    return id == 0 ? -1 : id;
  }

  /** The broker answers a SUBSCRIBE. */
  void onSuback(Suback answer) {
    int id = answer.packetId();
    Pending asked = subscribed.remove(id);
    ReasonCode reason = answer.reasons().get(0);
    boolean granted = !reason.isError();
    SnMessage suback =
        new SnMessage.Suback(
            granted ? reason.code() : 0,
            granted && asked != null ? asked.topicId : 0,
            id,
            code(reason));
    if (granted && asked != null && asked.tells) {
      topics.confirm(asked.topicId);
    }
    done(id, asked, suback, granted);
  }

  /** UNSUBSCRIBE came (6.9). */
  void onUnsubscribe(SnMessage.Unsubscribe asked) {
    int id = asked.messageId();
    TopicFilter filter = filter(asked.topic(), asked.filter());
    if (filter == null || id == 0) {
      device.send(new SnMessage.Unsuback(id)); // there was none
      return;
    }
    long content = Answered.content(asked);
    if (isCopy(unsubscribed, id, content, false)) {
      return;
    }
    Pending next = new Pending(content, 0);
    Packet packet = new Unsubscribe(id, Properties.NONE, List.of(filter));
    if (!remember(unsubscribed, id, next) || !device.toBroker(packet)) {
      unsubscribed.remove(id, next); // UNSUBACK has no code: it is asked again
    }
  }

  /** The broker answers an UNSUBSCRIBE. */
  void onUnsuback(int id) {
    done(id, unsubscribed.remove(id), new SnMessage.Unsuback(id), true);
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

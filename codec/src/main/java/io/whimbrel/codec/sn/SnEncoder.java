package io.whimbrel.codec.sn;

import io.whimbrel.codec.ByteWriter;

/**
 * Writes messages of MQTT-SN 1.2, with the shorter form of the length where it is enough (5.2.1).
 * For any thread.
 */
public final class SnEncoder {
  /** What a message can have at most, its length included (5.2.1). */
  public static final int SIZE_MAX = 0xFFFF;

  private static final int PROTOCOL_ID = 0x01;
  private static final int SHORT_MAX = 0xFF;

  private SnEncoder() {}

  /** How many octets it takes. */
  public static int size(SnMessage message) {
    int inside = insideSize(message);
    int body = bodySize(message) - inside;
    return (body + 2 <= SHORT_MAX ? body + 2 : body + 4) + inside;
  }

  /** Of what stands behind a forwarder's header, which the length does not count (5.5). */
  private static int insideSize(SnMessage message) {
    return message.type() == SnType.ENCAPSULATED
        ? ((SnMessage.Encapsulated) message).message().length
        : 0;
  }

  /**
   * Writes it.
   *
   * @throws IllegalArgumentException it is longer than a message can be
   */
  public static void write(SnMessage message, ByteWriter to) {
    boolean forwarded = message.type() == SnType.ENCAPSULATED;
    int size = size(message) - insideSize(message);
    if (size > SIZE_MAX || (forwarded && size > SHORT_MAX)) {
      throw new IllegalArgumentException("a " + message.type() + " of " + size + " octets");
    }
    if (size <= SHORT_MAX) {
      to.putByte(size);
    } else {
      to.putByte(1);
      to.putShort(size);
    }
    to.putByte(message.type().code());
    body(message, to);
  }

  /** The bytes of it. */
  public static byte[] bytes(SnMessage message) {
    ByteWriter writer = new ByteWriter(size(message));
    write(message, writer);
    return writer.toByteArray();
  }

  private static int bodySize(SnMessage message) {
    return switch (message.type()) {
      case WILLTOPICREQ, WILLMSGREQ, PINGRESP -> 0;
      case SEARCHGW, CONNACK, WILLTOPICRESP, WILLMSGRESP -> 1;
      case PUBCOMP, PUBREC, PUBREL, UNSUBACK -> 2;
      case ADVERTISE -> 3;
      case REGACK, PUBACK -> 5;
      case SUBACK -> 6;
      case GWINFO -> 1 + ((SnMessage.Gwinfo) message).address().length;
      case CONNECT -> 4 + ((SnMessage.Connect) message).clientId().length;
      case WILLTOPIC -> willSize(((SnMessage.WillTopic) message).topic());
      case WILLTOPICUPD -> willSize(((SnMessage.WillTopicUpd) message).topic());
      case WILLMSG -> ((SnMessage.WillMsg) message).payload().length;
      case WILLMSGUPD -> ((SnMessage.WillMsgUpd) message).payload().length;
      case REGISTER -> 4 + ((SnMessage.Register) message).topic().length;
      case PUBLISH -> 5 + ((SnMessage.Publish) message).payload().length;
      case SUBSCRIBE -> {
        SnMessage.Subscribe subscribe = (SnMessage.Subscribe) message;
        yield 3 + topicSize(subscribe.topic(), subscribe.filter());
      }
      case UNSUBSCRIBE -> {
        SnMessage.Unsubscribe unsubscribe = (SnMessage.Unsubscribe) message;
        yield 3 + topicSize(unsubscribe.topic(), unsubscribe.filter());
      }
      case PINGREQ -> ((SnMessage.Pingreq) message).clientId().length;
      case DISCONNECT -> ((SnMessage.Disconnect) message).sleepSeconds() < 0 ? 0 : 2;
      case ENCAPSULATED -> {
        SnMessage.Encapsulated forwarded = (SnMessage.Encapsulated) message;
        yield 1 + forwarded.node().length + forwarded.message().length;
      }
    };
  }

  private static int willSize(byte[] topic) {
    return topic.length == 0 ? 0 : 1 + topic.length;
  }

  private static int topicSize(SnTopic topic, byte[] filter) {
    return topic.kind() == SnTopic.Kind.NORMAL ? filter.length : 2;
  }

  private static void body(SnMessage message, ByteWriter to) {
    switch (message.type()) {
      case WILLTOPICREQ, WILLMSGREQ, PINGRESP -> {}
      case ADVERTISE -> {
        SnMessage.Advertise advertise = (SnMessage.Advertise) message;
        to.putByte(advertise.gatewayId());
        to.putShort(advertise.seconds());
      }
      case SEARCHGW -> to.putByte(((SnMessage.Searchgw) message).radius());
      case GWINFO -> {
        SnMessage.Gwinfo info = (SnMessage.Gwinfo) message;
        to.putByte(info.gatewayId());
        put(info.address(), to);
      }
      case CONNECT -> connect((SnMessage.Connect) message, to);
      case CONNACK -> to.putByte(((SnMessage.Connack) message).code().code());
      case WILLTOPIC -> {
        SnMessage.WillTopic will = (SnMessage.WillTopic) message;
        will(will.qos(), will.retain(), will.topic(), to);
      }
      case WILLTOPICUPD -> {
        SnMessage.WillTopicUpd will = (SnMessage.WillTopicUpd) message;
        will(will.qos(), will.retain(), will.topic(), to);
      }
      case WILLMSG -> put(((SnMessage.WillMsg) message).payload(), to);
      case WILLMSGUPD -> put(((SnMessage.WillMsgUpd) message).payload(), to);
      case WILLTOPICRESP -> to.putByte(((SnMessage.WillTopicResp) message).code().code());
      case WILLMSGRESP -> to.putByte(((SnMessage.WillMsgResp) message).code().code());
      case REGISTER -> {
        SnMessage.Register register = (SnMessage.Register) message;
        to.putShort(register.topicId());
        to.putShort(register.messageId());
        put(register.topic(), to);
      }
      case REGACK -> {
        SnMessage.Regack regack = (SnMessage.Regack) message;
        answer(regack.topicId(), regack.messageId(), regack.code(), to);
      }
      case PUBLISH -> publish((SnMessage.Publish) message, to);
      case PUBACK -> {
        SnMessage.Puback puback = (SnMessage.Puback) message;
        answer(puback.topicId(), puback.messageId(), puback.code(), to);
      }
      case PUBCOMP -> to.putShort(((SnMessage.Pubcomp) message).messageId());
      case PUBREC -> to.putShort(((SnMessage.Pubrec) message).messageId());
      case PUBREL -> to.putShort(((SnMessage.Pubrel) message).messageId());
      case SUBSCRIBE -> {
        SnMessage.Subscribe subscribe = (SnMessage.Subscribe) message;
        to.putByte(flags(subscribe.dup(), subscribe.qos(), false, subscribe.topic().kind()));
        to.putShort(subscribe.messageId());
        topic(subscribe.topic(), subscribe.filter(), to);
      }
      case SUBACK -> {
        SnMessage.Suback suback = (SnMessage.Suback) message;
        to.putByte(flags(false, suback.qos(), false, SnTopic.Kind.NORMAL));
        answer(suback.topicId(), suback.messageId(), suback.code(), to);
      }
      case UNSUBSCRIBE -> {
        SnMessage.Unsubscribe unsubscribe = (SnMessage.Unsubscribe) message;
        to.putByte(flags(false, 0, false, unsubscribe.topic().kind()));
        to.putShort(unsubscribe.messageId());
        topic(unsubscribe.topic(), unsubscribe.filter(), to);
      }
      case UNSUBACK -> to.putShort(((SnMessage.Unsuback) message).messageId());
      case PINGREQ -> put(((SnMessage.Pingreq) message).clientId(), to);
      case DISCONNECT -> {
        int seconds = ((SnMessage.Disconnect) message).sleepSeconds();
        if (seconds >= 0) {
          to.putShort(seconds);
        }
      }
      case ENCAPSULATED -> {
        SnMessage.Encapsulated forwarded = (SnMessage.Encapsulated) message;
        to.putByte(forwarded.radius() & 3);
        put(forwarded.node(), to);
        put(forwarded.message(), to);
      }
    }
  }

  private static void connect(SnMessage.Connect connect, ByteWriter to) {
    to.putByte((connect.will() ? 0x08 : 0) | (connect.cleanSession() ? 0x04 : 0));
    to.putByte(PROTOCOL_ID);
    to.putShort(connect.keepAliveSeconds());
    put(connect.clientId(), to);
  }

  private static void publish(SnMessage.Publish publish, ByteWriter to) {
    to.putByte(flags(publish.dup(), publish.qos(), publish.retain(), publish.topic().kind()));
    to.putShort(publish.topic().value());
    to.putShort(publish.messageId());
    put(publish.payload(), to);
  }

  private static void will(int qos, boolean retain, byte[] topic, ByteWriter to) {
    if (topic.length > 0) {
      to.putByte(flags(false, qos, retain, SnTopic.Kind.NORMAL));
      put(topic, to);
    }
  }

  private static void topic(SnTopic topic, byte[] filter, ByteWriter to) {
    if (topic.kind() == SnTopic.Kind.NORMAL) {
      put(filter, to);
    } else {
      to.putShort(topic.value());
    }
  }

  private static void answer(int topicId, int messageId, SnReturnCode code, ByteWriter to) {
    to.putShort(topicId);
    to.putShort(messageId);
    to.putByte(code.code());
  }

  private static int flags(boolean dup, int qos, boolean retain, SnTopic.Kind kind) {
    return (dup ? 0x80 : 0) | (qos & 3) << 5 | (retain ? 0x10 : 0) | kind.ordinal();
  }

  private static void put(byte[] bytes, ByteWriter to) {
    to.putBytes(bytes, 0, bytes.length);
  }
}

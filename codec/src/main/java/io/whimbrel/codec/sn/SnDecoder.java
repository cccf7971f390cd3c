package io.whimbrel.codec.sn;

import java.util.Arrays;

/**
 * Reads a message of MQTT-SN 1.2 from a datagram or from a frame of a stream. Its length has to be
 * that of the datagram (5.2.1): one that is too long is cut off, one that is too short hides
 * something. Owned by one thread.
 */
public final class SnDecoder {
  private static final int PROTOCOL_ID = 0x01;
  private static final int FLAG_DUP = 0x80;
  private static final int FLAG_RETAIN = 0x10;
  private static final int FLAG_WILL = 0x08;
  private static final int FLAG_CLEAN = 0x04;

  private static final byte[] NOTHING = new byte[0];

  private byte[] bytes = NOTHING;
  private int at;
  private int end;

  /**
   * How many octets the message has that begins with these, as its length says (5.2.1); 0 where
   * that cannot be known yet.
   *
   * @throws SnMalformedException it can be no message
   */
  public static int length(byte[] bytes, int from, int to) throws SnMalformedException {
    if (from >= to) {
      return 0;
    }
    int first = bytes[from] & 0xFF;
    if (first != 1) {
      if (first < 2) {
        throw new SnMalformedException("5.2.1", "the length is " + first);
      }
      return first;
    }
    if (to - from < 3) {
      return 0;
    }
    int length = ((bytes[from + 1] & 0xFF) << 8) | (bytes[from + 2] & 0xFF);
    if (length < 4) {
      throw new SnMalformedException("5.2.1", "the length is " + length);
    }
    return length;
  }

  /**
   * Reads a message that takes all of these bytes, which are the caller's again afterwards.
   *
   * @throws SnMalformedException they are none
   */
  public SnMessage decode(byte[] source, int from, int to) throws SnMalformedException {
    int length = length(source, from, to);
    SnType type = type(source, from, to);
    boolean forwarded = type == SnType.ENCAPSULATED; // its length is that of the header alone
    if (forwarded && source[from] == 1) {
      throw new SnMalformedException("5.5", "the header of a forwarder is longer than 255 octets");
    }
    if (length == 0 || (forwarded ? length >= to - from : length != to - from)) {
      throw new SnMalformedException("5.2.1", "the length is not that of the datagram");
    }
    bytes = source;
    at = from + (source[from] == 1 ? 4 : 2);
    end = from + length;
    SnMessage message = forwarded ? encapsulated(to) : body(type);
    if (at != end) {
      throw new SnMalformedException("5.4", "there is more than a " + type + " has");
    }
    return message;
  }

  private static SnType type(byte[] source, int from, int to) throws SnMalformedException {
    int where = from + (to > from && source[from] == 1 ? 3 : 1);
    if (where >= to) {
      throw new SnMalformedException("5.2.2", "there is no message type");
    }
    SnType type = SnType.of(source[where] & 0xFF);
    if (type == null) {
      throw new SnMalformedException("5.2.2", "the message type is reserved");
    }
    return type;
  }

  private SnMessage body(SnType type) throws SnMalformedException {
    return switch (type) {
      case ADVERTISE -> new SnMessage.Advertise(octet(), pair());
      case SEARCHGW -> new SnMessage.Searchgw(octet());
      case GWINFO -> new SnMessage.Gwinfo(octet(), rest());
      case CONNECT -> connect();
      case CONNACK -> new SnMessage.Connack(code());
      case WILLTOPICREQ -> new SnMessage.WillTopicReq();
      case WILLTOPIC -> willTopic(false);
      case WILLMSGREQ -> new SnMessage.WillMsgReq();
      case WILLMSG -> new SnMessage.WillMsg(rest());
      case REGISTER -> new SnMessage.Register(pair(), pair(), rest());
      case REGACK -> new SnMessage.Regack(pair(), pair(), code());
      case PUBLISH -> publish();
      case PUBACK -> new SnMessage.Puback(pair(), pair(), code());
      case PUBCOMP -> new SnMessage.Pubcomp(pair());
      case PUBREC -> new SnMessage.Pubrec(pair());
      case PUBREL -> new SnMessage.Pubrel(pair());
      case SUBSCRIBE -> subscribe();
      case SUBACK -> new SnMessage.Suback(qos(octet()), pair(), pair(), code());
      case UNSUBSCRIBE -> unsubscribe();
      case UNSUBACK -> new SnMessage.Unsuback(pair());
      case PINGREQ -> new SnMessage.Pingreq(rest());
      case PINGRESP -> new SnMessage.Pingresp();
      case DISCONNECT -> new SnMessage.Disconnect(at == end ? -1 : pair());
      case WILLTOPICUPD -> willTopic(true);
      case WILLTOPICRESP -> new SnMessage.WillTopicResp(code());
      case WILLMSGUPD -> new SnMessage.WillMsgUpd(rest());
      case WILLMSGRESP -> new SnMessage.WillMsgResp(code());
      case ENCAPSULATED -> throw new SnMalformedException("5.5", "one forwarder inside another");
    };
  }

  private SnMessage connect() throws SnMalformedException {
    int flags = octet();
    int protocol = octet();
    if (protocol != PROTOCOL_ID) {
      throw new SnMalformedException("5.3.8", "the protocol id is " + protocol);
    }
    return new SnMessage.Connect(
        (flags & FLAG_WILL) != 0, (flags & FLAG_CLEAN) != 0, pair(), rest());
  }

  /** An empty one has no flags either (5.4.7, 5.4.22). */
  private SnMessage willTopic(boolean update) throws SnMalformedException {
    int flags = at == end ? 0 : octet();
    int qos = qos(flags);
    boolean retain = (flags & FLAG_RETAIN) != 0;
    byte[] topic = rest();
    if (topic.length == 0) { // no Will has no QoS
      return update
          ? new SnMessage.WillTopicUpd(0, false, topic)
          : new SnMessage.WillTopic(0, false, topic);
    }
    return update
        ? new SnMessage.WillTopicUpd(qos, retain, topic)
        : new SnMessage.WillTopic(qos, retain, topic);
  }

  private SnMessage publish() throws SnMalformedException {
    int flags = octet();
    int bits = flags >>> 5 & 3;
    return new SnMessage.Publish(
        (flags & FLAG_DUP) != 0,
        bits == 3 ? SnMessage.Publish.QOS_WITHOUT_CONNECTION : bits,
        (flags & FLAG_RETAIN) != 0,
        new SnTopic(kind(flags), pair()),
        pair(),
        rest());
  }

  private SnMessage subscribe() throws SnMalformedException {
    int flags = octet();
    int messageId = pair();
    boolean named = kind(flags) == SnTopic.Kind.NORMAL;
    SnTopic topic = named ? SnTopic.NONE : new SnTopic(kind(flags), pair());
    return new SnMessage.Subscribe(
        (flags & FLAG_DUP) != 0, qos(flags), messageId, topic, named ? name() : NOTHING);
  }

  private SnMessage unsubscribe() throws SnMalformedException {
    int flags = octet();
    int messageId = pair();
    boolean named = kind(flags) == SnTopic.Kind.NORMAL;
    SnTopic topic = named ? SnTopic.NONE : new SnTopic(kind(flags), pair());
    return new SnMessage.Unsubscribe(messageId, topic, named ? name() : NOTHING);
  }

  private SnMessage encapsulated(int to) throws SnMalformedException {
    int radius = octet() & 3;
    byte[] node = rest();
    byte[] message = Arrays.copyOfRange(bytes, end, to);
    if (type(message, 0, message.length) == SnType.ENCAPSULATED) {
      throw new SnMalformedException("5.5", "one forwarder inside another");
    }
    return new SnMessage.Encapsulated(radius, node, message);
  }

  // ---------------------------------------------------------------- fields

  private int octet() throws SnMalformedException {
    need(1);
    return bytes[at++] & 0xFF;
  }

  private int pair() throws SnMalformedException {
    need(2);
    int value = ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
    at += 2;
    return value;
  }

  private SnReturnCode code() throws SnMalformedException {
    return SnReturnCode.of(octet());
  }

  private byte[] name() throws SnMalformedException {
    need(1);
    return rest();
  }

  private byte[] rest() {
    byte[] rest = Arrays.copyOfRange(bytes, at, end);
    at = end;
    return rest;
  }

  private static int qos(int flags) throws SnMalformedException {
    int qos = flags >>> 5 & 3;
    if (qos == 3) {
      throw new SnMalformedException("5.3.4", "QoS -1 is for PUBLISH alone");
    }
    return qos;
  }

  private static SnTopic.Kind kind(int flags) throws SnMalformedException {
    int kind = flags & 3;
    if (kind == 3) {
      throw new SnMalformedException("5.3.4", "the topic id type is reserved");
    }
    return SnTopic.Kind.values()[kind];
  }

  private void need(int octets) throws SnMalformedException {
    if (end - at < octets) {
      throw new SnMalformedException("5.4", "a field runs over the end of the message");
    }
  }
}

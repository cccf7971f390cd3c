package io.whimbrel.codec.sn;

/**
 * A message of MQTT-SN 1.2 (5.4), as a value. Names are UTF-8 that nobody has looked at yet: what a
 * topic may be is for who is asked, as each request has its own answer. Arrays belong to the
 * message and are never changed.
 */
public sealed interface SnMessage {
  /** Its type; dispatch with a switch expression over it. */
  SnType type();

  /**
   * A gateway is there (5.4.1).
   *
   * @param seconds until the next one
   */
  record Advertise(int gatewayId, int seconds) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.ADVERTISE;
    }
  }

  /**
   * Is a gateway there (5.4.2)?
   *
   * @param radius in hops, 0 for all
   */
  record Searchgw(int radius) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.SEARCHGW;
    }
  }

  /**
   * It is (5.4.3).
   *
   * @param address empty where the gateway itself says so
   */
  record Gwinfo(int gatewayId, byte[] address) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.GWINFO;
    }
  }

  /**
   * Asks for a connection (5.4.4).
   *
   * @param will whether the gateway is to ask for the Will
   * @param keepAliveSeconds Duration
   */
  record Connect(boolean will, boolean cleanSession, int keepAliveSeconds, byte[] clientId)
      implements SnMessage {
    @Override
    public SnType type() {
      return SnType.CONNECT;
    }
  }

  /** Answers CONNECT (5.4.5). */
  record Connack(SnReturnCode code) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.CONNACK;
    }
  }

  /** Asks for the topic of the Will (5.4.6). */
  record WillTopicReq() implements SnMessage {
    @Override
    public SnType type() {
      return SnType.WILLTOPICREQ;
    }
  }

  /**
   * The topic of the Will (5.4.7), or there is none.
   *
   * @param qos 0, 1 or 2
   * @param topic empty for no Will
   */
  record WillTopic(int qos, boolean retain, byte[] topic) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.WILLTOPIC;
    }
  }

  /** Asks for the message of the Will (5.4.8). */
  record WillMsgReq() implements SnMessage {
    @Override
    public SnType type() {
      return SnType.WILLMSGREQ;
    }
  }

  /** The message of the Will (5.4.9). */
  record WillMsg(byte[] payload) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.WILLMSG;
    }
  }

  /**
   * From a client: which id has this topic? From a gateway: this one (5.4.10).
   *
   * @param topicId 0 from a client
   */
  record Register(int topicId, int messageId, byte[] topic) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.REGISTER;
    }
  }

  /** Answers REGISTER (5.4.11). */
  record Regack(int topicId, int messageId, SnReturnCode code) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.REGACK;
    }
  }

  /**
   * A message (5.4.12).
   *
   * @param qos 0, 1 or 2; or -1, without a connection
   * @param messageId 0 with QoS 0 and -1
   */
  record Publish(boolean dup, int qos, boolean retain, SnTopic topic, int messageId, byte[] payload)
      implements SnMessage {
    /** Of a client that has no connection. */
    public static final int QOS_WITHOUT_CONNECTION = -1;

    @Override
    public SnType type() {
      return SnType.PUBLISH;
    }
  }

  /** Answers PUBLISH of QoS 1, and of any where it is refused (5.4.13). */
  record Puback(int topicId, int messageId, SnReturnCode code) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.PUBACK;
    }
  }

  /** QoS 2, the first answer (5.4.14). */
  record Pubrec(int messageId) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.PUBREC;
    }
  }

  /** QoS 2, its answer (5.4.14). */
  record Pubrel(int messageId) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.PUBREL;
    }
  }

  /** QoS 2, the end (5.4.14). */
  record Pubcomp(int messageId) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.PUBCOMP;
    }
  }

  /**
   * Subscribes (5.4.15).
   *
   * @param topic pre-defined or short; NONE where a name stands there
   * @param filter empty where an id stands there
   */
  record Subscribe(boolean dup, int qos, int messageId, SnTopic topic, byte[] filter)
      implements SnMessage {
    @Override
    public SnType type() {
      return SnType.SUBSCRIBE;
    }
  }

  /**
   * Answers SUBSCRIBE (5.4.16).
   *
   * @param topicId 0 where the filter has wildcards, is pre-defined or short
   */
  record Suback(int qos, int topicId, int messageId, SnReturnCode code) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.SUBACK;
    }
  }

  /** Unsubscribes (5.4.17); as {@link Subscribe}. */
  record Unsubscribe(int messageId, SnTopic topic, byte[] filter) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.UNSUBSCRIBE;
    }
  }

  /** Answers UNSUBSCRIBE (5.4.18). */
  record Unsuback(int messageId) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.UNSUBACK;
    }
  }

  /**
   * Is the other side there? From a sleeper: what is there for me (5.4.19)?
   *
   * @param clientId empty but from a sleeper
   */
  record Pingreq(byte[] clientId) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.PINGREQ;
    }
  }

  /** It is; or, there is nothing more (5.4.20). */
  record Pingresp() implements SnMessage {
    @Override
    public SnType type() {
      return SnType.PINGRESP;
    }
  }

  /**
   * The end of the connection, or of being awake (5.4.21).
   *
   * @param sleepSeconds Duration; -1 for none
   */
  record Disconnect(int sleepSeconds) implements SnMessage {
    /** Without Duration. */
    public static final Disconnect PLAIN = new Disconnect(-1);

    @Override
    public SnType type() {
      return SnType.DISCONNECT;
    }
  }

  /**
   * Another topic of the Will (5.4.22).
   *
   * @param topic empty for no Will any more
   */
  record WillTopicUpd(int qos, boolean retain, byte[] topic) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.WILLTOPICUPD;
    }
  }

  /** Answers WILLTOPICUPD (5.4.24). */
  record WillTopicResp(SnReturnCode code) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.WILLTOPICRESP;
    }
  }

  /** Another message of the Will (5.4.23). */
  record WillMsgUpd(byte[] payload) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.WILLMSGUPD;
    }
  }

  /** Answers WILLMSGUPD (5.4.25). */
  record WillMsgResp(SnReturnCode code) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.WILLMSGRESP;
    }
  }

  /**
   * A message of a node behind a forwarder, or for one (5.5).
   *
   * @param radius in hops, of the broadcast that it is; the lower two bits of Ctrl
   * @param node its address there
   * @param message the bytes of the message, which is none that is encapsulated
   */
  record Encapsulated(int radius, byte[] node, byte[] message) implements SnMessage {
    @Override
    public SnType type() {
      return SnType.ENCAPSULATED;
    }
  }
}

package io.whimbrel.codec;

import static io.whimbrel.codec.ProtocolVersion.MQTT_3_1;
import static io.whimbrel.codec.ProtocolVersion.MQTT_3_1_1;
import static io.whimbrel.codec.ProtocolVersion.MQTT_5;

import org.jspecify.annotations.Nullable;

/** Reads CONNECT (3.1). */
final class ConnectDecoder {
  private static final int CLEAN_START = 0x02;
  private static final int WILL = 0x04;
  private static final int WILL_QOS = 0x18;
  private static final int WILL_RETAIN = 0x20;
  private static final int PASSWORD = 0x40;
  private static final int USER_NAME = 0x80;

  /** Bridges of other brokers set the high bit of the level beside 3 and 4; it asks for nothing. */
  private static final int BRIDGE = 0x80;

  private ConnectDecoder() {}

  /**
   * Reads Protocol Name and level as far as they tell in which version to answer: the one asked for
   * or, where that is unknown, the nearest. {@link #checkLevel} tells the two apart.
   */
  static ProtocolVersion readVersion(ByteReader in) {
    String name = in.readText();
    if (name.equals(MQTT_3_1.protocolName())) {
      return MQTT_3_1;
    }
    if (!name.equals(MQTT_5.protocolName())) {
      // [MQTT-3.1.2-1] [3.1.1 MQTT-3.1.2-1]
      throw unsupported("MQTT-3.1.2-1", "unknown protocol name");
    }
    int level = in.peekByte();
    return level >= MQTT_5.level() && level != (BRIDGE | MQTT_3_1_1.level()) ? MQTT_5 : MQTT_3_1_1;
  }

  /** Reads the level and refuses all but that of the version. */
  static void checkLevel(ByteReader in, ProtocolVersion version) {
    int level = in.readByte();
    boolean bridge = !version.isFive() && level == (BRIDGE | version.level());
    if (level != version.level() && !bridge) {
      // [MQTT-3.1.2-2] [3.1.1 MQTT-3.1.2-2]
      throw unsupported("MQTT-3.1.2-2", "unknown protocol version");
    }
  }

  /** Reads what follows the level. */
  static Connect read(ByteReader in, ProtocolVersion version, int usersMax) {
    boolean five = version.isFive();
    int flags = in.readByte();
    checkFlags(flags, version);
    int keepAliveSeconds = in.readShort();
    Properties properties =
        five ? PropertiesDecoder.read(in, PropertyPlace.CONNECT, usersMax) : Properties.NONE;
    // The order of the payload is the order of these lines [MQTT-3.1.3-1].
    String clientId = in.readText(); // [MQTT-3.1.3-3] [MQTT-3.1.3-4]
    if (clientId.isEmpty() && version == MQTT_3_1) {
      throw new ProtocolErrorException(
          ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "3.1 3.1", "client identifier is empty");
    }
    @Nullable Will will = (flags & WILL) == 0 ? null : readWill(in, flags, five, usersMax);
    // Clients of 3.1 may set the flag and leave the field out at the end (its section 3.1).
    boolean lenient = version == MQTT_3_1;
    boolean named = (flags & USER_NAME) != 0 && !(lenient && in.remaining() == 0);
    @Nullable String userName = named ? in.readText() : null; // [MQTT-3.1.3-12]
    boolean secured = (flags & PASSWORD) != 0 && !(lenient && in.remaining() == 0);
    byte @Nullable [] password = secured ? in.readBinary() : null;
    return new Connect(
        version,
        (flags & CLEAN_START) != 0,
        keepAliveSeconds,
        properties,
        clientId,
        will,
        userName,
        password);
  }

  private static void checkFlags(int flags, ProtocolVersion version) {
    boolean five = version.isFive();
    if ((flags & WILL_QOS) == WILL_QOS) {
      throw Faults.malformed(
          five ? "MQTT-3.1.2-12" : "3.1.1 MQTT-3.1.2-14", "QoS of the will is 3");
    }
    if (!five && (flags & (USER_NAME | PASSWORD)) == PASSWORD) {
      throw Faults.malformed("3.1.1 MQTT-3.1.2-22", "password without a user name");
    }
    if (version == MQTT_3_1) {
      return; // which calls the other bits unused, not zero
    }
    if ((flags & 0x01) != 0) {
      throw Faults.malformed(
          five ? "MQTT-3.1.2-3" : "3.1.1 MQTT-3.1.2-3", "reserved flag of CONNECT");
    }
    if ((flags & WILL) == 0 && (flags & WILL_QOS) != 0) {
      throw Faults.malformed(
          five ? "MQTT-3.1.2-11" : "3.1.1 MQTT-3.1.2-13", "QoS of a will without a will");
    }
    if ((flags & WILL) == 0 && (flags & WILL_RETAIN) != 0) {
      throw Faults.malformed(
          five ? "MQTT-3.1.2-13" : "3.1.1 MQTT-3.1.2-15", "retained will without a will");
    }
  }

  private static Will readWill(ByteReader in, int flags, boolean five, int usersMax) {
    Properties properties =
        five ? PropertiesDecoder.read(in, PropertyPlace.WILL, usersMax) : Properties.NONE;
    TopicName topic = in.readTopicName(); // [MQTT-3.1.3-11]
    byte[] payload = in.readBinary();
    Qos qos = Qos.of((flags & WILL_QOS) >>> 3);
    return new Will(topic, payload, qos, (flags & WILL_RETAIN) != 0, properties);
  }

  private static ProtocolErrorException unsupported(String clause, String explanation) {
    return new ProtocolErrorException(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, clause, explanation);
  }
}

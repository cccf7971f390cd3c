package io.whimbrel.codec;

import static io.whimbrel.codec.PropertyId.AUTHENTICATION_DATA;
import static io.whimbrel.codec.PropertyId.AUTHENTICATION_METHOD;

import org.jspecify.annotations.Nullable;

/**
 * Reads the properties of a packet or a Will, each held against the table in {@link PropertyId}.
 */
final class PropertiesDecoder {
  private PropertiesDecoder() {}

  /**
   * Reads Property Length and Properties.
   *
   * @param usersMax how many User Properties are accepted
   */
  static Properties read(ByteReader in, PropertyPlace place, int usersMax) {
    int length = in.readVarInt();
    if (length == 0) {
      return Properties.NONE;
    }
    int packetEnd = in.narrow(length);
    int from = in.position();
    int present = 0;
    int users = 0;
    while (in.remaining() > 0) {
      PropertyId id = readId(in, place);
      if ((present & id.bit()) != 0 && !id.mayRepeatIn(place)) {
        throw Faults.protocol("2.2.2.2", id + " stands more than once");
      }
      present |= id.bit();
      if (id == PropertyId.USER_PROPERTY && ++users > usersMax) {
        throw new ProtocolErrorException(
            ReasonCode.QUOTA_EXCEEDED, "2.2.2.2", "too many user properties");
      }
      passValue(in, id);
    }
    if ((present & AUTHENTICATION_DATA.bit()) != 0
        && (present & AUTHENTICATION_METHOD.bit()) == 0) {
      throw Faults.protocol("3.1.2.11.10", "authentication data without a method");
    }
    Properties properties = new Properties(present, in.copyFrom(from));
    in.widen(packetEnd);
    return properties;
  }

  private static PropertyId readId(ByteReader in, PropertyPlace place) {
    @Nullable PropertyId id = PropertyId.of(in.readVarInt());
    if (id == null) {
      throw Faults.malformed("2.2.2.2", "unknown property");
    }
    if (id.mayStandIn(place)) {
      return id;
    }
    if (id.mayStandIn(place.fromOtherSide())) {
      throw Faults.protocol(directionClause(id), id + " is not this side's to send");
    }
    // Not "valid for its packet type" is malformed by the words of 2.2.2.2.
    throw Faults.malformed("2.2.2.2", id + " cannot stand in " + place);
  }

  private static void passValue(ByteReader in, PropertyId id) {
    switch (id.type()) {
      case BYTE -> check(id, in.readByte());
      case TWO_BYTES -> check(id, in.readShort());
      case FOUR_BYTES -> check(id, in.readInt());
      case VARIABLE -> check(id, in.readVarInt());
      case TEXT -> {
        int from = in.readUtf8();
        if (id == PropertyId.RESPONSE_TOPIC) {
          checkResponseTopic(in, from);
        }
      }
      case BINARY -> in.readBlock();
      case TEXT_PAIR -> {
        in.readUtf8(); // [MQTT-1.5.7-1]
        in.readUtf8();
      }
    }
  }

  private static void check(PropertyId id, long value) {
    if (id.accepts(value)) {
      return;
    }
    if (id == PropertyId.TOPIC_ALIAS) {
      throw new ProtocolErrorException(
          ReasonCode.TOPIC_ALIAS_INVALID, "MQTT-3.3.2-8", "topic alias is 0");
    }
    throw Faults.protocol("2.2.2.2", id + " is out of its range");
  }

  private static void checkResponseTopic(ByteReader in, int from) {
    if (in.position() == from) {
      throw Faults.protocol("MQTT-4.7.3-1", "response topic is empty");
    }
    if (in.hasWildcardSince(from)) {
      throw Faults.protocol("MQTT-3.3.2-14", "response topic contains a wildcard");
    }
  }

  private static String directionClause(PropertyId id) {
    return switch (id) {
      case SUBSCRIPTION_IDENTIFIER -> "MQTT-3.3.4-6";
      case SESSION_EXPIRY_INTERVAL -> "MQTT-3.14.2-2";
      default -> "3.14.2.2.5"; // Server Reference
    };
  }
}

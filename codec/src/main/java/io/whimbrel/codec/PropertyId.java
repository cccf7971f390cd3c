package io.whimbrel.codec;

import static io.whimbrel.codec.PropertyPlace.AUTH;
import static io.whimbrel.codec.PropertyPlace.CLIENT_DISCONNECT;
import static io.whimbrel.codec.PropertyPlace.CLIENT_PUBLISH;
import static io.whimbrel.codec.PropertyPlace.CONNACK;
import static io.whimbrel.codec.PropertyPlace.CONNECT;
import static io.whimbrel.codec.PropertyPlace.PUBACK;
import static io.whimbrel.codec.PropertyPlace.PUBCOMP;
import static io.whimbrel.codec.PropertyPlace.PUBREC;
import static io.whimbrel.codec.PropertyPlace.PUBREL;
import static io.whimbrel.codec.PropertyPlace.SERVER_DISCONNECT;
import static io.whimbrel.codec.PropertyPlace.SERVER_PUBLISH;
import static io.whimbrel.codec.PropertyPlace.SUBACK;
import static io.whimbrel.codec.PropertyPlace.SUBSCRIBE;
import static io.whimbrel.codec.PropertyPlace.UNSUBACK;
import static io.whimbrel.codec.PropertyPlace.WILL;
import static io.whimbrel.codec.PropertyType.BINARY;
import static io.whimbrel.codec.PropertyType.BYTE;
import static io.whimbrel.codec.PropertyType.FOUR_BYTES;
import static io.whimbrel.codec.PropertyType.TEXT;
import static io.whimbrel.codec.PropertyType.TEXT_PAIR;
import static io.whimbrel.codec.PropertyType.TWO_BYTES;
import static io.whimbrel.codec.PropertyType.VARIABLE;

import org.jspecify.annotations.Nullable;

/**
 * The properties of MQTT 5.0 (2.2.2.2, table 2-4); names are the specification's. Each row: code,
 * data type, for integers the least and the greatest value, and the places it may stand in.
 */
public enum PropertyId {
  PAYLOAD_FORMAT_INDICATOR(0x01, BYTE, 0, 1, CLIENT_PUBLISH, SERVER_PUBLISH, WILL),
  MESSAGE_EXPIRY_INTERVAL(0x02, FOUR_BYTES, 0, 0xFFFF_FFFFL, CLIENT_PUBLISH, SERVER_PUBLISH, WILL),
  CONTENT_TYPE(0x03, TEXT, CLIENT_PUBLISH, SERVER_PUBLISH, WILL),
  RESPONSE_TOPIC(0x08, TEXT, CLIENT_PUBLISH, SERVER_PUBLISH, WILL),
  CORRELATION_DATA(0x09, BINARY, CLIENT_PUBLISH, SERVER_PUBLISH, WILL),
  SUBSCRIPTION_IDENTIFIER(0x0B, VARIABLE, 1, 268_435_455, SERVER_PUBLISH, SUBSCRIBE),
  SESSION_EXPIRY_INTERVAL(0x11, FOUR_BYTES, 0, 0xFFFF_FFFFL, CONNECT, CONNACK, CLIENT_DISCONNECT),
  ASSIGNED_CLIENT_IDENTIFIER(0x12, TEXT, CONNACK),
  SERVER_KEEP_ALIVE(0x13, TWO_BYTES, 0, 0xFFFF, CONNACK),
  AUTHENTICATION_METHOD(0x15, TEXT, CONNECT, CONNACK, AUTH),
  AUTHENTICATION_DATA(0x16, BINARY, CONNECT, CONNACK, AUTH),
  REQUEST_PROBLEM_INFORMATION(0x17, BYTE, 0, 1, CONNECT),
  WILL_DELAY_INTERVAL(0x18, FOUR_BYTES, 0, 0xFFFF_FFFFL, WILL),
  REQUEST_RESPONSE_INFORMATION(0x19, BYTE, 0, 1, CONNECT),
  RESPONSE_INFORMATION(0x1A, TEXT, CONNACK),
  SERVER_REFERENCE(0x1C, TEXT, CONNACK, SERVER_DISCONNECT),
  REASON_STRING(
      0x1F,
      TEXT,
      CONNACK,
      PUBACK,
      PUBREC,
      PUBREL,
      PUBCOMP,
      SUBACK,
      UNSUBACK,
      CLIENT_DISCONNECT,
      SERVER_DISCONNECT,
      AUTH),
  RECEIVE_MAXIMUM(0x21, TWO_BYTES, 1, 0xFFFF, CONNECT, CONNACK),
  TOPIC_ALIAS_MAXIMUM(0x22, TWO_BYTES, 0, 0xFFFF, CONNECT, CONNACK),
  TOPIC_ALIAS(0x23, TWO_BYTES, 1, 0xFFFF, CLIENT_PUBLISH, SERVER_PUBLISH),
  MAXIMUM_QOS(0x24, BYTE, 0, 1, CONNACK),
  RETAIN_AVAILABLE(0x25, BYTE, 0, 1, CONNACK),
  USER_PROPERTY(0x26, TEXT_PAIR, PropertyPlace.values()),
  MAXIMUM_PACKET_SIZE(0x27, FOUR_BYTES, 1, 0xFFFF_FFFFL, CONNECT, CONNACK),
  WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, BYTE, 0, 1, CONNACK),
  SUBSCRIPTION_IDENTIFIER_AVAILABLE(0x29, BYTE, 0, 1, CONNACK),
  SHARED_SUBSCRIPTION_AVAILABLE(0x2A, BYTE, 0, 1, CONNACK);

  private static final @Nullable PropertyId[] BY_CODE = new @Nullable PropertyId[0x2B];

  static {
    for (PropertyId id : values()) {
      BY_CODE[id.code] = id;
    }
  }

  private final int code;
  private final PropertyType type;
  private final long least;
  private final long greatest;
  private final int places;

  PropertyId(int code, PropertyType type, PropertyPlace... places) {
    this(code, type, 0, 0, places);
  }

  PropertyId(int code, PropertyType type, long least, long greatest, PropertyPlace... places) {
    this.code = code;
    this.type = type;
    this.least = least;
    this.greatest = greatest;
    int bits = 0;
    for (PropertyPlace place : places) {
      bits |= 1 << place.ordinal();
    }
    this.places = bits;
  }

  /** The identifier on the wire. */
  public int code() {
    return code;
  }

  /** The property of an identifier, or null where the specification names none. */
  static @Nullable PropertyId of(int code) {
    return code < BY_CODE.length ? BY_CODE[code] : null;
  }

  /** The property of an identifier that was checked before. */
  static PropertyId known(int code) {
    PropertyId id = of(code);
    if (id == null) {
      throw new IllegalStateException("no property has code " + code);
    }
    return id;
  }

  PropertyType type() {
    return type;
  }

  boolean mayStandIn(PropertyPlace place) {
    return (places & 1 << place.ordinal()) != 0;
  }

  /** All others stand at most once, or it is a Protocol Error (3.3.2.3.8, and at each property). */
  boolean mayRepeatIn(PropertyPlace place) {
    return this == USER_PROPERTY
        || (this == SUBSCRIPTION_IDENTIFIER && place == PropertyPlace.SERVER_PUBLISH);
  }

  /** Whether an integer property may have the value. */
  boolean accepts(long value) {
    return value >= least && value <= greatest;
  }

  /** This property's bit in a set of them. */
  int bit() {
    return 1 << ordinal();
  }
}

package io.whimbrel.codec;

/** The fifteen MQTT Control Packet types; the ordinal plus one is the type's number on the wire. */
public enum PacketType {
  CONNECT,
  CONNACK,
  PUBLISH,
  PUBACK,
  PUBREC,
  PUBREL,
  PUBCOMP,
  SUBSCRIBE,
  SUBACK,
  UNSUBSCRIBE,
  UNSUBACK,
  PINGREQ,
  PINGRESP,
  DISCONNECT,
  AUTH;

  /** The four-bit type number of the fixed header, 1 to 15. */
  public int number() {
    return ordinal() + 1;
  }
}

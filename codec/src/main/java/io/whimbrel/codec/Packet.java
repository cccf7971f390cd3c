package io.whimbrel.codec;

/** An MQTT Control Packet, as a value; what exists is valid for the version it was decoded in. */
public sealed interface Packet
    permits Connect,
        Connack,
        Publish,
        Puback,
        Pubrec,
        Pubrel,
        Pubcomp,
        Subscribe,
        Suback,
        Unsubscribe,
        Unsuback,
        Pingreq,
        Pingresp,
        Disconnect,
        Auth {
  /** The control packet type; dispatch with a switch expression over it. */
  PacketType type();
}

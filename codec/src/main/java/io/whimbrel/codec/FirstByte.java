package io.whimbrel.codec;

import io.whimbrel.codec.PacketDecoder.Sender;
import org.jspecify.annotations.Nullable;

/**
 * Judges the first byte of a packet, type and flags (2.1.2, 2.1.3), before anything else of it is
 * waited for: a peer that says what it may not say is told so at once.
 */
final class FirstByte {
  private static final int DUP = 0x08;
  private static final PacketType[] TYPES = PacketType.values();

  private FirstByte() {}

  /**
   * The type of the packet that begins with this byte.
   *
   * @param version null where a client has not sent CONNECT yet
   */
  static PacketType check(int first, Sender sender, @Nullable ProtocolVersion version) {
    int number = first >>> 4;
    if (number == 0) {
      throw Faults.malformed("2.1.2", "packet type 0 is reserved");
    }
    PacketType type = TYPES[number - 1];
    if (version == null) {
      if (type != PacketType.CONNECT) {
        // [3.1.1 MQTT-3.1.0-1]
        throw Faults.protocol("MQTT-3.1.0-1", "the first packet is not CONNECT");
      }
    } else {
      checkSender(type, sender, version);
    }
    checkFlags(type, first & 0x0F, version);
    return type;
  }

  private static void checkSender(PacketType type, Sender sender, ProtocolVersion version) {
    boolean client = sender == Sender.CLIENT;
    switch (type) {
      case CONNECT -> {
        if (client) {
          // [3.1.1 MQTT-3.1.0-2]
          throw Faults.protocol("MQTT-3.1.0-2", "a second CONNECT");
        }
        throw notYours(type);
      }
      case SUBSCRIBE, UNSUBSCRIBE, PINGREQ -> {
        if (!client) {
          throw notYours(type);
        }
      }
      case CONNACK, SUBACK, UNSUBACK, PINGRESP -> {
        if (client) {
          throw notYours(type);
        }
      }
      case DISCONNECT -> {
        if (!client && !version.isFive()) {
          throw notYours(type);
        }
      }
      case AUTH -> {
        if (!version.isFive()) {
          throw Faults.malformed("3.1.1 2.2.1", "packet type 15 is reserved");
        }
      }
      case PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP -> {}
    }
  }

  private static ProtocolErrorException notYours(PacketType type) {
    return Faults.protocol("2.1.2", type + " is not this side's to send");
  }

  private static void checkFlags(PacketType type, int flags, @Nullable ProtocolVersion version) {
    boolean fine =
        switch (type) {
          case PUBLISH -> {
            checkPublishFlags(flags, version);
            yield true;
          }
          case PUBREL, SUBSCRIBE, UNSUBSCRIBE ->
              // 3.1 lets DUP be set on these three when they are sent again (its section 2.1).
              flags == 0x02 || (flags == (DUP | 0x02) && version == ProtocolVersion.MQTT_3_1);
          default -> flags == 0;
        };
    if (!fine) {
      // [MQTT-3.6.1-1] [MQTT-3.8.1-1] [MQTT-3.10.1-1] [MQTT-3.14.1-1] [MQTT-3.15.1-1]
      // [3.1.1 MQTT-2.2.2-1] [3.1.1 MQTT-2.2.2-2] [3.1.1 MQTT-3.14.1-1]
      throw Faults.malformed(
          isFive(version) ? "MQTT-2.1.3-1" : "3.1.1 MQTT-2.2.2-2", "reserved flags of " + type);
    }
  }

  private static void checkPublishFlags(int flags, @Nullable ProtocolVersion version) {
    int qos = flags >>> 1 & 0x03;
    if (qos == 3) {
      throw Faults.malformed(
          isFive(version) ? "MQTT-3.3.1-4" : "3.1.1 MQTT-3.3.1-4", "QoS of a PUBLISH is 3");
    }
    if (qos == 0 && (flags & DUP) != 0) {
      throw Faults.malformed(
          isFive(version) ? "MQTT-3.3.1-2" : "3.1.1 MQTT-3.3.1-2", "DUP on a PUBLISH of QoS 0");
    }
  }

  private static boolean isFive(@Nullable ProtocolVersion version) {
    return version == null || version.isFive();
  }
}

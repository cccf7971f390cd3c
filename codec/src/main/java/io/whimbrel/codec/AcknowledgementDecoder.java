package io.whimbrel.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads PUBACK, PUBREC, PUBREL, PUBCOMP (3.4 to 3.7), SUBACK (3.9) and UNSUBACK (3.11). */
final class AcknowledgementDecoder {
  private AcknowledgementDecoder() {}

  /** Reads the four that belong to a PUBLISH: alike but for type and reason codes. */
  static Packet read(ByteReader in, PacketType type, ProtocolVersion version, int usersMax) {
    int packetId = in.readPacketId();
    ReasonCode reason = ReasonCode.SUCCESS;
    Properties properties = Properties.NONE;
    // 5.0 may leave out the Property Length, and before it the Reason Code (3.4.2.1, 3.4.2.2.1).
    if (version.isFive() && in.remaining() > 0) {
      reason = ReasonSets.read(in, reasons(type), clause(type));
      if (in.remaining() > 0) {
        properties = PropertiesDecoder.read(in, place(type), usersMax);
      }
    }
    return switch (type) {
      case PUBACK -> new Puback(packetId, reason, properties);
      case PUBREC -> new Pubrec(packetId, reason, properties);
      case PUBREL -> new Pubrel(packetId, reason, properties);
      case PUBCOMP -> new Pubcomp(packetId, reason, properties);
      default -> throw notHere(type);
    };
  }

  static Suback readSuback(ByteReader in, ProtocolVersion version, int usersMax) {
    int packetId = in.readPacketId();
    boolean five = version.isFive();
    Properties properties =
        five ? PropertiesDecoder.read(in, PropertyPlace.SUBACK, usersMax) : Properties.NONE;
    Set<ReasonCode> allowed = five ? ReasonSets.SUBACK : ReasonSets.SUBACK_3;
    String clause = five ? "MQTT-3.9.3-2" : "3.1.1 MQTT-3.9.3-2";
    return new Suback(packetId, readReasons(in, allowed, clause), properties);
  }

  static Unsuback readUnsuback(ByteReader in, ProtocolVersion version, int usersMax) {
    int packetId = in.readPacketId();
    if (!version.isFive()) {
      return new Unsuback(packetId, List.of(), Properties.NONE);
    }
    Properties properties = PropertiesDecoder.read(in, PropertyPlace.UNSUBACK, usersMax);
    List<ReasonCode> reasons = readReasons(in, ReasonSets.UNSUBACK, "MQTT-3.11.3-2");
    return new Unsuback(packetId, reasons, properties);
  }

  private static List<ReasonCode> readReasons(
      ByteReader in, Set<ReasonCode> allowed, String clause) {
    if (in.remaining() == 0) {
      throw Faults.protocol(clause, "acknowledgement of no filter");
    }
    List<ReasonCode> reasons = new ArrayList<>(in.remaining());
    while (in.remaining() > 0) {
      reasons.add(ReasonSets.read(in, allowed, clause));
    }
    return reasons;
  }

  private static Set<ReasonCode> reasons(PacketType type) {
    return type == PacketType.PUBACK || type == PacketType.PUBREC
        ? ReasonSets.RECEIVED
        : ReasonSets.RELEASED;
  }

  private static PropertyPlace place(PacketType type) {
    return switch (type) {
      case PUBACK -> PropertyPlace.PUBACK;
      case PUBREC -> PropertyPlace.PUBREC;
      case PUBREL -> PropertyPlace.PUBREL;
      case PUBCOMP -> PropertyPlace.PUBCOMP;
      default -> throw notHere(type);
    };
  }

  private static String clause(PacketType type) {
    return switch (type) {
      case PUBACK -> "MQTT-3.4.2-1";
      case PUBREC -> "MQTT-3.5.2-1";
      case PUBREL -> "MQTT-3.6.2-1";
      case PUBCOMP -> "MQTT-3.7.2-1";
      default -> throw notHere(type);
    };
  }

  private static IllegalStateException notHere(PacketType type) {
    return new IllegalStateException(type + " acknowledges no PUBLISH");
  }
}

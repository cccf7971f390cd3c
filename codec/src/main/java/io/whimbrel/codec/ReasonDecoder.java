package io.whimbrel.codec;

import io.whimbrel.codec.PacketDecoder.Sender;
import java.util.Set;

/** Reads the packets that say how it stands with the connection: CONNACK, DISCONNECT and AUTH. */
final class ReasonDecoder {
  private static final ReasonCode[] RETURN_CODES = {
    ReasonCode.SUCCESS,
    ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
    ReasonCode.SERVER_UNAVAILABLE,
    ReasonCode.BAD_USER_NAME_OR_PASSWORD,
    ReasonCode.NOT_AUTHORIZED
  };

  private ReasonDecoder() {}

  static Connack readConnack(ByteReader in, ProtocolVersion version, int usersMax) {
    int flags = in.readByte();
    if (version == ProtocolVersion.MQTT_3_1) {
      flags = 0; // 3.1 has a byte here that is not used
    }
    if (flags > 1) {
      throw Faults.malformed(
          version.isFive() ? "MQTT-3.2.2-1" : "3.1.1 3.2.2.1", "reserved flags of CONNACK");
    }
    ReasonCode reason =
        version.isFive() ? ReasonSets.read(in, ReasonSets.CONNACK, "MQTT-3.2.2-8") : returnCode(in);
    boolean sessionPresent = flags == 1;
    if (sessionPresent && reason != ReasonCode.SUCCESS) {
      throw Faults.protocol(
          version.isFive() ? "MQTT-3.2.2-6" : "3.1.1 MQTT-3.2.2-4", "session of a refused CONNECT");
    }
    Properties properties =
        version.isFive()
            ? PropertiesDecoder.read(in, PropertyPlace.CONNACK, usersMax)
            : Properties.NONE;
    return new Connack(sessionPresent, reason, properties);
  }

  static Disconnect readDisconnect(
      ByteReader in, ProtocolVersion version, Sender sender, int usersMax) {
    // 5.0 may leave out the Property Length, and before it the Reason Code (3.14.2.1, 3.14.2.2.1).
    if (!version.isFive() || in.remaining() == 0) {
      return new Disconnect(ReasonCode.SUCCESS, Properties.NONE);
    }
    Set<ReasonCode> allowed =
        sender == Sender.CLIENT ? ReasonSets.CLIENT_DISCONNECT : ReasonSets.SERVER_DISCONNECT;
    ReasonCode reason = ReasonSets.read(in, allowed, "MQTT-3.14.2-1");
    Properties properties =
        in.remaining() == 0
            ? Properties.NONE
            : PropertiesDecoder.read(in, PropertyPlace.disconnect(sender), usersMax);
    return new Disconnect(reason, properties);
  }

  static Auth readAuth(ByteReader in, Sender sender, int usersMax) {
    Set<ReasonCode> allowed =
        sender == Sender.CLIENT ? ReasonSets.CLIENT_AUTH : ReasonSets.SERVER_AUTH;
    if (in.remaining() == 0) {
      ReasonCode success = ReasonSets.check(ReasonCode.SUCCESS, allowed, "MQTT-3.15.2-1");
      return new Auth(success, Properties.NONE);
    }
    ReasonCode reason = ReasonSets.read(in, allowed, "MQTT-3.15.2-1");
    Properties properties = PropertiesDecoder.read(in, PropertyPlace.AUTH, usersMax);
    // 3.15.2.2.2 forbids leaving the method out, 3.15.2.1 lets a bare Success do so.
    boolean bare = reason == ReasonCode.SUCCESS && properties.isEmpty();
    if (!bare && !properties.has(PropertyId.AUTHENTICATION_METHOD)) {
      throw Faults.protocol("3.15.2.2.2", "AUTH without an authentication method");
    }
    return new Auth(reason, properties);
  }

  private static ReasonCode returnCode(ByteReader in) {
    int code = in.readByte();
    if (code >= RETURN_CODES.length) {
      throw Faults.protocol("3.1.1 3.2.2.3", "reserved return code");
    }
    return RETURN_CODES[code];
  }
}

package io.whimbrel.codec;

import org.jspecify.annotations.Nullable;

/** Writes the variable header and payload of CONNECT (3.1.2, 3.1.3). */
final class ConnectEncoder {
  private ConnectEncoder() {}

  static void write(Connect connect, ByteWriter out) {
    ProtocolVersion version = connect.version();
    @Nullable Will will = connect.will();
    @Nullable String userName = connect.userName();
    byte @Nullable [] password = connect.password();
    if (!version.isFive() && userName == null && password != null) {
      // [3.1.1 MQTT-3.1.2-22]
      throw new IllegalArgumentException("only 5.0 has a password without a user name");
    }
    out.putBlock(Utf8.encode(version.protocolName()));
    out.putByte(version.level());
    out.putByte(flags(connect));
    out.putShort(connect.keepAliveSeconds());
    if (version.isFive()) {
      PacketEncoder.putProperties(connect.properties(), out);
    }
    // The order of the payload is the order of these lines [MQTT-3.1.3-1].
    out.putBlock(Utf8.encode(connect.clientId()));
    if (will != null) {
      if (version.isFive()) {
        PacketEncoder.putProperties(will.properties(), out);
      }
      out.putBlock(will.topic().utf8());
      out.putBlock(will.payload());
    }
    if (userName != null) {
      out.putBlock(Utf8.encode(userName));
    }
    if (password != null) {
      out.putBlock(password);
    }
  }

  private static int flags(Connect connect) {
    int flags = connect.cleanStart() ? 0x02 : 0;
    @Nullable Will will = connect.will();
    if (will != null) {
      flags |= 0x04 | will.qos().number() << 3 | (will.retain() ? 0x20 : 0);
    }
    if (connect.password() != null) {
      flags |= 0x40;
    }
    if (connect.userName() != null) {
      flags |= 0x80;
    }
    return flags;
  }
}

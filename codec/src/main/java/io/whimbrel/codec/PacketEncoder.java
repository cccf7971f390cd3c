package io.whimbrel.codec;

/** Writes packets, in both directions and every version. Stateless. */
public final class PacketEncoder {
  private PacketEncoder() {}

  /**
   * Writes a whole packet, of several forms the shortest. What the version has no place for
   * (properties, reason codes) is left out; CONNECT is written in its own version.
   *
   * @return the number of bytes written
   * @throws IllegalArgumentException the packet holds what its version cannot say, such as a text
   *     of more than 65,535 bytes; nothing is written
   */
  public static int encode(Packet packet, ProtocolVersion version, ByteWriter out) {
    int start = out.size();
    try {
      if (packet instanceof Publish publish) {
        putPublish(publish, version, out);
      } else {
        out.putByte(firstByte(packet.type()));
        int mark = out.openLength();
        putBody(packet, version, out);
        out.closeLength(mark);
      }
    } catch (IllegalArgumentException unsayable) {
      out.truncate(start);
      throw unsayable;
    }
    return out.size() - start;
  }

  /** Writes Property Length and Properties [MQTT-2.2.2-1]. */
  static void putProperties(Properties properties, ByteWriter out) {
    byte[] wire = properties.wire();
    out.putVarInt(wire.length);
    out.putBytes(wire, 0, wire.length);
  }

  private static int firstByte(PacketType type) {
    // [MQTT-3.6.1-1] [MQTT-3.8.1-1] [MQTT-3.10.1-1]
    int flags =
        switch (type) {
          case PUBREL, SUBSCRIBE, UNSUBSCRIBE -> 0x02;
          default -> 0;
        };
    return type.number() << 4 | flags;
  }

  private static void putBody(Packet packet, ProtocolVersion version, ByteWriter out) {
    switch (packet.type()) {
      case CONNECT -> ConnectEncoder.write((Connect) packet, out);
      case CONNACK -> putConnack((Connack) packet, version, out);
      case PUBLISH -> throw new IllegalStateException("PUBLISH has a path of its own");
      case PUBACK -> {
        Puback ack = (Puback) packet;
        putAcknowledgement(ack.packetId(), ack.reason(), ack.properties(), version, out);
      }
      case PUBREC -> {
        Pubrec ack = (Pubrec) packet;
        putAcknowledgement(ack.packetId(), ack.reason(), ack.properties(), version, out);
      }
      case PUBREL -> {
        Pubrel ack = (Pubrel) packet;
        putAcknowledgement(ack.packetId(), ack.reason(), ack.properties(), version, out);
      }
      case PUBCOMP -> {
        Pubcomp ack = (Pubcomp) packet;
        putAcknowledgement(ack.packetId(), ack.reason(), ack.properties(), version, out);
      }
      case SUBSCRIBE -> putSubscribe((Subscribe) packet, version, out);
      case SUBACK -> putSuback((Suback) packet, version, out);
      case UNSUBSCRIBE -> putUnsubscribe((Unsubscribe) packet, version, out);
      case UNSUBACK -> putUnsuback((Unsuback) packet, version, out);
      case PINGREQ, PINGRESP -> {}
      case DISCONNECT -> putDisconnect((Disconnect) packet, version, out);
      case AUTH -> putAuth((Auth) packet, version, out);
    }
  }

  private static void putPublish(Publish publish, ProtocolVersion version, ByteWriter out) {
    PublishEncoder.putHead(
        out,
        version,
        PublishEncoder.firstByte(publish.dup(), publish.qos(), publish.retain()),
        publish.topic(),
        publish.qos() == Qos.AT_MOST_ONCE ? 0 : checked(publish.packetId()),
        publish.properties().wire().length,
        publish.payload().length);
    if (version.isFive()) {
      putProperties(publish.properties(), out);
    }
    out.putBytes(publish.payload(), 0, publish.payload().length);
  }

  private static void putConnack(Connack connack, ProtocolVersion version, ByteWriter out) {
    boolean flag = connack.sessionPresent() && version != ProtocolVersion.MQTT_3_1;
    out.putByte(flag ? 1 : 0);
    if (version.isFive()) {
      out.putByte(connack.reason().code());
      putProperties(connack.properties(), out);
    } else {
      out.putByte(returnCode(connack.reason()));
    }
  }

  /** The Connect Return Code of 3.x nearest to a reason (3.1.1, table 3.1). */
  private static int returnCode(ReasonCode reason) {
    return switch (reason) {
      case SUCCESS -> 0;
      case UNSUPPORTED_PROTOCOL_VERSION -> 1;
      case CLIENT_IDENTIFIER_NOT_VALID -> 2;
      case BAD_USER_NAME_OR_PASSWORD, BAD_AUTHENTICATION_METHOD -> 4;
      case NOT_AUTHORIZED, BANNED, TOPIC_NAME_INVALID, RETAIN_NOT_SUPPORTED, QOS_NOT_SUPPORTED -> 5;
      default -> 3; // server unavailable: for all that another attempt may change
    };
  }

  /** PUBACK and its kin; the short forms of 3.4.2.1 where nothing more is to be said. */
  private static void putAcknowledgement(
      int packetId,
      ReasonCode reason,
      Properties properties,
      ProtocolVersion version,
      ByteWriter out) {
    out.putShort(checked(packetId));
    if (version.isFive()) {
      putShortForm(reason, properties, out);
    }
  }

  private static void putShortForm(ReasonCode reason, Properties properties, ByteWriter out) {
    if (!properties.isEmpty()) {
      out.putByte(reason.code());
      putProperties(properties, out);
    } else if (reason != ReasonCode.SUCCESS) {
      out.putByte(reason.code());
    }
  }

  private static void putSubscribe(Subscribe subscribe, ProtocolVersion version, ByteWriter out) {
    out.putShort(checked(subscribe.packetId()));
    if (version.isFive()) {
      putProperties(subscribe.properties(), out);
    }
    for (SubscriptionRequest request : subscribe.requests()) {
      out.putBlock(request.filter().utf8());
      int options = request.qos().number();
      if (version.isFive()) {
        options |=
            (request.noLocal() ? 0x04 : 0)
                | (request.retainAsPublished() ? 0x08 : 0)
                | request.retainHandling().ordinal() << 4;
      }
      out.putByte(options);
    }
  }

  private static void putSuback(Suback suback, ProtocolVersion version, ByteWriter out) {
    out.putShort(checked(suback.packetId()));
    if (version.isFive()) {
      putProperties(suback.properties(), out);
    }
    for (ReasonCode reason : suback.reasons()) {
      // 3.1.1 has one code for every failure [3.1.1 MQTT-3.9.3-2].
      out.putByte(reason.isError() && !version.isFive() ? 0x80 : reason.code());
    }
  }

  private static void putUnsubscribe(
      Unsubscribe unsubscribe, ProtocolVersion version, ByteWriter out) {
    out.putShort(checked(unsubscribe.packetId()));
    if (version.isFive()) {
      putProperties(unsubscribe.properties(), out);
    }
    for (TopicFilter filter : unsubscribe.filters()) {
      out.putBlock(filter.utf8());
    }
  }

  private static void putUnsuback(Unsuback unsuback, ProtocolVersion version, ByteWriter out) {
    out.putShort(checked(unsuback.packetId()));
    if (version.isFive()) {
      putProperties(unsuback.properties(), out);
      for (ReasonCode reason : unsuback.reasons()) {
        out.putByte(reason.code());
      }
    }
  }

  private static void putDisconnect(
      Disconnect disconnect, ProtocolVersion version, ByteWriter out) {
    if (version.isFive()) {
      putShortForm(disconnect.reason(), disconnect.properties(), out);
    }
  }

  private static void putAuth(Auth auth, ProtocolVersion version, ByteWriter out) {
    if (!version.isFive()) {
      throw new IllegalArgumentException("only 5.0 has AUTH");
    }
    if (auth.reason() != ReasonCode.SUCCESS || !auth.properties().isEmpty()) {
      out.putByte(auth.reason().code());
      putProperties(auth.properties(), out);
    }
  }

  private static int checked(int packetId) {
    if (packetId < 1 || packetId > 0xFFFF) {
      throw new IllegalArgumentException("packet identifier " + packetId); // [MQTT-2.2.1-3]
    }
    return packetId;
  }
}

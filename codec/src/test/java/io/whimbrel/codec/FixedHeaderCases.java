package io.whimbrel.codec;

import static io.whimbrel.codec.ReasonCode.MALFORMED_PACKET;
import static io.whimbrel.codec.ReasonCode.PACKET_TOO_LARGE;
import static io.whimbrel.codec.ReasonCode.PROTOCOL_ERROR;
import static io.whimbrel.codec.WireCase.Speaker.CLIENT_3_1;
import static io.whimbrel.codec.WireCase.Speaker.CLIENT_3_1_1;
import static io.whimbrel.codec.WireCase.Speaker.CLIENT_5;
import static io.whimbrel.codec.WireCase.Speaker.OPENING;
import static io.whimbrel.codec.WireCase.Speaker.SERVER_3_1;
import static io.whimbrel.codec.WireCase.Speaker.SERVER_3_1_1;
import static io.whimbrel.codec.WireCase.Speaker.SERVER_5;
import static io.whimbrel.codec.WireCase.reads;
import static io.whimbrel.codec.WireCase.refuses;
import static io.whimbrel.codec.WireCase.says;

import java.util.List;

/** Type, flags and Remaining Length (2.1), of packets with nothing else in them too. */
final class FixedHeaderCases {
  static final List<WireCase> ALL =
      WireCase.table(
          refuses(
              List.of(OPENING, CLIENT_5, CLIENT_3_1_1),
              "packet type 0",
              MALFORMED_PACKET,
              "2.1.2",
              """
              00 00
              """),
          refuses(
              List.of(OPENING),
              "PUBLISH before CONNECT, known by its first byte [3.1.1 MQTT-3.1.0-1]",
              PROTOCOL_ERROR,
              "[MQTT-3.1.0-1]",
              """
              30
              """),
          refuses(
              List.of(OPENING),
              "CONNACK in place of CONNECT",
              PROTOCOL_ERROR,
              "[MQTT-3.1.0-1]",
              """
              20 02 00 00
              """),
          refuses(
              List.of(OPENING),
              "CONNECT with a flag in its first byte",
              MALFORMED_PACKET,
              "[MQTT-2.1.3-1]",
              """
              11
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1, CLIENT_3_1),
              "a second CONNECT [3.1.1 MQTT-3.1.0-2]",
              PROTOCOL_ERROR,
              "[MQTT-3.1.0-2]",
              """
              10
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "CONNACK from a client, which once crashed a broker",
              PROTOCOL_ERROR,
              "2.1.2",
              """
              20
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "SUBACK from a client",
              PROTOCOL_ERROR,
              "2.1.2",
              """
              90
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "UNSUBACK from a client",
              PROTOCOL_ERROR,
              "2.1.2",
              """
              B0
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "PINGRESP from a client",
              PROTOCOL_ERROR,
              "2.1.2",
              """
              D0
              """),
          refuses(
              List.of(SERVER_5, SERVER_3_1_1),
              "CONNECT from a server",
              PROTOCOL_ERROR,
              "2.1.2",
              """
              10
              """),
          refuses(
              List.of(SERVER_5, SERVER_3_1_1),
              "SUBSCRIBE from a server",
              PROTOCOL_ERROR,
              "2.1.2",
              """
              82
              """),
          refuses(
              List.of(SERVER_5, SERVER_3_1_1),
              "UNSUBSCRIBE from a server",
              PROTOCOL_ERROR,
              "2.1.2",
              """
              A2
              """),
          refuses(
              List.of(SERVER_5, SERVER_3_1_1),
              "PINGREQ from a server",
              PROTOCOL_ERROR,
              "2.1.2",
              """
              C0
              """),
          refuses(
              List.of(SERVER_3_1_1, SERVER_3_1),
              "DISCONNECT from a server of 3.x",
              PROTOCOL_ERROR,
              "2.1.2",
              """
              E0
              """),
          refuses(
              List.of(CLIENT_3_1_1, SERVER_3_1),
              "AUTH in 3.x",
              MALFORMED_PACKET,
              "3.1.1 2.2.1",
              """
              F0
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1, CLIENT_3_1, SERVER_5),
              "PUBACK with a flag",
              MALFORMED_PACKET,
              "[MQTT-2.1.3-1] or [3.1.1 MQTT-2.2.2-2]",
              """
              41 02 00 01
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "PUBREC with a flag",
              MALFORMED_PACKET,
              "[MQTT-2.1.3-1] or [3.1.1 MQTT-2.2.2-2]",
              """
              52 02 00 01
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "PUBREL without its flag [MQTT-3.6.1-1] [3.1.1 MQTT-3.6.1-1]",
              MALFORMED_PACKET,
              "[MQTT-2.1.3-1] or [3.1.1 MQTT-2.2.2-2]",
              """
              60 02 00 01
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "PUBREL with DUP, which 3.1 knew",
              MALFORMED_PACKET,
              "[MQTT-2.1.3-1] or [3.1.1 MQTT-2.2.2-2]",
              """
              6A 02 00 01
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "SUBSCRIBE without its flag [MQTT-3.8.1-1] [3.1.1 MQTT-3.8.1-1]",
              MALFORMED_PACKET,
              "[MQTT-2.1.3-1] or [3.1.1 MQTT-2.2.2-2]",
              """
              80
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "UNSUBSCRIBE without its flag [MQTT-3.10.1-1] [3.1.1 MQTT-3.10.1-1]",
              MALFORMED_PACKET,
              "[MQTT-2.1.3-1] or [3.1.1 MQTT-2.2.2-2]",
              """
              A0
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "PINGREQ with a flag [3.1.1 MQTT-2.2.2-1]",
              MALFORMED_PACKET,
              "[MQTT-2.1.3-1] or [3.1.1 MQTT-2.2.2-2]",
              """
              C1
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "DISCONNECT with a flag [MQTT-3.14.1-1] [3.1.1 MQTT-3.14.1-1]",
              MALFORMED_PACKET,
              "[MQTT-2.1.3-1] or [3.1.1 MQTT-2.2.2-2]",
              """
              E1
              """),
          refuses(
              List.of(CLIENT_5, SERVER_5),
              "AUTH with a flag [MQTT-3.15.1-1]",
              MALFORMED_PACKET,
              "[MQTT-2.1.3-1]",
              """
              F8
              """),
          says(
              List.of(CLIENT_5, CLIENT_3_1_1, CLIENT_3_1),
              "PINGREQ",
              """
              C0 00
              """,
              Pingreq.INSTANCE),
          says(
              List.of(SERVER_5, SERVER_3_1_1, SERVER_3_1),
              "PINGRESP",
              """
              D0 00
              """,
              Pingresp.INSTANCE),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "PINGREQ with a body",
              MALFORMED_PACKET,
              "2.1.4",
              """
              C0 01 00
              """),
          refuses(
              List.of(SERVER_5),
              "PINGRESP with a body",
              MALFORMED_PACKET,
              "2.1.4",
              """
              D0 01 00
              """),
          reads(
              List.of(CLIENT_3_1_1, CLIENT_3_1),
              "PINGREQ whose length takes four bytes, which 3.x does not forbid",
              """
              C0 80 80 80 00
              """,
              Pingreq.INSTANCE),
          refuses(
              List.of(CLIENT_5),
              "PINGREQ whose length takes two bytes",
              MALFORMED_PACKET,
              "[MQTT-1.5.5-1]",
              """
              C0 80 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1, SERVER_5),
              "remaining length of five bytes",
              MALFORMED_PACKET,
              "2.1.4",
              """
              30 80 80 80 80 01
              """),
          refuses(
              List.of(OPENING),
              "CONNECT with a remaining length of five bytes",
              MALFORMED_PACKET,
              "2.1.4",
              """
              10 FF FF FF FF 7F
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "a PUBLISH of 256 MB, of which only the header is there",
              PACKET_TOO_LARGE,
              "3.2.2.3.6",
              """
              30 FF FF FF 7F
              """));

  private FixedHeaderCases() {}
}

package io.whimbrel.codec;

import static io.whimbrel.codec.PropertyId.AUTHENTICATION_DATA;
import static io.whimbrel.codec.PropertyId.AUTHENTICATION_METHOD;
import static io.whimbrel.codec.PropertyId.MAXIMUM_PACKET_SIZE;
import static io.whimbrel.codec.PropertyId.RECEIVE_MAXIMUM;
import static io.whimbrel.codec.PropertyId.REQUEST_PROBLEM_INFORMATION;
import static io.whimbrel.codec.PropertyId.REQUEST_RESPONSE_INFORMATION;
import static io.whimbrel.codec.PropertyId.TOPIC_ALIAS_MAXIMUM;
import static io.whimbrel.codec.ProtocolVersion.MQTT_5;
import static io.whimbrel.codec.ReasonCode.MALFORMED_PACKET;
import static io.whimbrel.codec.ReasonCode.PROTOCOL_ERROR;
import static io.whimbrel.codec.WireCase.Speaker.CLIENT_5;
import static io.whimbrel.codec.WireCase.Speaker.OPENING;
import static io.whimbrel.codec.WireCase.Speaker.SERVER_5;
import static io.whimbrel.codec.WireCase.refuses;
import static io.whimbrel.codec.WireCase.says;

import java.util.List;

/** Properties (2.2.2): where they may stand, how often, and which values they may have. */
final class PropertyCases {
  static final List<WireCase> ALL =
      WireCase.table(
          refuses(
              List.of(OPENING),
              "Receive Maximum 0",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              10 11
              00 04 "MQTT" 05
              02 00 00
              03 21 00 00
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "Maximum Packet Size 0",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              10 13
              00 04 "MQTT" 05
              02 00 00
              05 27 00 00 00 00
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "Request Problem Information 2",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              10 10
              00 04 "MQTT" 05
              02 00 00
              02 17 02
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "Request Response Information 2",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              10 10
              00 04 "MQTT" 05
              02 00 00
              02 19 02
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "Session Expiry Interval twice",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              10 18
              00 04 "MQTT" 05
              02 00 00
              0A 11 00 00 00 01 11 00 00 00 01
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "Authentication Data without a method",
              PROTOCOL_ERROR,
              "3.1.2.11.10",
              """
              10 12
              00 04 "MQTT" 05
              02 00 00
              04 16 00 01 00
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "an unknown property",
              MALFORMED_PACKET,
              "2.2.2.2",
              """
              10 10
              00 04 "MQTT" 05
              02 00 00
              02 7F 00
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "property 0",
              MALFORMED_PACKET,
              "2.2.2.2",
              """
              10 10
              00 04 "MQTT" 05
              02 00 00
              02 00 00
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "an unknown property of two bytes",
              MALFORMED_PACKET,
              "2.2.2.2",
              """
              10 11
              00 04 "MQTT" 05
              02 00 00
              03 81 01 00
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "a known property in two bytes",
              MALFORMED_PACKET,
              "[MQTT-1.5.5-1]",
              """
              10 14
              00 04 "MQTT" 05
              02 00 00
              06 91 00 00 00 00 01
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "Topic Alias in CONNECT",
              MALFORMED_PACKET,
              "2.2.2.2",
              """
              10 11
              00 04 "MQTT" 05
              02 00 00
              03 23 00 01
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "Will Delay Interval beside the will",
              MALFORMED_PACKET,
              "2.2.2.2",
              """
              10 13
              00 04 "MQTT" 05
              02 00 00
              05 18 00 00 00 01
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "Server Keep Alive in CONNECT",
              MALFORMED_PACKET,
              "2.2.2.2",
              """
              10 11
              00 04 "MQTT" 05
              02 00 00
              03 13 00 01
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "Session Expiry Interval cut short",
              MALFORMED_PACKET,
              "2.1.4",
              """
              10 11
              00 04 "MQTT" 05
              02 00 00
              03 11 00 00
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "a User Property without a value",
              MALFORMED_PACKET,
              "2.1.4",
              """
              10 12
              00 04 "MQTT" 05
              02 00 00
              04 26 00 01 "k"
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "a User Property whose value is no UTF-8 [MQTT-1.5.7-1]",
              MALFORMED_PACKET,
              "[MQTT-1.5.4-1]",
              """
              10 15
              00 04 "MQTT" 05
              02 00 00
              07 26 00 01 "k" 00 01 80
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "a User Property whose name has U+0000 [MQTT-1.5.7-1]",
              MALFORMED_PACKET,
              "[MQTT-1.5.4-2]",
              """
              10 14
              00 04 "MQTT" 05
              02 00 00
              06 26 00 01 00 00 00
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "a property longer than the properties",
              MALFORMED_PACKET,
              "2.1.4",
              """
              10 12
              00 04 "MQTT" 05
              02 00 00
              04 15 00 09 "m"
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "a property length of five bytes",
              MALFORMED_PACKET,
              "1.5.5",
              """
              10 12
              00 04 "MQTT" 05
              02 00 00
              80 80 80 80 00
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "a property length in two bytes where one would do",
              MALFORMED_PACKET,
              "[MQTT-1.5.5-1]",
              """
              10 0F
              00 04 "MQTT" 05
              02 00 00
              80 00
              00 01 "c"
              """),
          says(
              List.of(OPENING),
              "CONNECT with all a client may ask for",
              """
              10 24
              00 04 "MQTT" 05
              02 00 00
              16 21 00 01 27 00 00 00 01 22 FF FF 17 00 19 01 15 00 01 "m" 16 00 00
              00 01 "c"
              """,
              new Connect(
                  MQTT_5,
                  true,
                  0,
                  Properties.builder()
                      .set(RECEIVE_MAXIMUM, 1)
                      .set(MAXIMUM_PACKET_SIZE, 1)
                      .set(TOPIC_ALIAS_MAXIMUM, 65_535)
                      .set(REQUEST_PROBLEM_INFORMATION, 0)
                      .set(REQUEST_RESPONSE_INFORMATION, 1)
                      .set(AUTHENTICATION_METHOD, "m")
                      .set(AUTHENTICATION_DATA, new byte[0])
                      .build(),
                  "c",
                  null,
                  null,
                  null)),
          refuses(
              List.of(OPENING),
              "a will with a Session Expiry Interval",
              MALFORMED_PACKET,
              "2.2.2.2",
              """
              10 19
              00 04 "MQTT" 05
              06 00 00 00
              00 01 "c"
              05 11 00 00 00 01
              00 01 "w" 00 00
              """),
          refuses(
              List.of(OPENING),
              "a will with a Topic Alias",
              MALFORMED_PACKET,
              "2.2.2.2",
              """
              10 17
              00 04 "MQTT" 05
              06 00 00 00
              00 01 "c"
              03 23 00 01
              00 01 "w" 00 00
              """),
          refuses(
              List.of(OPENING),
              "a will with Payload Format Indicator 2, a leak once",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              10 16
              00 04 "MQTT" 05
              06 00 00 00
              00 01 "c"
              02 01 02
              00 01 "w" 00 00
              """),
          refuses(
              List.of(OPENING),
              "a will with Will Delay Interval twice",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              10 1E
              00 04 "MQTT" 05
              06 00 00 00
              00 01 "c"
              0A 18 00 00 00 01 18 00 00 00 02
              00 01 "w" 00 00
              """),
          refuses(
              List.of(OPENING),
              "a will whose Response Topic has a wildcard",
              PROTOCOL_ERROR,
              "[MQTT-3.3.2-14]",
              """
              10 18
              00 04 "MQTT" 05
              06 00 00 00
              00 01 "c"
              04 08 00 01 "+"
              00 01 "w" 00 00
              """),
          refuses(
              List.of(OPENING),
              "a will with an unknown property",
              MALFORMED_PACKET,
              "2.2.2.2",
              """
              10 16
              00 04 "MQTT" 05
              06 00 00 00
              00 01 "c"
              02 04 00
              00 01 "w" 00 00
              """),
          refuses(
              List.of(CLIENT_5, SERVER_5),
              "Payload Format Indicator 2",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              30 06
              00 01 "a"
              02 01 02
              """),
          refuses(
              List.of(CLIENT_5, SERVER_5),
              "Topic Alias twice",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              30 0A
              00 01 "a"
              06 23 00 01 23 00 01
              """),
          refuses(
              List.of(CLIENT_5, SERVER_5),
              "Content Type twice",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              30 0A
              00 01 "a"
              06 03 00 00 03 00 00
              """),
          refuses(
              List.of(CLIENT_5, SERVER_5),
              "Server Reference in PUBLISH",
              MALFORMED_PACKET,
              "2.2.2.2",
              """
              30 08
              00 01 "a"
              04 1C 00 01 "s"
              """),
          refuses(
              List.of(CLIENT_5, SERVER_5),
              "Reason String in PUBLISH",
              MALFORMED_PACKET,
              "2.2.2.2",
              """
              30 08
              00 01 "a"
              04 1F 00 01 "s"
              """),
          refuses(
              List.of(SERVER_5),
              "Maximum QoS 2",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              20 05
              00 00
              02 24 02
              """),
          refuses(
              List.of(SERVER_5),
              "Retain Available 2",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              20 05
              00 00
              02 25 02
              """),
          refuses(
              List.of(SERVER_5),
              "Wildcard Subscription Available 2",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              20 05
              00 00
              02 28 02
              """),
          refuses(
              List.of(SERVER_5),
              "Subscription Identifier Available 2",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              20 05
              00 00
              02 29 02
              """),
          refuses(
              List.of(SERVER_5),
              "Shared Subscription Available 2",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              20 05
              00 00
              02 2A 02
              """),
          refuses(
              List.of(SERVER_5),
              "Receive Maximum 0 of a server",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              20 06
              00 00
              03 21 00 00
              """),
          refuses(
              List.of(SERVER_5),
              "Maximum Packet Size 0 of a server",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              20 08
              00 00
              05 27 00 00 00 00
              """),
          refuses(
              List.of(SERVER_5),
              "Assigned Client Identifier twice",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              20 0B
              00 00
              08 12 00 01 "c" 12 00 01 "c"
              """),
          refuses(
              List.of(SERVER_5),
              "Request Problem Information in CONNACK",
              MALFORMED_PACKET,
              "2.2.2.2",
              """
              20 05
              00 00
              02 17 00
              """));

  private PropertyCases() {}
}

package io.whimbrel.codec;

import static io.whimbrel.codec.PropertyId.REASON_STRING;
import static io.whimbrel.codec.ReasonCode.MALFORMED_PACKET;
import static io.whimbrel.codec.ReasonCode.NO_MATCHING_SUBSCRIBERS;
import static io.whimbrel.codec.ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
import static io.whimbrel.codec.ReasonCode.PROTOCOL_ERROR;
import static io.whimbrel.codec.ReasonCode.QUOTA_EXCEEDED;
import static io.whimbrel.codec.ReasonCode.SUCCESS;
import static io.whimbrel.codec.WireCase.Speaker.CLIENT_3_1;
import static io.whimbrel.codec.WireCase.Speaker.CLIENT_3_1_1;
import static io.whimbrel.codec.WireCase.Speaker.CLIENT_5;
import static io.whimbrel.codec.WireCase.Speaker.SERVER_3_1;
import static io.whimbrel.codec.WireCase.Speaker.SERVER_5;
import static io.whimbrel.codec.WireCase.reads;
import static io.whimbrel.codec.WireCase.refuses;
import static io.whimbrel.codec.WireCase.says;

import java.util.List;

/** PUBACK, PUBREC, PUBREL and PUBCOMP (3.4 to 3.7). */
final class AcknowledgementCases {
  static final List<WireCase> ALL =
      WireCase.table(
          says(
              List.of(CLIENT_5, SERVER_5, CLIENT_3_1_1, SERVER_3_1),
              "PUBACK",
              """
              40 02 12 34
              """,
              new Puback(0x1234, SUCCESS)),
          says(
              List.of(CLIENT_5),
              "PUBACK with a reason and no properties",
              """
              40 03 00 01 10
              """,
              new Puback(1, NO_MATCHING_SUBSCRIBERS)),
          says(
              List.of(SERVER_5),
              "PUBACK with a Reason String",
              """
              40 08 00 01 10
              04 1F 00 01 "r"
              """,
              new Puback(
                  1,
                  NO_MATCHING_SUBSCRIBERS,
                  Properties.builder().set(REASON_STRING, "r").build())),
          reads(
              List.of(CLIENT_5),
              "PUBACK with a reason that could be left out",
              """
              40 03 00 01 00
              """,
              new Puback(1, SUCCESS)),
          reads(
              List.of(CLIENT_5),
              "PUBACK with a property length that could be left out",
              """
              40 04 00 01 00 00
              """,
              new Puback(1, SUCCESS)),
          refuses(
              List.of(CLIENT_5),
              "PUBACK of packet identifier 0",
              PROTOCOL_ERROR,
              "[MQTT-2.2.1-3]",
              """
              40 02 00 00
              """),
          refuses(
              List.of(CLIENT_3_1_1),
              "PUBACK of packet identifier 0",
              PROTOCOL_ERROR,
              "[3.1.1 MQTT-2.3.1-1]",
              """
              40 02 00 00
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBACK with a reason of another packet",
              PROTOCOL_ERROR,
              "[MQTT-3.4.2-1]",
              """
              40 03 00 01 8E
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBACK with a reason nobody knows",
              PROTOCOL_ERROR,
              "[MQTT-3.4.2-1]",
              """
              40 03 00 01 7F
              """),
          refuses(
              List.of(CLIENT_3_1_1, CLIENT_3_1),
              "PUBACK of 3.x with a reason",
              MALFORMED_PACKET,
              "2.1.4",
              """
              40 03 00 01 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "PUBACK of one byte",
              MALFORMED_PACKET,
              "2.1.4",
              """
              40 01 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "PUBACK of no bytes",
              MALFORMED_PACKET,
              "2.1.4",
              """
              40 00
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBACK with bytes behind its properties",
              MALFORMED_PACKET,
              "2.1.4",
              """
              40 05 00 01 00 00 00
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBACK with a property of PUBLISH",
              MALFORMED_PACKET,
              "2.2.2.2",
              """
              40 06 00 01 00 02 01 00
              """),
          says(
              List.of(CLIENT_5, SERVER_5, CLIENT_3_1_1, SERVER_3_1),
              "PUBREC",
              """
              50 02 12 34
              """,
              new Pubrec(0x1234, SUCCESS)),
          says(
              List.of(CLIENT_5),
              "PUBREC with a reason and no properties",
              """
              50 03 00 01 97
              """,
              new Pubrec(1, QUOTA_EXCEEDED)),
          says(
              List.of(SERVER_5),
              "PUBREC with a Reason String",
              """
              50 08 00 01 97
              04 1F 00 01 "r"
              """,
              new Pubrec(1, QUOTA_EXCEEDED, Properties.builder().set(REASON_STRING, "r").build())),
          reads(
              List.of(CLIENT_5),
              "PUBREC with a reason that could be left out",
              """
              50 03 00 01 00
              """,
              new Pubrec(1, SUCCESS)),
          reads(
              List.of(CLIENT_5),
              "PUBREC with a property length that could be left out",
              """
              50 04 00 01 00 00
              """,
              new Pubrec(1, SUCCESS)),
          refuses(
              List.of(CLIENT_5),
              "PUBREC of packet identifier 0",
              PROTOCOL_ERROR,
              "[MQTT-2.2.1-3]",
              """
              50 02 00 00
              """),
          refuses(
              List.of(CLIENT_3_1_1),
              "PUBREC of packet identifier 0",
              PROTOCOL_ERROR,
              "[3.1.1 MQTT-2.3.1-1]",
              """
              50 02 00 00
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBREC with a reason of another packet",
              PROTOCOL_ERROR,
              "[MQTT-3.5.2-1]",
              """
              50 03 00 01 8E
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBREC with a reason nobody knows",
              PROTOCOL_ERROR,
              "[MQTT-3.5.2-1]",
              """
              50 03 00 01 7F
              """),
          refuses(
              List.of(CLIENT_3_1_1, CLIENT_3_1),
              "PUBREC of 3.x with a reason",
              MALFORMED_PACKET,
              "2.1.4",
              """
              50 03 00 01 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "PUBREC of one byte",
              MALFORMED_PACKET,
              "2.1.4",
              """
              50 01 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "PUBREC of no bytes",
              MALFORMED_PACKET,
              "2.1.4",
              """
              50 00
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBREC with bytes behind its properties",
              MALFORMED_PACKET,
              "2.1.4",
              """
              50 05 00 01 00 00 00
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBREC with a property of PUBLISH",
              MALFORMED_PACKET,
              "2.2.2.2",
              """
              50 06 00 01 00 02 01 00
              """),
          says(
              List.of(CLIENT_5, SERVER_5, CLIENT_3_1_1, SERVER_3_1),
              "PUBREL",
              """
              62 02 12 34
              """,
              new Pubrel(0x1234, SUCCESS)),
          says(
              List.of(CLIENT_5),
              "PUBREL with a reason and no properties",
              """
              62 03 00 01 92
              """,
              new Pubrel(1, PACKET_IDENTIFIER_NOT_FOUND)),
          says(
              List.of(SERVER_5),
              "PUBREL with a Reason String",
              """
              62 08 00 01 92
              04 1F 00 01 "r"
              """,
              new Pubrel(
                  1,
                  PACKET_IDENTIFIER_NOT_FOUND,
                  Properties.builder().set(REASON_STRING, "r").build())),
          reads(
              List.of(CLIENT_5),
              "PUBREL with a reason that could be left out",
              """
              62 03 00 01 00
              """,
              new Pubrel(1, SUCCESS)),
          reads(
              List.of(CLIENT_5),
              "PUBREL with a property length that could be left out",
              """
              62 04 00 01 00 00
              """,
              new Pubrel(1, SUCCESS)),
          refuses(
              List.of(CLIENT_5),
              "PUBREL of packet identifier 0",
              PROTOCOL_ERROR,
              "[MQTT-2.2.1-3]",
              """
              62 02 00 00
              """),
          refuses(
              List.of(CLIENT_3_1_1),
              "PUBREL of packet identifier 0",
              PROTOCOL_ERROR,
              "[3.1.1 MQTT-2.3.1-1]",
              """
              62 02 00 00
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBREL with a reason of another packet",
              PROTOCOL_ERROR,
              "[MQTT-3.6.2-1]",
              """
              62 03 00 01 8E
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBREL with a reason nobody knows",
              PROTOCOL_ERROR,
              "[MQTT-3.6.2-1]",
              """
              62 03 00 01 7F
              """),
          refuses(
              List.of(CLIENT_3_1_1, CLIENT_3_1),
              "PUBREL of 3.x with a reason",
              MALFORMED_PACKET,
              "2.1.4",
              """
              62 03 00 01 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "PUBREL of one byte",
              MALFORMED_PACKET,
              "2.1.4",
              """
              62 01 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "PUBREL of no bytes",
              MALFORMED_PACKET,
              "2.1.4",
              """
              62 00
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBREL with bytes behind its properties",
              MALFORMED_PACKET,
              "2.1.4",
              """
              62 05 00 01 00 00 00
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBREL with a property of PUBLISH",
              MALFORMED_PACKET,
              "2.2.2.2",
              """
              62 06 00 01 00 02 01 00
              """),
          says(
              List.of(CLIENT_5, SERVER_5, CLIENT_3_1_1, SERVER_3_1),
              "PUBCOMP",
              """
              70 02 12 34
              """,
              new Pubcomp(0x1234, SUCCESS)),
          says(
              List.of(CLIENT_5),
              "PUBCOMP with a reason and no properties",
              """
              70 03 00 01 92
              """,
              new Pubcomp(1, PACKET_IDENTIFIER_NOT_FOUND)),
          says(
              List.of(SERVER_5),
              "PUBCOMP with a Reason String",
              """
              70 08 00 01 92
              04 1F 00 01 "r"
              """,
              new Pubcomp(
                  1,
                  PACKET_IDENTIFIER_NOT_FOUND,
                  Properties.builder().set(REASON_STRING, "r").build())),
          reads(
              List.of(CLIENT_5),
              "PUBCOMP with a reason that could be left out",
              """
              70 03 00 01 00
              """,
              new Pubcomp(1, SUCCESS)),
          reads(
              List.of(CLIENT_5),
              "PUBCOMP with a property length that could be left out",
              """
              70 04 00 01 00 00
              """,
              new Pubcomp(1, SUCCESS)),
          refuses(
              List.of(CLIENT_5),
              "PUBCOMP of packet identifier 0",
              PROTOCOL_ERROR,
              "[MQTT-2.2.1-3]",
              """
              70 02 00 00
              """),
          refuses(
              List.of(CLIENT_3_1_1),
              "PUBCOMP of packet identifier 0",
              PROTOCOL_ERROR,
              "[3.1.1 MQTT-2.3.1-1]",
              """
              70 02 00 00
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBCOMP with a reason of another packet",
              PROTOCOL_ERROR,
              "[MQTT-3.7.2-1]",
              """
              70 03 00 01 8E
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBCOMP with a reason nobody knows",
              PROTOCOL_ERROR,
              "[MQTT-3.7.2-1]",
              """
              70 03 00 01 7F
              """),
          refuses(
              List.of(CLIENT_3_1_1, CLIENT_3_1),
              "PUBCOMP of 3.x with a reason",
              MALFORMED_PACKET,
              "2.1.4",
              """
              70 03 00 01 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "PUBCOMP of one byte",
              MALFORMED_PACKET,
              "2.1.4",
              """
              70 01 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "PUBCOMP of no bytes",
              MALFORMED_PACKET,
              "2.1.4",
              """
              70 00
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBCOMP with bytes behind its properties",
              MALFORMED_PACKET,
              "2.1.4",
              """
              70 05 00 01 00 00 00
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBCOMP with a property of PUBLISH",
              MALFORMED_PACKET,
              "2.2.2.2",
              """
              70 06 00 01 00 02 01 00
              """),
          reads(
              List.of(CLIENT_3_1),
              "PUBREL of 3.1 that is sent again",
              """
              6A 02 00 01
              """,
              new Pubrel(1, SUCCESS)));

  private AcknowledgementCases() {}
}

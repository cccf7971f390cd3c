package io.whimbrel.codec;

import static io.whimbrel.codec.PropertyId.ASSIGNED_CLIENT_IDENTIFIER;
import static io.whimbrel.codec.PropertyId.AUTHENTICATION_DATA;
import static io.whimbrel.codec.PropertyId.AUTHENTICATION_METHOD;
import static io.whimbrel.codec.PropertyId.MAXIMUM_PACKET_SIZE;
import static io.whimbrel.codec.PropertyId.MAXIMUM_QOS;
import static io.whimbrel.codec.PropertyId.REASON_STRING;
import static io.whimbrel.codec.PropertyId.RECEIVE_MAXIMUM;
import static io.whimbrel.codec.PropertyId.RESPONSE_INFORMATION;
import static io.whimbrel.codec.PropertyId.RETAIN_AVAILABLE;
import static io.whimbrel.codec.PropertyId.SERVER_KEEP_ALIVE;
import static io.whimbrel.codec.PropertyId.SERVER_REFERENCE;
import static io.whimbrel.codec.PropertyId.SESSION_EXPIRY_INTERVAL;
import static io.whimbrel.codec.PropertyId.SHARED_SUBSCRIPTION_AVAILABLE;
import static io.whimbrel.codec.PropertyId.SUBSCRIPTION_IDENTIFIER_AVAILABLE;
import static io.whimbrel.codec.PropertyId.TOPIC_ALIAS_MAXIMUM;
import static io.whimbrel.codec.PropertyId.WILDCARD_SUBSCRIPTION_AVAILABLE;
import static io.whimbrel.codec.ReasonCode.BAD_USER_NAME_OR_PASSWORD;
import static io.whimbrel.codec.ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
import static io.whimbrel.codec.ReasonCode.CONTINUE_AUTHENTICATION;
import static io.whimbrel.codec.ReasonCode.DISCONNECT_WITH_WILL;
import static io.whimbrel.codec.ReasonCode.MALFORMED_PACKET;
import static io.whimbrel.codec.ReasonCode.NOT_AUTHORIZED;
import static io.whimbrel.codec.ReasonCode.PROTOCOL_ERROR;
import static io.whimbrel.codec.ReasonCode.REAUTHENTICATE;
import static io.whimbrel.codec.ReasonCode.SERVER_MOVED;
import static io.whimbrel.codec.ReasonCode.SERVER_UNAVAILABLE;
import static io.whimbrel.codec.ReasonCode.SUCCESS;
import static io.whimbrel.codec.ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
import static io.whimbrel.codec.WireCase.Speaker.CLIENT_3_1;
import static io.whimbrel.codec.WireCase.Speaker.CLIENT_3_1_1;
import static io.whimbrel.codec.WireCase.Speaker.CLIENT_5;
import static io.whimbrel.codec.WireCase.Speaker.SERVER_3_1;
import static io.whimbrel.codec.WireCase.Speaker.SERVER_3_1_1;
import static io.whimbrel.codec.WireCase.Speaker.SERVER_5;
import static io.whimbrel.codec.WireCase.reads;
import static io.whimbrel.codec.WireCase.refuses;
import static io.whimbrel.codec.WireCase.says;

import java.util.List;

/** CONNACK (3.2), DISCONNECT (3.14) and AUTH (3.15): how it stands with the connection. */
final class ReasonCases {
  static final List<WireCase> ALL =
      WireCase.table(
          says(
              List.of(SERVER_5),
              "CONNACK with all a server may say",
              """
              20 3B          # CONNACK
              01 00          # session present
              38
              11 00 00 00 00 # Session Expiry Interval
              21 00 0A       # Receive Maximum
              24 01          # Maximum QoS
              25 00          # Retain Available
              27 00 01 00 00 # Maximum Packet Size
              12 00 01 "c"   # Assigned Client Identifier
              22 00 10       # Topic Alias Maximum
              1F 00 01 "r"   # Reason String
              26 00 01 "k" 00 01 "v"
              28 01 29 01 2A 00
              13 00 3C       # Server Keep Alive
              1A 00 01 "i"   # Response Information
              1C 00 01 "s"   # Server Reference
              15 00 01 "m"   # Authentication Method
              """,
              new Connack(
                  true,
                  SUCCESS,
                  Properties.builder()
                      .set(SESSION_EXPIRY_INTERVAL, 0)
                      .set(RECEIVE_MAXIMUM, 10)
                      .set(MAXIMUM_QOS, 1)
                      .set(RETAIN_AVAILABLE, 0)
                      .set(MAXIMUM_PACKET_SIZE, 65_536)
                      .set(ASSIGNED_CLIENT_IDENTIFIER, "c")
                      .set(TOPIC_ALIAS_MAXIMUM, 16)
                      .set(REASON_STRING, "r")
                      .user("k", "v")
                      .set(WILDCARD_SUBSCRIPTION_AVAILABLE, 1)
                      .set(SUBSCRIPTION_IDENTIFIER_AVAILABLE, 1)
                      .set(SHARED_SUBSCRIPTION_AVAILABLE, 0)
                      .set(SERVER_KEEP_ALIVE, 60)
                      .set(RESPONSE_INFORMATION, "i")
                      .set(SERVER_REFERENCE, "s")
                      .set(AUTHENTICATION_METHOD, "m")
                      .build())),
          says(
              List.of(SERVER_5),
              "CONNACK that refuses",
              """
              20 03 00 87 00
              """,
              new Connack(false, NOT_AUTHORIZED, Properties.NONE)),
          says(
              List.of(SERVER_3_1_1),
              "CONNACK of 3.1.1 with a session",
              """
              20 02 01 00
              """,
              new Connack(true, SUCCESS, Properties.NONE)),
          says(
              List.of(SERVER_3_1_1, SERVER_3_1),
              "CONNACK with return code 1",
              """
              20 02 00 01
              """,
              new Connack(false, UNSUPPORTED_PROTOCOL_VERSION, Properties.NONE)),
          says(
              List.of(SERVER_3_1_1, SERVER_3_1),
              "CONNACK with return code 2",
              """
              20 02 00 02
              """,
              new Connack(false, CLIENT_IDENTIFIER_NOT_VALID, Properties.NONE)),
          says(
              List.of(SERVER_3_1_1, SERVER_3_1),
              "CONNACK with return code 3",
              """
              20 02 00 03
              """,
              new Connack(false, SERVER_UNAVAILABLE, Properties.NONE)),
          says(
              List.of(SERVER_3_1_1, SERVER_3_1),
              "CONNACK with return code 4",
              """
              20 02 00 04
              """,
              new Connack(false, BAD_USER_NAME_OR_PASSWORD, Properties.NONE)),
          says(
              List.of(SERVER_3_1_1, SERVER_3_1),
              "CONNACK with return code 5",
              """
              20 02 00 05
              """,
              new Connack(false, NOT_AUTHORIZED, Properties.NONE)),
          reads(
              List.of(SERVER_3_1),
              "CONNACK of 3.1, whose first byte is not used",
              """
              20 02 FF 00
              """,
              new Connack(false, SUCCESS, Properties.NONE)),
          refuses(
              List.of(SERVER_3_1_1),
              "CONNACK with return code 6",
              PROTOCOL_ERROR,
              "3.1.1 3.2.2.3",
              """
              20 02 00 06
              """),
          refuses(
              List.of(SERVER_5),
              "CONNACK with a reason of DISCONNECT",
              PROTOCOL_ERROR,
              "[MQTT-3.2.2-8]",
              """
              20 03 00 8E 00
              """),
          refuses(
              List.of(SERVER_5),
              "CONNACK with a reserved flag",
              MALFORMED_PACKET,
              "[MQTT-3.2.2-1]",
              """
              20 03 02 00 00
              """),
          refuses(
              List.of(SERVER_3_1_1),
              "CONNACK with a reserved flag",
              MALFORMED_PACKET,
              "3.1.1 3.2.2.1",
              """
              20 02 02 00
              """),
          refuses(
              List.of(SERVER_5),
              "CONNACK that refuses and has a session",
              PROTOCOL_ERROR,
              "[MQTT-3.2.2-6]",
              """
              20 03 01 87 00
              """),
          refuses(
              List.of(SERVER_3_1_1),
              "CONNACK that refuses and has a session",
              PROTOCOL_ERROR,
              "[3.1.1 MQTT-3.2.2-4]",
              """
              20 02 01 05
              """),
          refuses(
              List.of(SERVER_5),
              "CONNACK of 5.0 without properties [MQTT-2.2.2-1]",
              MALFORMED_PACKET,
              "2.1.4",
              """
              20 02 00 00
              """),
          refuses(
              List.of(SERVER_3_1_1),
              "CONNACK of 3.1.1 with more",
              MALFORMED_PACKET,
              "2.1.4",
              """
              20 03 00 00 00
              """),
          says(
              List.of(CLIENT_5, SERVER_5, CLIENT_3_1_1, CLIENT_3_1),
              "DISCONNECT",
              """
              E0 00
              """,
              new Disconnect(SUCCESS, Properties.NONE)),
          says(
              List.of(CLIENT_5),
              "DISCONNECT that wants the will published",
              """
              E0 01 04
              """,
              new Disconnect(DISCONNECT_WITH_WILL, Properties.NONE)),
          says(
              List.of(CLIENT_5),
              "DISCONNECT that changes the Session Expiry Interval",
              """
              E0 07 00 05
              11 00 00 00 00
              """,
              new Disconnect(
                  SUCCESS, Properties.builder().set(SESSION_EXPIRY_INTERVAL, 0).build())),
          says(
              List.of(SERVER_5),
              "DISCONNECT of a server that says where to go",
              """
              E0 06 9D
              04 1C 00 01 "s"
              """,
              new Disconnect(
                  SERVER_MOVED, Properties.builder().set(SERVER_REFERENCE, "s").build())),
          reads(
              List.of(CLIENT_5),
              "DISCONNECT with all that could be left out",
              """
              E0 02 00 00
              """,
              new Disconnect(SUCCESS, Properties.NONE)),
          refuses(
              List.of(SERVER_5),
              "DISCONNECT of a server that wants the will published",
              PROTOCOL_ERROR,
              "[MQTT-3.14.2-1]",
              """
              E0 01 04
              """),
          refuses(
              List.of(CLIENT_5),
              "DISCONNECT of a client that takes the session over",
              PROTOCOL_ERROR,
              "[MQTT-3.14.2-1]",
              """
              E0 01 8E
              """),
          refuses(
              List.of(CLIENT_5, SERVER_5),
              "DISCONNECT with a reason nobody knows",
              PROTOCOL_ERROR,
              "[MQTT-3.14.2-1]",
              """
              E0 01 55
              """),
          refuses(
              List.of(SERVER_5),
              "Session Expiry Interval in a server's DISCONNECT",
              PROTOCOL_ERROR,
              "[MQTT-3.14.2-2]",
              """
              E0 07 8B 05 11 00 00 00 00
              """),
          refuses(
              List.of(CLIENT_5),
              "Server Reference in a client's DISCONNECT",
              PROTOCOL_ERROR,
              "3.14.2.2.5",
              """
              E0 06 00
              04 1C 00 01 "s"
              """),
          refuses(
              List.of(CLIENT_3_1_1),
              "DISCONNECT of 3.1.1 with a reason",
              MALFORMED_PACKET,
              "2.1.4",
              """
              E0 01 00
              """),
          refuses(
              List.of(CLIENT_5),
              "DISCONNECT with bytes behind its properties",
              MALFORMED_PACKET,
              "2.1.4",
              """
              E0 03 00 00 00
              """),
          says(
              List.of(CLIENT_5),
              "AUTH that goes on",
              """
              F0 0A 18
              08
              15 00 01 "m"
              16 00 01 07
              """,
              new Auth(
                  CONTINUE_AUTHENTICATION,
                  Properties.builder()
                      .set(AUTHENTICATION_METHOD, "m")
                      .set(AUTHENTICATION_DATA, new byte[] {7})
                      .build())),
          says(
              List.of(CLIENT_5),
              "AUTH that begins again",
              """
              F0 06 19
              04 15 00 01 "m"
              """,
              new Auth(
                  REAUTHENTICATE, Properties.builder().set(AUTHENTICATION_METHOD, "m").build())),
          says(
              List.of(SERVER_5),
              "AUTH of a server that is content",
              """
              F0 00
              """,
              new Auth(SUCCESS, Properties.NONE)),
          refuses(
              List.of(CLIENT_5),
              "AUTH of a client that is content",
              PROTOCOL_ERROR,
              "[MQTT-3.15.2-1]",
              """
              F0 00
              """),
          refuses(
              List.of(SERVER_5),
              "AUTH of a server that begins again",
              PROTOCOL_ERROR,
              "[MQTT-3.15.2-1]",
              """
              F0 06 19
              04 15 00 01 "m"
              """),
          refuses(
              List.of(CLIENT_5),
              "AUTH without a method",
              PROTOCOL_ERROR,
              "3.15.2.2.2",
              """
              F0 02 18 00
              """),
          refuses(
              List.of(CLIENT_5),
              "AUTH with data and no method",
              PROTOCOL_ERROR,
              "3.1.2.11.10",
              """
              F0 05 18 03 16 00 00
              """),
          refuses(
              List.of(CLIENT_5),
              "AUTH that ends before its properties",
              MALFORMED_PACKET,
              "2.1.4",
              """
              F0 01 18
              """));

  private ReasonCases() {}
}

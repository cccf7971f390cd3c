package io.whimbrel.codec;

import static io.whimbrel.codec.PropertyId.PAYLOAD_FORMAT_INDICATOR;
import static io.whimbrel.codec.PropertyId.SESSION_EXPIRY_INTERVAL;
import static io.whimbrel.codec.PropertyId.WILL_DELAY_INTERVAL;
import static io.whimbrel.codec.ProtocolVersion.MQTT_3_1;
import static io.whimbrel.codec.ProtocolVersion.MQTT_3_1_1;
import static io.whimbrel.codec.ProtocolVersion.MQTT_5;
import static io.whimbrel.codec.ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
import static io.whimbrel.codec.ReasonCode.MALFORMED_PACKET;
import static io.whimbrel.codec.ReasonCode.TOPIC_NAME_INVALID;
import static io.whimbrel.codec.ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
import static io.whimbrel.codec.WireCase.Speaker.OPENING;
import static io.whimbrel.codec.WireCase.reads;
import static io.whimbrel.codec.WireCase.refuses;
import static io.whimbrel.codec.WireCase.says;

import java.util.List;

/** CONNECT (3.1), which opens a connection in one of three versions. */
final class ConnectCases {
  static final List<WireCase> ALL =
      WireCase.table(
          says(
              List.of(OPENING),
              "the least CONNECT of 5.0",
              """
              10 0D          # CONNECT
              00 04 "MQTT" 05
              02 00 3C       # Clean Start, Keep Alive 60 s
              00             # no properties
              00 00          # no client identifier: assign me one
              """,
              new Connect(MQTT_5, true, 60, Properties.NONE, "", null, null, null)),
          says(
              List.of(OPENING),
              "a full CONNECT of 5.0",
              """
              10 2B          # CONNECT
              00 04 "MQTT" 05
              F4 00 0A       # user name, password, will retained at QoS 2
              05             # properties
              11 00 00 00 3C # Session Expiry Interval 60 s
              00 01 "c"
              07             # Will Properties
              18 00 00 00 05 # Will Delay Interval 5 s
              01 01          # the will's payload is text
              00 03 "w/t" 00 03 "bye"
              00 01 "u" 00 01 "p"
              """,
              new Connect(
                  MQTT_5,
                  false,
                  10,
                  Properties.builder().set(SESSION_EXPIRY_INTERVAL, 60).build(),
                  "c",
                  new Will(
                      TopicName.of("w/t"),
                      WireCase.bytes("\"bye\""),
                      Qos.EXACTLY_ONCE,
                      true,
                      Properties.builder()
                          .set(WILL_DELAY_INTERVAL, 5)
                          .set(PAYLOAD_FORMAT_INDICATOR, 1)
                          .build()),
                  "u",
                  WireCase.bytes("\"p\""))),
          says(
              List.of(OPENING),
              "CONNECT of 5.0 with a password and no user name",
              """
              10 11          # CONNECT
              00 04 "MQTT" 05
              40 00 00
              00
              00 01 "c" 00 01 "p"
              """,
              new Connect(
                  MQTT_5, false, 0, Properties.NONE, "c", null, null, WireCase.bytes("\"p\""))),
          says(
              List.of(OPENING),
              "CONNECT of 3.1.1",
              """
              10 17          # CONNECT
              00 04 "MQTT" 04
              C6 FF FF       # user name, password, will at QoS 0, Clean Session
              00 01 "c"
              00 01 "w" 00 00
              00 01 "u" 00 00
              """,
              new Connect(
                  MQTT_3_1_1,
                  true,
                  65_535,
                  Properties.NONE,
                  "c",
                  new Will(
                      TopicName.of("w"), new byte[0], Qos.AT_MOST_ONCE, false, Properties.NONE),
                  "u",
                  new byte[0])),
          says(
              List.of(OPENING),
              "CONNECT of 3.1.1 without identifier, for the core to judge",
              """
              10 0C          # CONNECT
              00 04 "MQTT" 04
              00 00 00
              00 00
              """,
              new Connect(MQTT_3_1_1, false, 0, Properties.NONE, "", null, null, null)),
          says(
              List.of(OPENING),
              "CONNECT of 3.1",
              """
              10 0F          # CONNECT
              00 06 "MQIsdp" 03
              02 00 01
              00 01 "c"
              """,
              new Connect(MQTT_3_1, true, 1, Properties.NONE, "c", null, null, null)),
          reads(
              List.of(OPENING),
              "CONNECT of 3.1 with flags for a user name and a password that are left out",
              """
              10 0F          # CONNECT
              00 06 "MQIsdp" 03
              C2 00 01
              00 01 "c"
              """,
              new Connect(MQTT_3_1, true, 1, Properties.NONE, "c", null, null, null)),
          reads(
              List.of(OPENING),
              "CONNECT of 3.1 with the password left out",
              """
              10 12          # CONNECT
              00 06 "MQIsdp" 03
              C2 00 01
              00 01 "c" 00 01 "u"
              """,
              new Connect(MQTT_3_1, true, 1, Properties.NONE, "c", null, "u", null)),
          reads(
              List.of(OPENING),
              "CONNECT of 3.1 with bits set that 3.1 calls unused",
              """
              10 0F          # CONNECT
              00 06 "MQIsdp" 03
              2B 00 01       # retain and QoS 1 of no will, reserved bit
              00 01 "c"
              """,
              new Connect(MQTT_3_1, true, 1, Properties.NONE, "c", null, null, null)),
          reads(
              List.of(OPENING),
              "CONNECT of a 3.1.1 bridge, which sets the high bit of the level",
              """
              10 0D          # CONNECT
              00 04 "MQTT" 84
              02 00 00
              00 01 "c"
              """,
              new Connect(MQTT_3_1_1, true, 0, Properties.NONE, "c", null, null, null)),
          reads(
              List.of(OPENING),
              "CONNECT of a 3.1 bridge",
              """
              10 0F          # CONNECT
              00 06 "MQIsdp" 83
              02 00 00
              00 01 "c"
              """,
              new Connect(MQTT_3_1, true, 0, Properties.NONE, "c", null, null, null)),
          reads(
              List.of(OPENING),
              "CONNECT of 3.1.1 with its length in two bytes where one would do",
              """
              10 8D 00       # CONNECT
              00 04 "MQTT" 04
              02 00 00
              00 01 "c"
              """,
              new Connect(MQTT_3_1_1, true, 0, Properties.NONE, "c", null, null, null)),
          refuses(
              List.of(OPENING),
              "CONNECT of 5.0 with its length in two bytes where one would do",
              MALFORMED_PACKET,
              "[MQTT-1.5.5-1]",
              """
              10 8E 00       # CONNECT
              00 04 "MQTT" 05
              02 00 00 00
              00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "an unknown protocol name [3.1.1 MQTT-3.1.2-1]",
              UNSUPPORTED_PROTOCOL_VERSION,
              "[MQTT-3.1.2-1]",
              """
              10 0D
              00 04 "mqtt" 05
              02 00 00 00 00 00
              """),
          refuses(
              List.of(OPENING),
              "an empty protocol name",
              UNSUPPORTED_PROTOCOL_VERSION,
              "[MQTT-3.1.2-1]",
              """
              10 09
              00 00 05
              02 00 00 00 00 00
              """),
          refuses(
              List.of(OPENING),
              "a version to come [3.1.1 MQTT-3.1.2-2]",
              UNSUPPORTED_PROTOCOL_VERSION,
              "[MQTT-3.1.2-2]",
              """
              10 0D
              00 04 "MQTT" 06
              02 00 00 00 00 00
              """),
          refuses(
              List.of(OPENING),
              "level 3 under the new name",
              UNSUPPORTED_PROTOCOL_VERSION,
              "[MQTT-3.1.2-2]",
              """
              10 0C
              00 04 "MQTT" 03
              02 00 00 00 00
              """),
          refuses(
              List.of(OPENING),
              "level 4 under the old name",
              UNSUPPORTED_PROTOCOL_VERSION,
              "[MQTT-3.1.2-2]",
              """
              10 0E
              00 06 "MQIsdp" 04
              02 00 00 00 00
              """),
          refuses(
              List.of(OPENING),
              "a bridge bit in 5.0",
              UNSUPPORTED_PROTOCOL_VERSION,
              "[MQTT-3.1.2-2]",
              """
              10 0D
              00 04 "MQTT" 85
              02 00 00 00 00 00
              """),
          refuses(
              List.of(OPENING),
              "the reserved flag of CONNECT",
              MALFORMED_PACKET,
              "[MQTT-3.1.2-3]",
              """
              10 0D
              00 04 "MQTT" 05
              03 00 00 00 00 00
              """),
          refuses(
              List.of(OPENING),
              "the reserved flag of CONNECT in 3.1.1",
              MALFORMED_PACKET,
              "[3.1.1 MQTT-3.1.2-3]",
              """
              10 0C
              00 04 "MQTT" 04
              03 00 00 00 00
              """),
          refuses(
              List.of(OPENING),
              "QoS of a will without a will",
              MALFORMED_PACKET,
              "[MQTT-3.1.2-11]",
              """
              10 0D
              00 04 "MQTT" 05
              0A 00 00 00 00 00
              """),
          refuses(
              List.of(OPENING),
              "QoS of a will without a will in 3.1.1 [3.1.1 MQTT-3.1.2-11]",
              MALFORMED_PACKET,
              "[3.1.1 MQTT-3.1.2-13]",
              """
              10 0C
              00 04 "MQTT" 04
              0A 00 00 00 00
              """),
          refuses(
              List.of(OPENING),
              "a will of QoS 3",
              MALFORMED_PACKET,
              "[MQTT-3.1.2-12]",
              """
              10 13
              00 04 "MQTT" 05
              1E 00 00 00 00 00 00 00 01 "w" 00 00
              """),
          refuses(
              List.of(OPENING),
              "a will of QoS 3 in 3.1.1",
              MALFORMED_PACKET,
              "[3.1.1 MQTT-3.1.2-14]",
              """
              10 11
              00 04 "MQTT" 04
              1E 00 00 00 00 00 01 "w" 00 00
              """),
          refuses(
              List.of(OPENING),
              "a retained will without a will",
              MALFORMED_PACKET,
              "[MQTT-3.1.2-13]",
              """
              10 0D
              00 04 "MQTT" 05
              22 00 00 00 00 00
              """),
          refuses(
              List.of(OPENING),
              "a retained will without a will in 3.1.1",
              MALFORMED_PACKET,
              "[3.1.1 MQTT-3.1.2-15]",
              """
              10 0C
              00 04 "MQTT" 04
              22 00 00 00 00
              """),
          refuses(
              List.of(OPENING),
              "a will that is not there [MQTT-3.1.2-9] [3.1.1 MQTT-3.1.2-9]",
              MALFORMED_PACKET,
              "2.1.4",
              """
              10 0E
              00 04 "MQTT" 05
              06 00 00 00 00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "a user name that is not there [MQTT-3.1.2-17]",
              MALFORMED_PACKET,
              "2.1.4",
              """
              10 0E
              00 04 "MQTT" 05
              82 00 00 00 00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "a user name that is not there in 3.1.1 [3.1.1 MQTT-3.1.2-19]",
              MALFORMED_PACKET,
              "2.1.4",
              """
              10 0D
              00 04 "MQTT" 04
              82 00 00 00 01 "c"
              """),
          refuses(
              List.of(OPENING),
              "a user name without its flag [MQTT-3.1.2-16] [3.1.1 MQTT-3.1.2-18]",
              MALFORMED_PACKET,
              "2.1.4",
              """
              10 10
              00 04 "MQTT" 04
              02 00 00 00 01 "c" 00 01 "u"
              """),
          refuses(
              List.of(OPENING),
              "a password that is not there [MQTT-3.1.2-19]",
              MALFORMED_PACKET,
              "2.1.4",
              """
              10 11
              00 04 "MQTT" 05
              C2 00 00 00 00 01 "c" 00 01 "u"
              """),
          refuses(
              List.of(OPENING),
              "a password that is not there in 3.1.1 [3.1.1 MQTT-3.1.2-21]",
              MALFORMED_PACKET,
              "2.1.4",
              """
              10 10
              00 04 "MQTT" 04
              C2 00 00 00 01 "c" 00 01 "u"
              """),
          refuses(
              List.of(OPENING),
              "a password without its flag [MQTT-3.1.2-18] [3.1.1 MQTT-3.1.2-20]",
              MALFORMED_PACKET,
              "2.1.4",
              """
              10 13
              00 04 "MQTT" 04
              82 00 00 00 01 "c" 00 01 "u" 00 01 "p"
              """),
          refuses(
              List.of(OPENING),
              "a password without a user name in 3.1.1",
              MALFORMED_PACKET,
              "[3.1.1 MQTT-3.1.2-22]",
              """
              10 10
              00 04 "MQTT" 04
              42 00 00 00 01 "c" 00 01 "p"
              """),
          refuses(
              List.of(OPENING),
              "a password without a user name in 3.1",
              MALFORMED_PACKET,
              "[3.1.1 MQTT-3.1.2-22]",
              """
              10 12
              00 06 "MQIsdp" 03
              42 00 00 00 01 "c" 00 01 "p"
              """),
          refuses(
              List.of(OPENING),
              "no client identifier in 3.1",
              CLIENT_IDENTIFIER_NOT_VALID,
              "3.1 3.1",
              """
              10 0E
              00 06 "MQIsdp" 03
              02 00 00 00 00
              """),
          refuses(
              List.of(OPENING),
              "no room for the client identifier [MQTT-3.1.3-3] [3.1.1 MQTT-3.1.3-3]",
              MALFORMED_PACKET,
              "2.1.4",
              """
              10 0A
              00 04 "MQTT" 04
              02 00 00
              """),
          refuses(
              List.of(OPENING),
              "CONNECT that ends before its level",
              MALFORMED_PACKET,
              "2.1.4",
              """
              10 06 00 04 "MQTT"
              """),
          refuses(
              List.of(OPENING),
              "CONNECT of no bytes",
              MALFORMED_PACKET,
              "2.1.4",
              """
              10 00
              """),
          refuses(
              List.of(OPENING),
              "a will to a wildcard",
              TOPIC_NAME_INVALID,
              "[MQTT-3.3.2-2]",
              """
              10 16
              00 04 "MQTT" 05
              06 00 00 00 00 01 "c" 00 00 03 "w/#" 00 00
              """),
          refuses(
              List.of(OPENING),
              "a will to no topic",
              TOPIC_NAME_INVALID,
              "[MQTT-4.7.3-1]",
              """
              10 13
              00 04 "MQTT" 05
              06 00 00 00 00 01 "c" 00 00 00 00 00
              """));

  private ConnectCases() {}
}

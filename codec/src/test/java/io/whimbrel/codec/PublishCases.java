package io.whimbrel.codec;

import static io.whimbrel.codec.PropertyId.CONTENT_TYPE;
import static io.whimbrel.codec.PropertyId.CORRELATION_DATA;
import static io.whimbrel.codec.PropertyId.MESSAGE_EXPIRY_INTERVAL;
import static io.whimbrel.codec.PropertyId.PAYLOAD_FORMAT_INDICATOR;
import static io.whimbrel.codec.PropertyId.RESPONSE_TOPIC;
import static io.whimbrel.codec.PropertyId.TOPIC_ALIAS;
import static io.whimbrel.codec.ReasonCode.MALFORMED_PACKET;
import static io.whimbrel.codec.ReasonCode.PROTOCOL_ERROR;
import static io.whimbrel.codec.ReasonCode.TOPIC_ALIAS_INVALID;
import static io.whimbrel.codec.ReasonCode.TOPIC_NAME_INVALID;
import static io.whimbrel.codec.WireCase.Speaker.CLIENT_3_1;
import static io.whimbrel.codec.WireCase.Speaker.CLIENT_3_1_1;
import static io.whimbrel.codec.WireCase.Speaker.CLIENT_5;
import static io.whimbrel.codec.WireCase.Speaker.SERVER_3_1;
import static io.whimbrel.codec.WireCase.Speaker.SERVER_3_1_1;
import static io.whimbrel.codec.WireCase.Speaker.SERVER_5;
import static io.whimbrel.codec.WireCase.refuses;
import static io.whimbrel.codec.WireCase.says;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** PUBLISH (3.3), from clients and from servers. */
final class PublishCases {
  static final List<WireCase> ALL =
      WireCase.table(
          says(
              List.of(CLIENT_5),
              "PUBLISH of QoS 0",
              """
              30 08          # PUBLISH
              00 03 "a/b"
              00             # no properties
              "hi"
              """,
              publish(false, 0, false, "a/b", 0, Properties.NONE, "hi")),
          says(
              List.of(CLIENT_3_1_1, CLIENT_3_1, SERVER_3_1_1),
              "PUBLISH of QoS 0 in 3.x",
              """
              30 07          # PUBLISH
              00 03 "a/b"
              "hi"
              """,
              publish(false, 0, false, "a/b", 0, Properties.NONE, "hi")),
          says(
              List.of(CLIENT_5, SERVER_5),
              "PUBLISH of QoS 1, sent again, retained, with nothing in it",
              """
              3B 06          # PUBLISH, DUP, QoS 1, RETAIN
              00 01 "a"
              FF FF          # packet identifier
              00
              """,
              publish(true, 1, true, "a", 65_535, Properties.NONE, "")),
          says(
              List.of(CLIENT_3_1_1, SERVER_3_1),
              "PUBLISH of QoS 2 in 3.x",
              """
              34 06          # PUBLISH, QoS 2
              00 01 "/"
              00 01
              "x"
              """,
              publish(false, 2, false, "/", 1, Properties.NONE, "x")),
          says(
              List.of(CLIENT_5),
              "PUBLISH with all a publisher may say",
              """
              32 2A          # PUBLISH, QoS 1
              00 01 "a" 00 07
              23             # properties
              01 01          # text
              02 00 00 00 1E # expires in 30 s
              23 00 05       # Topic Alias 5
              08 00 01 "r"   # Response Topic
              09 00 02 FF 00 # Correlation Data
              26 00 01 "k" 00 01 "v"
              26 00 01 "k" 00 00
              03 00 00       # Content Type
              "x"
              """,
              publish(
                  false,
                  1,
                  false,
                  "a",
                  7,
                  Properties.builder()
                      .set(PAYLOAD_FORMAT_INDICATOR, 1)
                      .set(MESSAGE_EXPIRY_INTERVAL, 30)
                      .set(TOPIC_ALIAS, 5)
                      .set(RESPONSE_TOPIC, "r")
                      .set(CORRELATION_DATA, WireCase.bytes("FF 00"))
                      .user("k", "v")
                      .user("k", "")
                      .set(CONTENT_TYPE, "")
                      .build(),
                  "x")),
          says(
              List.of(SERVER_5),
              "PUBLISH to a subscriber with two subscription identifiers",
              """
              30 0B          # PUBLISH
              00 01 "a"
              07
              0B 01          # Subscription Identifier 1
              0B FF FF FF 7F # Subscription Identifier 268,435,455
              """,
              publish(
                  false,
                  0,
                  false,
                  "a",
                  0,
                  Properties.builder()
                      .subscriptionIdentifier(1)
                      .subscriptionIdentifier(268_435_455)
                      .build(),
                  "")),
          says(
              List.of(CLIENT_5, SERVER_5),
              "PUBLISH to a Topic Alias",
              """
              30 06          # PUBLISH
              00 00
              03 23 00 01    # Topic Alias 1
              """,
              publish(
                  false, 0, false, null, 0, Properties.builder().set(TOPIC_ALIAS, 1).build(), "")),
          says(
              List.of(CLIENT_5),
              "PUBLISH to a topic outside $SYS that begins with a dollar",
              """
              30 05
              00 02 "$x" 00
              """,
              publish(false, 0, false, "$x", 0, Properties.NONE, "")),
          refuses(
              List.of(CLIENT_5, SERVER_5),
              "PUBLISH of QoS 3",
              MALFORMED_PACKET,
              "[MQTT-3.3.1-4]",
              """
              36
              """),
          refuses(
              List.of(CLIENT_3_1_1, SERVER_3_1_1),
              "PUBLISH of QoS 3",
              MALFORMED_PACKET,
              "[3.1.1 MQTT-3.3.1-4]",
              """
              36
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "PUBLISH of QoS 0 with DUP",
              MALFORMED_PACKET,
              "[MQTT-3.3.1-2] or [3.1.1 MQTT-3.3.1-2]",
              """
              38
              """),
          refuses(
              List.of(CLIENT_5, SERVER_5),
              "PUBLISH of QoS 1 with packet identifier 0 [MQTT-2.2.1-4]",
              PROTOCOL_ERROR,
              "[MQTT-2.2.1-3]",
              """
              32 06
              00 01 "a" 00 00 00
              """),
          refuses(
              List.of(CLIENT_3_1_1),
              "PUBLISH of QoS 2 with packet identifier 0",
              PROTOCOL_ERROR,
              "[3.1.1 MQTT-2.3.1-1]",
              """
              34 05
              00 01 "a" 00 00
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBLISH to no topic and no alias, which once crashed a broker",
              PROTOCOL_ERROR,
              "3.3.2.1",
              """
              30 04
              00 00 00 "x"
              """),
          refuses(
              List.of(CLIENT_3_1_1, CLIENT_3_1),
              "PUBLISH to no topic in 3.x",
              MALFORMED_PACKET,
              "[3.1.1 MQTT-4.7.3-1]",
              """
              30 03
              00 00 "x"
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBLISH with Topic Alias 0",
              TOPIC_ALIAS_INVALID,
              "[MQTT-3.3.2-8]",
              """
              30 07
              00 01 "a" 03 23 00 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "PUBLISH to a wildcard [3.1.1 MQTT-3.3.2-2] [MQTT-4.7.0-1]",
              TOPIC_NAME_INVALID,
              "[MQTT-3.3.2-2]",
              """
              30 06
              00 03 "a/+" 00
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBLISH with a hash within a level",
              TOPIC_NAME_INVALID,
              "[MQTT-3.3.2-2]",
              """
              30 06
              00 03 "a#b" 00
              """),
          refuses(
              List.of(CLIENT_5),
              "a subscription identifier from a client",
              PROTOCOL_ERROR,
              "[MQTT-3.3.4-6]",
              """
              30 06
              00 01 "a" 02 0B 01
              """),
          refuses(
              List.of(CLIENT_5),
              "a Response Topic with a wildcard",
              PROTOCOL_ERROR,
              "[MQTT-3.3.2-14]",
              """
              30 0A
              00 01 "a" 06 08 00 03 "r/#"
              """),
          refuses(
              List.of(CLIENT_5),
              "an empty Response Topic",
              PROTOCOL_ERROR,
              "[MQTT-4.7.3-1]",
              """
              30 07
              00 01 "a" 03 08 00 00
              """),
          refuses(
              List.of(CLIENT_5),
              "a Response Topic that is no UTF-8 [MQTT-3.3.2-13]",
              MALFORMED_PACKET,
              "[MQTT-1.5.4-1]",
              """
              30 08
              00 01 "a" 04 08 00 01 FF
              """),
          refuses(
              List.of(CLIENT_5),
              "a Content Type that is no UTF-8 [MQTT-3.3.2-19]",
              MALFORMED_PACKET,
              "[MQTT-1.5.4-1]",
              """
              30 08
              00 01 "a" 04 03 00 01 FF
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "a topic that is no UTF-8 [MQTT-3.3.2-1] [3.1.1 MQTT-3.3.2-1]",
              MALFORMED_PACKET,
              "[MQTT-1.5.4-1] or [3.1.1 MQTT-1.5.3-1]",
              """
              30 04
              00 01 FF 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "a topic longer than the packet",
              MALFORMED_PACKET,
              "2.1.4",
              """
              30 05
              00 04 "a" 00 00
              """),
          refuses(
              List.of(CLIENT_5),
              "PUBLISH of 5.0 that ends before its properties [MQTT-2.2.2-1]",
              MALFORMED_PACKET,
              "2.1.4",
              """
              30 03
              00 01 "a"
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1),
              "PUBLISH of QoS 1 that ends in its packet identifier",
              MALFORMED_PACKET,
              "2.1.4",
              """
              32 04
              00 01 "a" 01
              """),
          refuses(
              List.of(CLIENT_5),
              "properties longer than the packet",
              MALFORMED_PACKET,
              "2.1.4",
              """
              30 06
              00 01 "a" 05 01 00
              """));

  private PublishCases() {}

  private static Publish publish(
      boolean dup,
      int qos,
      boolean retain,
      String topic,
      int packetId,
      Properties properties,
      String payload) {
    return new Publish(
        dup,
        Qos.of(qos),
        retain,
        topic == null ? TopicName.NONE : TopicName.of(topic),
        packetId,
        properties,
        payload.getBytes(StandardCharsets.UTF_8));
  }
}

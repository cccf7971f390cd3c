package io.whimbrel.codec;

import static io.whimbrel.codec.ReasonCode.MALFORMED_PACKET;
import static io.whimbrel.codec.WireCase.Speaker.CLIENT_3_1;
import static io.whimbrel.codec.WireCase.Speaker.CLIENT_3_1_1;
import static io.whimbrel.codec.WireCase.Speaker.CLIENT_5;
import static io.whimbrel.codec.WireCase.Speaker.OPENING;
import static io.whimbrel.codec.WireCase.refuses;
import static io.whimbrel.codec.WireCase.says;

import java.util.List;

/** UTF-8 Encoded Strings (1.5.4), good and bad, in the places clients write them. */
final class StringCases {
  static final List<WireCase> ALL =
      WireCase.table(
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1, CLIENT_3_1),
              "a topic with U+0000",
              MALFORMED_PACKET,
              "[MQTT-1.5.4-2] or [3.1.1 MQTT-1.5.3-2]",
              """
              32 0C
              00 07 "topic-" 00
              00 01 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1, CLIENT_3_1),
              "a topic with U+0000 in the two bytes of modified UTF-8",
              MALFORMED_PACKET,
              "[MQTT-1.5.4-1] or [3.1.1 MQTT-1.5.3-1]",
              """
              32 0D
              00 08 "topic-" C0 80
              00 01 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1, CLIENT_3_1),
              "a topic with the surrogate U+D800",
              MALFORMED_PACKET,
              "[MQTT-1.5.4-1] or [3.1.1 MQTT-1.5.3-1]",
              """
              32 0E
              00 09 "topic-" ED A0 80
              00 01 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1, CLIENT_3_1),
              "a topic with the surrogate U+DFFF",
              MALFORMED_PACKET,
              "[MQTT-1.5.4-1] or [3.1.1 MQTT-1.5.3-1]",
              """
              32 0E
              00 09 "topic-" ED BF BF
              00 01 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1, CLIENT_3_1),
              "a topic with a slash in two bytes",
              MALFORMED_PACKET,
              "[MQTT-1.5.4-1] or [3.1.1 MQTT-1.5.3-1]",
              """
              32 0D
              00 08 "topic-" C0 AF
              00 01 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1, CLIENT_3_1),
              "a topic with a slash in three bytes",
              MALFORMED_PACKET,
              "[MQTT-1.5.4-1] or [3.1.1 MQTT-1.5.3-1]",
              """
              32 0E
              00 09 "topic-" E0 80 AF
              00 01 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1, CLIENT_3_1),
              "a topic with a character in four bytes that has three",
              MALFORMED_PACKET,
              "[MQTT-1.5.4-1] or [3.1.1 MQTT-1.5.3-1]",
              """
              32 0F
              00 0A "topic-" F0 8F BF BF
              00 01 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1, CLIENT_3_1),
              "a topic with U+110000",
              MALFORMED_PACKET,
              "[MQTT-1.5.4-1] or [3.1.1 MQTT-1.5.3-1]",
              """
              32 0F
              00 0A "topic-" F4 90 80 80
              00 01 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1, CLIENT_3_1),
              "a topic with a lead of five bytes",
              MALFORMED_PACKET,
              "[MQTT-1.5.4-1] or [3.1.1 MQTT-1.5.3-1]",
              """
              32 10
              00 0B "topic-" F8 88 80 80 80
              00 01 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1, CLIENT_3_1),
              "a topic with a continuation without a lead",
              MALFORMED_PACKET,
              "[MQTT-1.5.4-1] or [3.1.1 MQTT-1.5.3-1]",
              """
              32 0C
              00 07 "topic-" 80
              00 01 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1, CLIENT_3_1),
              "a topic with a lead without continuation",
              MALFORMED_PACKET,
              "[MQTT-1.5.4-1] or [3.1.1 MQTT-1.5.3-1]",
              """
              32 0C
              00 07 "topic-" C3
              00 01 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1_1, CLIENT_3_1),
              "a topic with half a character before a letter",
              MALFORMED_PACKET,
              "[MQTT-1.5.4-1] or [3.1.1 MQTT-1.5.3-1]",
              """
              32 0E
              00 09 "topic-" E6 97 "a"
              00 01 00
              """),
          says(
              List.of(CLIENT_3_1_1),
              "a topic with a byte order mark, which is text [MQTT-1.5.4-3] [3.1.1 MQTT-1.5.3-3]",
              """
              30 05 00 03 EF BB BF
              """,
              new Publish(
                  false,
                  Qos.AT_MOST_ONCE,
                  false,
                  TopicName.of("\uFEFF"),
                  0,
                  Properties.NONE,
                  new byte[0])),
          says(
              List.of(CLIENT_3_1_1),
              "a topic with a non-character and one beyond the basic plane",
              """
              30 09 00 07 EF BF BF F0 9F 98 80
              """,
              new Publish(
                  false,
                  Qos.AT_MOST_ONCE,
                  false,
                  TopicName.of("\uFFFF\uD83D\uDE00"),
                  0,
                  Properties.NONE,
                  new byte[0])),
          refuses(
              List.of(OPENING),
              "no UTF-8 in the client identifier [MQTT-3.1.3-4] [3.1.1 MQTT-3.1.3-4]",
              MALFORMED_PACKET,
              "[3.1.1 MQTT-1.5.3-1]",
              """
              10 0D
              00 04 "MQTT" 04
              02 00 00
              00 01 FF
              """),
          refuses(
              List.of(OPENING),
              "no UTF-8 in the will topic [MQTT-3.1.3-11] [3.1.1 MQTT-3.1.3-10]",
              MALFORMED_PACKET,
              "[3.1.1 MQTT-1.5.3-1]",
              """
              10 12
              00 04 "MQTT" 04
              06 00 00
              00 01 "c"
              00 01 FF 00 00
              """),
          refuses(
              List.of(OPENING),
              "no UTF-8 in the user name [MQTT-3.1.3-12] [3.1.1 MQTT-3.1.3-11]",
              MALFORMED_PACKET,
              "[3.1.1 MQTT-1.5.3-1]",
              """
              10 10
              00 04 "MQTT" 04
              82 00 00
              00 01 "c"
              00 01 FF
              """));

  private StringCases() {}
}

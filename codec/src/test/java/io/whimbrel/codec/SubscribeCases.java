package io.whimbrel.codec;

import static io.whimbrel.codec.ReasonCode.GRANTED_QOS_1;
import static io.whimbrel.codec.ReasonCode.GRANTED_QOS_2;
import static io.whimbrel.codec.ReasonCode.MALFORMED_PACKET;
import static io.whimbrel.codec.ReasonCode.NO_SUBSCRIPTION_EXISTED;
import static io.whimbrel.codec.ReasonCode.PROTOCOL_ERROR;
import static io.whimbrel.codec.ReasonCode.SUCCESS;
import static io.whimbrel.codec.ReasonCode.TOPIC_FILTER_INVALID;
import static io.whimbrel.codec.ReasonCode.UNSPECIFIED_ERROR;
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

/** SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK (3.8 to 3.11). */
final class SubscribeCases {
  static final List<WireCase> ALL =
      WireCase.table(
          says(
              List.of(CLIENT_5),
              "SUBSCRIBE with all options",
              """
              82 0F          # SUBSCRIBE
              00 01
              02 0B 05       # Subscription Identifier 5
              00 03 "a/#" 2E # QoS 2, No Local, Retain As Published, never retained messages
              00 01 "+" 11   # QoS 1, retained messages if new
              """,
              new Subscribe(
                  1,
                  Properties.builder().subscriptionIdentifier(5).build(),
                  List.of(
                      new SubscriptionRequest(
                          TopicFilter.of("a/#"),
                          Qos.EXACTLY_ONCE,
                          true,
                          true,
                          RetainHandling.DO_NOT_SEND),
                      new SubscriptionRequest(
                          TopicFilter.of("+"),
                          Qos.AT_LEAST_ONCE,
                          false,
                          false,
                          RetainHandling.SEND_IF_NEW)))),
          says(
              List.of(CLIENT_3_1_1, CLIENT_3_1),
              "SUBSCRIBE of 3.x",
              """
              82 0C          # SUBSCRIBE
              00 01
              00 03 "a/b" 01
              00 01 "#" 00
              """,
              new Subscribe(
                  1,
                  Properties.NONE,
                  List.of(
                      new SubscriptionRequest(
                          TopicFilter.of("a/b"),
                          Qos.AT_LEAST_ONCE,
                          false,
                          false,
                          RetainHandling.SEND),
                      new SubscriptionRequest(
                          TopicFilter.of("#"),
                          Qos.AT_MOST_ONCE,
                          false,
                          false,
                          RetainHandling.SEND)))),
          says(
              List.of(CLIENT_5),
              "a shared subscription",
              """
              82 14          # SUBSCRIBE
              00 01 00
              00 0E "$share/grp/a/+" 02
              """,
              new Subscribe(
                  1,
                  Properties.NONE,
                  List.of(
                      new SubscriptionRequest(
                          TopicFilter.of("$share/grp/a/+"),
                          Qos.EXACTLY_ONCE,
                          false,
                          false,
                          RetainHandling.SEND)))),
          reads(
              List.of(CLIENT_3_1),
              "SUBSCRIBE of 3.1 that is sent again",
              """
              8A 06          # SUBSCRIBE, DUP
              00 01
              00 01 "a" 00
              """,
              new Subscribe(
                  1,
                  Properties.NONE,
                  List.of(
                      new SubscriptionRequest(
                          TopicFilter.of("a"),
                          Qos.AT_MOST_ONCE,
                          false,
                          false,
                          RetainHandling.SEND)))),
          refuses(
              List.of(CLIENT_5),
              "SUBSCRIBE to nothing",
              PROTOCOL_ERROR,
              "[MQTT-3.8.3-2]",
              """
              82 03 00 01 00
              """),
          refuses(
              List.of(CLIENT_3_1_1, CLIENT_3_1),
              "SUBSCRIBE to nothing",
              PROTOCOL_ERROR,
              "[3.1.1 MQTT-3.8.3-3]",
              """
              82 02 00 01
              """),
          refuses(
              List.of(CLIENT_5),
              "SUBSCRIBE with packet identifier 0",
              PROTOCOL_ERROR,
              "[MQTT-2.2.1-3]",
              """
              82 07
              00 00 00 00 01 "a" 00
              """),
          refuses(
              List.of(CLIENT_3_1_1),
              "SUBSCRIBE with packet identifier 0",
              PROTOCOL_ERROR,
              "[3.1.1 MQTT-2.3.1-1]",
              """
              82 06
              00 00 00 01 "a" 00
              """),
          refuses(
              List.of(CLIENT_5),
              "a reserved bit of Subscription Options",
              MALFORMED_PACKET,
              "[MQTT-3.8.3-5]",
              """
              82 07
              00 01 00 00 01 "a" 40
              """),
          refuses(
              List.of(CLIENT_5),
              "the other reserved bit of Subscription Options",
              MALFORMED_PACKET,
              "[MQTT-3.8.3-5]",
              """
              82 07
              00 01 00 00 01 "a" 80
              """),
          refuses(
              List.of(CLIENT_5),
              "a subscription of QoS 3",
              PROTOCOL_ERROR,
              "3.8.3.1",
              """
              82 07
              00 01 00 00 01 "a" 03
              """),
          refuses(
              List.of(CLIENT_3_1_1, CLIENT_3_1),
              "a subscription of QoS 3",
              MALFORMED_PACKET,
              "[3.1.1 MQTT-3.8.3-4]",
              """
              82 06
              00 01 00 01 "a" 03
              """),
          refuses(
              List.of(CLIENT_3_1_1),
              "a reserved bit beside the QoS, which is No Local in 5.0",
              MALFORMED_PACKET,
              "[3.1.1 MQTT-3.8.3-4]",
              """
              82 06
              00 01 00 01 "a" 04
              """),
          refuses(
              List.of(CLIENT_5),
              "Retain Handling 3",
              PROTOCOL_ERROR,
              "3.8.3.1",
              """
              82 07
              00 01 00 00 01 "a" 30
              """),
          refuses(
              List.of(CLIENT_5),
              "No Local on a shared subscription",
              PROTOCOL_ERROR,
              "[MQTT-3.8.3-4]",
              """
              82 10
              00 01 00 00 0A "$share/g/a" 04
              """),
          refuses(
              List.of(CLIENT_5),
              "an empty ShareName",
              TOPIC_FILTER_INVALID,
              "[MQTT-4.8.2-1]",
              """
              82 0F
              00 01 00 00 09 "$share//a" 00
              """),
          refuses(
              List.of(CLIENT_5),
              "a ShareName with a wildcard",
              TOPIC_FILTER_INVALID,
              "[MQTT-4.8.2-2]",
              """
              82 10
              00 01 00 00 0A "$share/+/a" 00
              """),
          refuses(
              List.of(CLIENT_5),
              "a share of nothing, which once crashed a parser",
              TOPIC_FILTER_INVALID,
              "[MQTT-4.8.2-2]",
              """
              82 0E
              00 01 00 00 08 "$share/g" 00
              """),
          refuses(
              List.of(CLIENT_5),
              "a share of an empty filter",
              TOPIC_FILTER_INVALID,
              "[MQTT-4.8.2-2]",
              """
              82 0F
              00 01 00 00 09 "$share/g/" 00
              """),
          refuses(
              List.of(CLIENT_5),
              "nothing behind $share/",
              TOPIC_FILTER_INVALID,
              "[MQTT-4.8.2-1]",
              """
              82 0D
              00 01 00 00 07 "$share/" 00
              """),
          refuses(
              List.of(CLIENT_5, CLIENT_3_1),
              "an empty filter [3.1.1 MQTT-4.7.3-1]",
              TOPIC_FILTER_INVALID,
              "[MQTT-4.7.3-1]",
              """
              82 06
              00 01 00 00 00 00
              """),
          refuses(
              List.of(CLIENT_5),
              "a hash before the last level [3.1.1 MQTT-4.7.1-2]",
              TOPIC_FILTER_INVALID,
              "[MQTT-4.7.1-1]",
              """
              82 0B
              00 01 00 00 05 "a/#/b" 00
              """),
          refuses(
              List.of(CLIENT_5),
              "a hash that is not alone",
              TOPIC_FILTER_INVALID,
              "[MQTT-4.7.1-1]",
              """
              82 08
              00 01 00 00 02 "a#" 00
              """),
          refuses(
              List.of(CLIENT_5),
              "a plus that is not alone [3.1.1 MQTT-4.7.1-3]",
              TOPIC_FILTER_INVALID,
              "[MQTT-4.7.1-2]",
              """
              82 0A
              00 01 00 00 04 "a/b+" 00
              """),
          refuses(
              List.of(CLIENT_5),
              "a filter that is no UTF-8 [MQTT-3.8.3-1]",
              MALFORMED_PACKET,
              "[MQTT-1.5.4-1]",
              """
              82 07
              00 01 00 00 01 C0 00
              """),
          refuses(
              List.of(CLIENT_3_1_1),
              "a filter that is no UTF-8 [3.1.1 MQTT-3.8.3-1]",
              MALFORMED_PACKET,
              "[3.1.1 MQTT-1.5.3-1]",
              """
              82 06
              00 01 00 01 C0 00
              """),
          refuses(
              List.of(CLIENT_5),
              "a filter without options",
              MALFORMED_PACKET,
              "2.1.4",
              """
              82 06
              00 01 00 00 01 "a"
              """),
          refuses(
              List.of(CLIENT_3_1_1),
              "a filter without QoS",
              MALFORMED_PACKET,
              "2.1.4",
              """
              82 05
              00 01 00 01 "a"
              """),
          refuses(
              List.of(CLIENT_5),
              "a filter longer than the packet, which was read beyond it once",
              MALFORMED_PACKET,
              "2.1.4",
              """
              82 07
              00 01 00 00 20 "a" 00
              """),
          refuses(
              List.of(CLIENT_3_1_1),
              "a filter longer than the packet, which was read beyond it once",
              MALFORMED_PACKET,
              "2.1.4",
              """
              82 06
              00 01 00 20 "a" 00
              """),
          refuses(
              List.of(CLIENT_5),
              "Subscription Identifier 0",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              82 09
              00 01 02 0B 00 00 01 "a" 00
              """),
          refuses(
              List.of(CLIENT_5),
              "two subscription identifiers in a SUBSCRIBE",
              PROTOCOL_ERROR,
              "2.2.2.2",
              """
              82 0B
              00 01 04 0B 01 0B 02 00 01 "a" 00
              """),
          refuses(
              List.of(CLIENT_5),
              "a subscription identifier of five bytes",
              MALFORMED_PACKET,
              "1.5.5",
              """
              82 0D
              00 01 06 0B 80 80 80 80 01 00 01 "a" 00
              """),
          refuses(
              List.of(CLIENT_5),
              "a subscription identifier in two bytes where one would do",
              MALFORMED_PACKET,
              "[MQTT-1.5.5-1]",
              """
              82 0A
              00 01 03 0B 81 00 00 01 "a" 00
              """),
          says(
              List.of(SERVER_5),
              "SUBACK",
              """
              90 08          # SUBACK
              00 01 00
              00 01 02 80 8F # three grants, two refusals
              """,
              new Suback(
                  1,
                  List.of(
                      SUCCESS,
                      GRANTED_QOS_1,
                      GRANTED_QOS_2,
                      UNSPECIFIED_ERROR,
                      TOPIC_FILTER_INVALID),
                  Properties.NONE)),
          says(
              List.of(SERVER_3_1_1, SERVER_3_1),
              "SUBACK of 3.x",
              """
              90 06
              00 01
              00 01 02 80
              """,
              new Suback(
                  1,
                  List.of(SUCCESS, GRANTED_QOS_1, GRANTED_QOS_2, UNSPECIFIED_ERROR),
                  Properties.NONE)),
          refuses(
              List.of(SERVER_5),
              "SUBACK with QoS 3",
              PROTOCOL_ERROR,
              "[MQTT-3.9.3-2]",
              """
              90 04 00 01 00 03
              """),
          refuses(
              List.of(SERVER_3_1_1),
              "SUBACK of 3.1.1 with a reason of 5.0",
              PROTOCOL_ERROR,
              "[3.1.1 MQTT-3.9.3-2]",
              """
              90 03 00 01 87
              """),
          refuses(
              List.of(SERVER_5),
              "SUBACK of nothing",
              PROTOCOL_ERROR,
              "[MQTT-3.9.3-2]",
              """
              90 03 00 01 00
              """),
          refuses(
              List.of(SERVER_5),
              "SUBACK of packet identifier 0",
              PROTOCOL_ERROR,
              "[MQTT-2.2.1-3]",
              """
              90 04 00 00 00 00
              """),
          says(
              List.of(CLIENT_5),
              "UNSUBSCRIBE",
              """
              A2 1B          # UNSUBSCRIBE
              00 02
              07 26 00 01 "k" 00 01 "v"
              00 03 "a/#" 00 0A "$share/g/a"
              """,
              new Unsubscribe(
                  2,
                  Properties.builder().user("k", "v").build(),
                  List.of(TopicFilter.of("a/#"), TopicFilter.of("$share/g/a")))),
          says(
              List.of(CLIENT_3_1_1, CLIENT_3_1),
              "UNSUBSCRIBE of 3.x",
              """
              A2 07
              00 02
              00 03 "a/#"
              """,
              new Unsubscribe(2, Properties.NONE, List.of(TopicFilter.of("a/#")))),
          reads(
              List.of(CLIENT_3_1),
              "UNSUBSCRIBE of 3.1 that is sent again",
              """
              AA 05
              00 02
              00 01 "a"
              """,
              new Unsubscribe(2, Properties.NONE, List.of(TopicFilter.of("a")))),
          refuses(
              List.of(CLIENT_5),
              "UNSUBSCRIBE from nothing",
              PROTOCOL_ERROR,
              "[MQTT-3.10.3-2]",
              """
              A2 03 00 01 00
              """),
          refuses(
              List.of(CLIENT_3_1_1),
              "UNSUBSCRIBE from nothing",
              PROTOCOL_ERROR,
              "[3.1.1 MQTT-3.10.3-2]",
              """
              A2 02 00 01
              """),
          refuses(
              List.of(CLIENT_5),
              "UNSUBSCRIBE with packet identifier 0",
              PROTOCOL_ERROR,
              "[MQTT-2.2.1-3]",
              """
              A2 06
              00 00 00 00 01 "a"
              """),
          refuses(
              List.of(CLIENT_5),
              "UNSUBSCRIBE from a filter that is no UTF-8 [MQTT-3.10.3-1]",
              MALFORMED_PACKET,
              "[MQTT-1.5.4-1]",
              """
              A2 06
              00 01 00 00 01 FE
              """),
          refuses(
              List.of(CLIENT_3_1_1),
              "UNSUBSCRIBE from a filter that is no UTF-8 [3.1.1 MQTT-3.10.3-1]",
              MALFORMED_PACKET,
              "[3.1.1 MQTT-1.5.3-1]",
              """
              A2 05
              00 01 00 01 FE
              """),
          refuses(
              List.of(CLIENT_5),
              "a subscription identifier in UNSUBSCRIBE",
              MALFORMED_PACKET,
              "2.2.2.2",
              """
              A2 08
              00 01 02 0B 01 00 01 "a"
              """),
          refuses(
              List.of(CLIENT_5),
              "UNSUBSCRIBE with half a filter",
              MALFORMED_PACKET,
              "2.1.4",
              """
              A2 04
              00 01 00 00
              """),
          says(
              List.of(SERVER_5),
              "UNSUBACK",
              """
              B0 05
              00 02 00
              00 11
              """,
              new Unsuback(2, List.of(SUCCESS, NO_SUBSCRIPTION_EXISTED), Properties.NONE)),
          says(
              List.of(SERVER_3_1_1, SERVER_3_1),
              "UNSUBACK of 3.x",
              """
              B0 02 00 02
              """,
              new Unsuback(2, List.of(), Properties.NONE)),
          refuses(
              List.of(SERVER_5),
              "UNSUBACK with a granted QoS",
              PROTOCOL_ERROR,
              "[MQTT-3.11.3-2]",
              """
              B0 04 00 01 00 01
              """),
          refuses(
              List.of(SERVER_3_1_1),
              "UNSUBACK of 3.1.1 with a reason",
              MALFORMED_PACKET,
              "2.1.4",
              """
              B0 03 00 01 00
              """));

  private SubscribeCases() {}
}

package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.retained;
import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.asPublished;
import static io.whimbrel.core.conformance.Talk.assertEnded;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.filter;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static io.whimbrel.core.conformance.Talk.noLocal;
import static io.whimbrel.core.conformance.Talk.subscribe;
import static io.whimbrel.core.conformance.Talk.subscribeAs;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.Unsuback;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SUBSCRIBE and SUBACK (3.8, 3.9), and the matching of topics (4.7). */
final class SubscribeTest {
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());
  private final VirtualClient publisher = guest(broker, "publisher");

  @Test
  void subackAnswersEachFilterInOrder() {
    VirtualClient client = guest(broker, 1, "x");
    client.say(
        new Subscribe(
            4711,
            Properties.NONE,
            List.of(
                filter("a", QOS_2),
                filter("secret/b", QOS_0),
                filter("c", QOS_0),
                filter("d/" + "d/".repeat(300), QOS_1),
                filter("e", QOS_1))));
    Suback suback = client.hear(Suback.class); // [MQTT-3.8.4-1] [MQTT-3.8.4-5]
    assertThat(suback.packetId()).isEqualTo(4711); // [MQTT-3.8.4-2] [MQTT-2.2.1-6]
    // [MQTT-3.8.4-6] [MQTT-3.8.4-7] [MQTT-3.9.3-1] [MQTT-3.9.3-2]
    assertThat(suback.reasons())
        .containsExactly(
            ReasonCode.GRANTED_QOS_2,
            ReasonCode.NOT_AUTHORIZED,
            ReasonCode.SUCCESS,
            ReasonCode.TOPIC_FILTER_INVALID,
            ReasonCode.GRANTED_QOS_1);
    publisher.publish("a", QOS_2, 1, "a").publish("c", QOS_2, 2, "c").publish("e", QOS_2, 3, "e");
    assertThat(client.hear(Publish.class).qos()).isEqualTo(QOS_2);
    assertThat(client.hear(Publish.class).qos()).isEqualTo(QOS_0);
    assertThat(client.hear(Publish.class).qos()).isEqualTo(QOS_1);
  }

  @ParameterizedTest
  @EnumSource(Qos.class)
  void theQosIsTheLesserOfPublishedAndGranted(Qos granted) { // [MQTT-3.8.4-8]
    VirtualClient client = guest(broker, 1, "x");
    client.subscribe(granted, "t");
    for (Qos published : Qos.values()) {
      publisher.publish("t", published, published == QOS_0 ? 0 : published.number(), "x");
      assertThat(client.hear(Publish.class).qos()).isEqualTo(published.min(granted));
    }
  }

  @Test
  void theSameFilterReplacesItsSubscription() { // [MQTT-3.8.4-3]
    VirtualClient client = guest(broker, 1, "x");
    subscribeAs(1, client, filter("t", QOS_2));
    subscribeAs(2, client, asPublished("t", QOS_0));
    publisher.say(retained("t", QOS_2, 1, "x"));
    Publish heard = client.hear(Publish.class);
    assertThat(heard.qos()).isEqualTo(QOS_0);
    assertThat(heard.retain()).isTrue();
    assertThat(heard.properties().subscriptionIdentifiers()).containsExactly(2);
    assertThat(client.hearAll()).isEmpty();
  }

  @Test
  void overlappingSubscriptionsDeliverOnceWithTheGreatestQosAndAllIdentifiers() {
    VirtualClient client = guest(broker, 1, "x");
    subscribeAs(7, client, filter("a/#", QOS_0));
    subscribeAs(8, client, filter("a/+", QOS_2), filter("+/b", QOS_1));
    subscribe(client, filter("a/b", QOS_1));
    publisher.publish("a/b", QOS_2, 1, "x");
    Publish heard = client.hear(Publish.class);
    assertThat(heard.qos()).isEqualTo(QOS_2); // [MQTT-3.3.4-2]
    assertThat(heard.properties().subscriptionIdentifiers())
        .containsExactlyInAnyOrder(7, 8, 8); // [MQTT-3.3.4-3] [MQTT-3.3.4-4]
    assertThat(client.hearAll()).isEmpty();
  }

  @Test
  void aCopyOfItsOwnCarriesTheIdentifierOfItsSubscription() { // [MQTT-3.3.4-5]
    VirtualClient client = guest(broker, 1, "x");
    subscribeAs(7, client, filter("$share/g/t", QOS_1));
    subscribeAs(8, client, filter("t", QOS_1));
    publisher.publish("t", QOS_1, 1, "x");
    List<Integer> ids = new ArrayList<>();
    for (Packet packet : client.hearAll()) {
      int[] own = ((Publish) packet).properties().subscriptionIdentifiers();
      assertThat(own).hasSize(1);
      ids.add(own[0]);
    }
    assertThat(ids).containsExactlyInAnyOrder(7, 8);
  }

  @Test
  void aPublishOfAClientNamesNoSubscription() { // [MQTT-3.3.4-6]
    VirtualClient client = guest(broker, "x");
    client.sayBytes(new byte[] {0x30, 6, 0, 1, 't', 2, 0x0B, 1});
    assertEnded(client, ReasonCode.PROTOCOL_ERROR);
  }

  @Test
  void noLocalKeepsOnesOwnMessagesAway() { // [MQTT-3.8.3-3]
    VirtualClient client = guest(broker, 1, "x");
    subscribe(client, noLocal("t", QOS_1));
    client.publish("t", QOS_1, 1, "mine");
    client.hear(Puback.class);
    publisher.publish("t", QOS_1, 1, "another's");
    assertThat(client.hearTexts()).containsExactly("another's");
    subscribe(client, filter("+", QOS_0)); // this one wants them
    client.publish("t", QOS_0, 0, "mine");
    assertThat(client.hearTexts()).containsExactly("mine");
  }

  @Test
  void noLocalHoldsForWillsAndForReturns() { // [MQTT-3.8.3-3]
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("x").expiring(100).will("t", QOS_1, false, "my will"));
    subscribe(client, noLocal("t", QOS_1));
    client.vanish();
    assertThat(back(broker, 1, "x").hearAll()).isEmpty();
  }

  @Test
  void noLocalOnASharedSubscriptionIsAProtocolError() { // [MQTT-3.8.3-4]
    VirtualClient client = guest(broker, "x");
    client.say(new Subscribe(1, Properties.NONE, List.of(noLocal("$share/g/t", QOS_0))));
    assertEnded(client, ReasonCode.PROTOCOL_ERROR);
  }

  @Test
  void reservedOptionsAreMalformed() { // [MQTT-3.8.3-5]
    VirtualClient client = guest(broker, "x");
    client.sayBytes(new byte[] {(byte) 0x82, 7, 0, 1, 0, 0, 1, 't', 0x40});
    assertEnded(client, ReasonCode.MALFORMED_PACKET);
  }

  @Test
  void aSubscribeWithoutFiltersIsAProtocolError() { // [MQTT-3.8.3-2]
    VirtualClient client = guest(broker, "x");
    client.sayBytes(new byte[] {(byte) 0x82, 3, 0, 1, 0});
    assertEnded(client, ReasonCode.PROTOCOL_ERROR);
  }

  @Test
  void wildcardsStandForLevels() { // [MQTT-4.7.1-1] [MQTT-4.7.1-2]
    VirtualClient client = guest(broker, 1, "x");
    for (String[] row :
        new String[][] {
          {"a/#", "a", "a/", "a/b", "a/b/c", "!b/a", "!A"},
          {"#", "a", "/", "a/b", "!$a", "!$a/b"},
          {"a/+", "a/b", "a/", "!a", "!a/b/c"},
          {"+/+", "a/b", "/b", "/", "!a", "!$a/b"},
          {"/+", "/a", "/", "!a"},
          {"+", "a", "!/a", "!a/", "!$a"},
          {"$a/+", "$a/b", "!a/b"},
          {"$a/#", "$a", "$a/b/c"},
          {"a/+/c/#", "a/b/c", "a//c/d", "!a/b/b/c"}
        }) {
      client.subscribe(QOS_0, row[0]);
      for (int i = 1; i < row.length; i++) {
        boolean no = row[i].startsWith("!");
        publisher.publish(no ? row[i].substring(1) : row[i], QOS_0, 0, row[i]);
        assertThat(client.hearAll()).as(row[0] + " " + row[i]).hasSize(no ? 0 : 1);
      }
      client.unsubscribe(row[0]);
      client.hearAll();
    }
  }

  @Test
  void wildcardsDoNotReachTopicsThatBeginWithADollar() { // [MQTT-4.7.2-1]
    VirtualClient client = guest(broker, 1, "x");
    client.subscribe(QOS_0, "#", "+/a", "+");
    publisher.publish("$x/a", QOS_0, 0, "x").publish("$x", QOS_0, 0, "x");
    publisher.say(retained("$x/a", QOS_0, 0, "x"));
    client.subscribe(QOS_0, "#", "+/a", "+");
    assertThat(client.hearAll()).isEmpty();
  }

  @Test
  void topicsThatBeginWithADollarAreServedToWhoNamesThem() {
    VirtualClient client = guest(broker, 1, "x");
    client.subscribe(QOS_0, "$x/#", "$", "$SYSTEM/+", "$share", "$queue/a");
    for (String topic : List.of("$x", "$x/a/b", "$", "$SYSTEM/a", "$share", "$queue/a")) {
      publisher.say(retained(topic, QOS_0, 0, topic));
      assertThat(client.hearText()).isEqualTo(topic);
    }
    VirtualClient late = guest(broker, "late");
    late.subscribe(QOS_0, "$x/#");
    assertThat(late.hearTexts()).containsExactlyInAnyOrder("$x", "$x/a/b");
    client.unsubscribe("$x/#").hear(Unsuback.class);
    publisher.publish("$x", QOS_0, 0, "x");
    assertThat(client.hearAll()).isEmpty();
  }

  @Test
  void subscriptionsAreKeptWithTheirOptions() { // [MQTT-3.1.2-23]
    VirtualClient client = lodger(broker, "x");
    subscribeAs(9, client, noLocal("a", QOS_1));
    subscribeAs(10, client, asPublished("b", QOS_2));
    client.vanish();
    VirtualBroker next =
        new VirtualBroker(
            2, VirtualBroker.limits(), new VirtualBroker.OpenAccess(), broker.durable());
    client = back(next, 1, "x");
    client.publish("a", QOS_1, 1, "own");
    client.hear(Puback.class);
    guest(next, "p").say(retained("b", QOS_2, 1, "kept"));
    Publish heard = client.hear(Publish.class);
    assertThat(heard.retain()).isTrue();
    assertThat(heard.qos()).isEqualTo(QOS_2);
    assertThat(heard.properties().subscriptionIdentifiers()).containsExactly(10);
  }
}

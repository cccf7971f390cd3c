package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.message;
import static io.whimbrel.core.VirtualClient.retained;
import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.asPublished;
import static io.whimbrel.core.conformance.Talk.filter;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static io.whimbrel.core.conformance.Talk.noLocal;
import static io.whimbrel.core.conformance.Talk.subscribe;
import static io.whimbrel.core.conformance.Talk.subscribeAs;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** RETAIN, Retain Handling and Retain As Published (3.3.1.3, 3.8.3.1). */
final class RetainTest {
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());
  private VirtualClient publisher;

  @BeforeEach
  void somebodyPublishes() {
    publisher = guest(broker, "publisher");
  }

  private VirtualClient newcomer() {
    return guest(broker, 1, "newcomer");
  }

  @Test
  void theLastRetainedMessageOfATopicIsKept() { // [MQTT-3.3.1-5]
    publisher.say(retained("t", QOS_1, 1, "old"), retained("t", QOS_0, 0, "new"));
    publisher.say(retained("u", QOS_2, 2, "other"));
    VirtualClient client = newcomer();
    subscribe(client, filter("t", QOS_2));
    assertThat(client.hearTexts()).containsExactly("new");
  }

  @ParameterizedTest
  @EnumSource(Qos.class)
  void itKeepsItsQos(Qos qos) { // [MQTT-3.3.1-5] [3.1.1 MQTT-3.3.1-5]
    publisher.say(retained("t", qos, qos == QOS_0 ? 0 : 1, "x"));
    VirtualClient client = newcomer();
    subscribe(client, filter("t", QOS_2));
    assertThat(client.hear(Publish.class).qos()).isEqualTo(qos);
  }

  @Test
  void aLaterOneOfQos0TakesThePlaceOfOneOfQos1() { // [3.1.1 MQTT-3.3.1-7]
    publisher.say(retained("t", QOS_1, 1, "one"), retained("t", QOS_0, 0, "zero"));
    VirtualClient client = newcomer();
    client.subscribe(QOS_2, "t");
    assertThat(client.hearTexts()).containsExactly("zero");
  }

  @Test
  void anEmptyOneRemovesItAndIsDeliveredLikeAnyOther() {
    VirtualClient listener = guest(broker, "listener");
    subscribe(listener, asPublished("t", QOS_1));
    publisher.say(retained("t", QOS_1, 1, "x"), retained("t", QOS_1, 2, ""));
    assertThat(listener.hearTexts()).containsExactly("x", ""); // [MQTT-3.3.1-6]
    VirtualClient client = newcomer();
    subscribe(client, filter("t", QOS_1));
    assertThat(client.hearAll()).isEmpty(); // [MQTT-3.3.1-7]
  }

  @Test
  void anEmptyOneWithoutRetainRemovesNothing() { // [MQTT-3.3.1-8]
    publisher.say(retained("t", QOS_1, 1, "x"), message("t", QOS_1, 2, ""));
    publisher.say(message("t", QOS_1, 3, "not kept"));
    VirtualClient client = newcomer();
    subscribe(client, filter("t", QOS_1));
    assertThat(client.hearTexts()).containsExactly("x");
  }

  @Test
  void withHandling0TheyAreSentWithEverySubscribe() { // [MQTT-3.3.1-9] [MQTT-3.8.4-4]
    publisher.say(retained("a/1", QOS_1, 1, "1"), retained("a/2", QOS_1, 2, "2"));
    publisher.say(retained("b", QOS_1, 3, "other"));
    VirtualClient client = newcomer();
    for (int i = 0; i < 2; i++) {
      subscribe(client, filter("a/+", QOS_0, RetainHandling.SEND));
      assertThat(client.hearTexts()).containsExactlyInAnyOrder("1", "2");
    }
  }

  @Test
  void withHandling1TheyAreSentWithANewSubscriptionAlone() { // [MQTT-3.3.1-10]
    publisher.say(retained("a", QOS_1, 1, "x"));
    VirtualClient client = lodger(broker, "lodger");
    subscribe(client, filter("a", QOS_0, RetainHandling.SEND_IF_NEW));
    assertThat(client.hearTexts()).containsExactly("x");
    subscribe(client, filter("a", QOS_1, RetainHandling.SEND_IF_NEW));
    assertThat(client.hearAll()).isEmpty();
    client.vanish();
    client = Talk.back(broker, 1, "lodger");
    subscribe(client, filter("a", QOS_0, RetainHandling.SEND_IF_NEW));
    assertThat(client.hearAll()).isEmpty(); // it exists in the session, wherever its client is
    client.unsubscribe("a");
    client.hearAll();
    subscribe(client, filter("a", QOS_0, RetainHandling.SEND_IF_NEW));
    assertThat(client.hearTexts()).containsExactly("x");
  }

  @Test
  void withHandling2TheyAreNotSent() { // [MQTT-3.3.1-11]
    publisher.say(retained("a", QOS_1, 1, "x"));
    VirtualClient client = newcomer();
    subscribe(client, filter("a", QOS_0, RetainHandling.DO_NOT_SEND));
    assertThat(client.hearAll()).isEmpty();
  }

  @Test
  void retainIsClearedOnTheWayUnlessTheSubscriptionWantsItAsPublished() {
    VirtualClient plain = newcomer();
    subscribe(plain, filter("t", QOS_1));
    VirtualClient exact = guest(broker, "exact");
    subscribe(exact, asPublished("t", QOS_1));
    publisher.say(retained("t", QOS_1, 1, "x"), message("t", QOS_1, 2, "y"));
    assertThat(plain.hear(Publish.class).retain()).isFalse(); // [MQTT-3.3.1-12]
    assertThat(plain.hear(Publish.class).retain()).isFalse();
    assertThat(exact.hear(Publish.class).retain()).isTrue(); // [MQTT-3.3.1-13]
    assertThat(exact.hear(Publish.class).retain()).isFalse();
  }

  @Test
  void towards311RetainIsSetForNewSubscriptionsAlone() {
    publisher.say(retained("t", QOS_1, 1, "x"));
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("old").speaking(ProtocolVersion.MQTT_3_1_1));
    client.subscribe(QOS_1, "t");
    assertThat(client.hear(Publish.class).retain())
        .isTrue(); // [3.1.1 MQTT-3.3.1-6] [3.1.1 MQTT-3.3.1-8]
    publisher.say(retained("t", QOS_1, 2, "y"));
    assertThat(client.hear(Publish.class).retain()).isFalse(); // [3.1.1 MQTT-3.3.1-9]
    client.subscribe(QOS_1, "t");
    assertThat(client.hear(Publish.class).retain()).isTrue(); // [3.1.1 MQTT-3.8.4-3]
  }

  @Test
  void eachOverlappingSubscriptionBringsTheRetainedMessage() { // [MQTT-3.3.1-9]
    publisher.say(retained("a/b", QOS_1, 1, "x"));
    VirtualClient client = newcomer();
    subscribeAs(5, client, filter("a/+", QOS_0), filter("a/b", QOS_1));
    Publish one = client.hear(Publish.class);
    Publish two = client.hear(Publish.class);
    assertThat(one.properties().subscriptionIdentifiers()).containsExactly(5);
    assertThat(two.properties().subscriptionIdentifiers()).containsExactly(5);
  }

  @Test
  void aSharedSubscriptionBringsNone() { // 4.8.2
    publisher.say(retained("a", QOS_1, 1, "x"));
    VirtualClient client = newcomer();
    client.subscribe(QOS_1, "$share/g/a");
    assertThat(client.hearAll()).isEmpty();
  }

  /**
   * No Local speaks of messages forwarded as they are published. Whether it also holds retained
   * messages back is open; like Mosquitto, Whimbrel sends them to whoever subscribes.
   */
  @Test
  void noLocalDoesNotHoldRetainedMessagesBack() {
    publisher.say(retained("a", QOS_0, 0, "mine"));
    subscribe(publisher, noLocal("a", QOS_1));
    assertThat(publisher.hearTexts()).containsExactly("mine");
  }

  @Test
  void retainedMessagesOutliveTheSessionOfTheirPublisher() { // [3.1.1 MQTT-3.1.2-7]
    VirtualClient old = broker.client();
    old.connect311("old", true);
    old.say(retained("t", QOS_1, 1, "stays"));
    old.disconnect();
    broker.client().connect311("old", true);
    VirtualClient client = newcomer();
    client.subscribe(QOS_1, "t");
    assertThat(client.hearTexts()).containsExactly("stays");
  }

  @Test
  void nothingIsLostWhileASubscriptionIsReplaced() { // [MQTT-3.8.4-4]
    publisher.say(retained("t", QOS_1, 1, "kept"));
    VirtualClient client = lodger(broker, 1, "lodger");
    client.subscribe(QOS_1, "t");
    assertThat(client.hearText()).isEqualTo("kept");
    client.stopReading();
    publisher.say(message("t", QOS_1, 2, "a"));
    client.say(new Subscribe(7, Properties.NONE, List.of(filter("t", QOS_2))));
    publisher.say(message("t", QOS_2, 3, "b"));
    client.readAgain();
    assertThat(
            client.hearAll().stream()
                .filter(Publish.class::isInstance)
                .map(p -> VirtualClient.text((Publish) p)))
        .containsExactlyInAnyOrder("a", "kept", "b");
  }

  @Test
  void whereThereIsNoRoomThePublisherIsToldSo() {
    VirtualBroker small = new VirtualBroker(1, VirtualLimits.with(l -> l.retainedMessagesMax = 1));
    VirtualClient client = guest(small, "x");
    client.say(retained("a", QOS_1, 1, "x"));
    assertThat(client.hear(Puback.class).reason().isError()).isFalse();
    client.say(retained("b", QOS_1, 2, "x"));
    assertThat(client.hear(Puback.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    client.say(retained("a", QOS_1, 3, "y"));
    assertThat(client.hear(Puback.class).reason().isError()).isFalse();
  }
}

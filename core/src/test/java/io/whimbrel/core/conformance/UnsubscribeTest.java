package io.whimbrel.core.conformance;

import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.assertAlive;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.Unsuback;
import io.whimbrel.codec.Unsubscribe;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UNSUBSCRIBE and UNSUBACK (3.10, 3.11). */
final class UnsubscribeTest {
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());

  private static Unsuback unsubscribe(VirtualClient client, String... filters) {
    client.say(
        new Unsubscribe(600, Properties.NONE, Stream.of(filters).map(TopicFilter::of).toList()));
    return client.hear(Unsuback.class);
  }

  @Test
  void eachFilterIsAnsweredInItsPlace() {
    VirtualClient client = guest(broker, "x");
    client.subscribe(QOS_1, "a", "b/#");
    Unsuback unsuback = unsubscribe(client, "b/#", "never", "a"); // [MQTT-3.10.4-4]
    assertThat(unsuback.packetId()).isEqualTo(600); // [MQTT-3.10.4-5] [MQTT-2.2.1-6]
    assertThat(unsuback.reasons()) // [MQTT-3.11.3-1] [MQTT-3.11.3-2]
        .containsExactly(
            ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED, ReasonCode.SUCCESS);
    assertThat(client.hearAll()).isEmpty(); // [MQTT-3.10.4-6]
  }

  @Test
  void ofTheSameFilterTwiceTheSecondFindsNothing() { // [MQTT-3.10.4-6] [3.1.1 MQTT-3.10.4-6]
    VirtualClient client = guest(broker, "x");
    client.subscribe(QOS_1, "a");
    assertThat(unsubscribe(client, "a", "a").reasons())
        .containsExactly(ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED);
  }

  @Test
  void whereThereIsNoSubscriptionItIsAnsweredAllTheSame() { // [MQTT-3.10.4-5]
    VirtualClient client = guest(broker, "x");
    assertThat(unsubscribe(client, "a").reasons())
        .containsExactly(ReasonCode.NO_SUBSCRIPTION_EXISTED);
    VirtualClient old = broker.client();
    old.connect311("old", true);
    Unsuback unsuback = unsubscribe(old, "a"); // [3.1.1 MQTT-3.10.4-4] [3.1.1 MQTT-3.10.4-5]
    assertThat(unsuback.packetId()).isEqualTo(600); // [3.1.1 MQTT-2.3.1-7]
    assertThat(unsuback.reasons()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "a/#", "A/+", "a/+/", "/a/+", "#", "$share/g/a/+"})
  void filtersAreComparedCharacterByCharacter(String other) {
    // [MQTT-3.10.4-1] [3.1.1 MQTT-3.10.4-1]
    VirtualClient client = guest(broker, "x");
    client.subscribe(QOS_1, "a/+");
    assertThat(unsubscribe(client, other).reasons())
        .containsExactly(ReasonCode.NO_SUBSCRIPTION_EXISTED);
    guest(broker, 1, "pub").publish("a/b", QOS_1, 1, "still");
    assertThat(client.hearText()).isEqualTo("still");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void nothingNewIsAddedForItsClient(int shard) { // [MQTT-3.10.4-2] [3.1.1 MQTT-3.10.4-2]
    VirtualClient client = lodger(broker, shard, "x");
    client.subscribe(QOS_2, "a", "b");
    VirtualClient publisher = guest(broker, 0, "pub");
    publisher.publish("a", QOS_1, 1, "before");
    assertThat(client.hearText()).isEqualTo("before");
    unsubscribe(client, "a");
    publisher.publish("a", QOS_1, 2, "after");
    publisher.publish("b", QOS_1, 3, "other");
    assertThat(client.hearTexts()).containsExactly("other");
    client.vanish();
    publisher.publish("a", QOS_1, 4, "away");
    VirtualClient again = back(broker, 1 - shard, "x");
    assertThat(again.hearTexts()).containsExactly("before", "other");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whatWasBegunIsCompleted(int shard) { // [MQTT-3.10.4-3] [3.1.1 MQTT-3.10.4-3]
    VirtualClient client = lodger(broker, 0, "x");
    client.subscribe(QOS_2, "a");
    VirtualClient publisher = guest(broker, 1, "pub");
    publisher.publish("a", QOS_1, 1, "one");
    publisher.publish("a", QOS_2, 2, "two");
    Publish one = client.hear(Publish.class);
    Publish two = client.hear(Publish.class);
    unsubscribe(client, "a");
    client.pubrec(two.packetId());
    assertThat(client.hear(Pubrel.class).packetId()).isEqualTo(two.packetId());
    client.vanish();

    VirtualClient again = back(broker, shard, "x");
    assertThat(again.hear(Pubrel.class).packetId()).isEqualTo(two.packetId());
    Publish resent = again.hear(Publish.class);
    assertThat(resent.packetId()).isEqualTo(one.packetId());
    assertThat(resent.dup()).isTrue();
    again.puback(one.packetId()).pubcomp(two.packetId());
    again.vanish();
    assertThat(back(broker, shard, "x").hearAll()).isEmpty();
  }

  /** What was matched before may be delivered (3.10.4); like Mosquitto, Whimbrel does. */
  @Test
  void whatWaitedBeforeIsStillDelivered() {
    VirtualClient client = lodger(broker, "x");
    client.subscribe(QOS_1, "a");
    client.stopReading();
    client.vanish();
    guest(broker, "pub").publish("a", QOS_1, 1, "waited");
    VirtualClient again = broker.client(1);
    again.say(
        VirtualClient.connectPacket("x", false, 1000, null),
        new Unsubscribe(1, Properties.NONE, List.of(TopicFilter.of("a"))));
    again.hear(Connack.class);
    assertThat(again.hearText()).isEqualTo("waited");
    again.hear(Unsuback.class);
  }

  @Test
  void aMemberThatLeavesASharedSubscriptionLeavesItsMessagesToTheOthers() { // [MQTT-4.8.2-4]
    VirtualClient leaver = lodger(broker, 0, "leaver");
    leaver.subscribe(QOS_1, "$share/g/a");
    VirtualClient stayer = lodger(broker, 1, "stayer");
    stayer.subscribe(QOS_1, "$share/g/a");
    unsubscribe(leaver, "$share/g/a");
    VirtualClient publisher = guest(broker, 0, "pub");
    for (int i = 1; i <= 4; i++) {
      publisher.publish("a", QOS_1, i, "m" + i);
    }
    assertThat(stayer.hearTexts()).containsExactly("m1", "m2", "m3", "m4");
    assertThat(leaver.hearAll()).isEmpty();
  }

  @Test
  void itConcernsItsOwnClientAlone() {
    VirtualClient one = guest(broker, 0, "one");
    VirtualClient two = guest(broker, 1, "two");
    one.subscribe(QOS_1, "a");
    two.subscribe(QOS_1, "a");
    unsubscribe(one, "a");
    guest(broker, "pub").publish("a", QOS_1, 1, "x");
    assertThat(two.hearTexts()).containsExactly("x");
    assertThat(one.hearAll()).isEmpty();
    assertAlive(one);
  }

  @Test
  void aSubscriptionThatWasDeletedStaysSoOverACrash() {
    VirtualClient client = lodger(broker, "x");
    client.subscribe(QOS_1, "a", "b");
    unsubscribe(client, "a");
    VirtualBroker next =
        new VirtualBroker(
            2, VirtualBroker.limits(), new VirtualBroker.OpenAccess(), broker.durable());
    VirtualClient again = back(next, "x");
    VirtualClient publisher = guest(next, "pub");
    publisher.publish("a", QOS_1, 1, "deleted");
    publisher.publish("b", QOS_1, 2, "kept");
    assertThat(again.hearTexts()).containsExactly("kept");
  }
}

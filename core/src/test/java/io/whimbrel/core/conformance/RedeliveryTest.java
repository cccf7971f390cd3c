package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.again;
import static io.whimbrel.core.VirtualClient.message;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.assertAlive;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.port.DropReason;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent again, and when (4.4). */
final class RedeliveryTest {
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());
  private VirtualClient publisher;

  @BeforeEach
  void somebodyPublishes() {
    publisher = guest(broker, "publisher");
  }

  private VirtualClient subscriber() {
    VirtualClient client = lodger(broker, "x");
    client.subscribe(QOS_2, "t");
    return client;
  }

  private static List<Publish> publishes(VirtualClient client) {
    return client.hearAll().stream().map(Publish.class::cast).toList();
  }

  private static List<Integer> ids(List<Publish> publishes) {
    return publishes.stream().map(Publish::packetId).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whatWasNotAcknowledgedComesAgainAsItWasAndInItsOrder(int shard) {
    VirtualClient client = subscriber();
    publisher.publish("t", QOS_1, 1, "a");
    publisher.publish("t", QOS_2, 2, "b");
    publisher.publish("t", QOS_1, 3, "c");
    publisher.publish("t", QOS_2, 4, "d");
    List<Publish> first = publishes(client);
    assertThat(first).noneMatch(Publish::dup); // [MQTT-4.3.2-2] [MQTT-4.3.3-2]
    client.puback(first.get(2).packetId()); // [MQTT-4.3.2-3] [MQTT-4.3.3-3]
    client.vanish();

    VirtualClient again = back(broker, shard, "x");
    List<Publish> second = publishes(again); // [MQTT-4.4.0-1] [MQTT-4.6.0-1]
    assertThat(second).extracting(VirtualClient::text).containsExactly("a", "b", "d");
    assertThat(ids(second))
        .containsExactly(first.get(0).packetId(), first.get(1).packetId(), first.get(3).packetId());
    assertThat(second).allMatch(Publish::dup); // [MQTT-3.3.1-1]
    assertThat(second).extracting(Publish::qos).containsExactly(QOS_1, QOS_2, QOS_2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void towards311ItIsTheSame(int shard) {
    VirtualClient client = broker.client(0);
    client.connect311("old", false);
    client.subscribe(QOS_2, "t");
    publisher.publish("t", QOS_1, 1, "a");
    publisher.publish("t", QOS_2, 2, "b");
    publisher.publish("t", QOS_2, 3, "c");
    List<Publish> first = publishes(client); // [3.1.1 MQTT-4.3.2-1] [3.1.1 MQTT-4.3.3-1]
    assertThat(first).noneMatch(Publish::dup);
    int b = first.get(1).packetId();
    client.pubrec(b);
    assertThat(client.hear(Pubrel.class).packetId()).isEqualTo(b); // [3.1.1 MQTT-2.3.1-6]
    client.vanish();
    VirtualClient again = broker.client(shard);
    assertThat(again.connect311("old", false).sessionPresent()).isTrue();
    assertThat(again.hear(Pubrel.class).packetId()).isEqualTo(b); // [3.1.1 MQTT-4.4.0-1]
    List<Publish> second = publishes(again); // [3.1.1 MQTT-4.6.0-1]
    assertThat(ids(second)).containsExactly(first.get(0).packetId(), first.get(2).packetId());
    assertThat(second).allMatch(Publish::dup); // [3.1.1 MQTT-3.3.1-1]
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aReleaseThatWasNotAnsweredComesAgain(int shard) { // [MQTT-4.4.0-1] [MQTT-4.3.3-5]
    VirtualClient client = subscriber();
    publisher.publish("t", QOS_2, 1, "a");
    int id = client.hear(Publish.class).packetId();
    client.pubrec(id);
    client.hear(Pubrel.class);
    client.vanish();
    VirtualClient again = back(broker, shard, "x");
    assertThat(again.hear(Pubrel.class).packetId()).isEqualTo(id);
    assertThat(again.hearAll()).isEmpty(); // [MQTT-4.3.3-6]
    again.pubcomp(id);
    again.vanish();
    assertThat(back(broker, 0, "x").hearAll()).isEmpty();
  }

  @Test
  void nothingIsSentAgainWhileTheConnectionStands() { // [MQTT-4.4.0-1]
    VirtualClient client = subscriber();
    publisher.publish("t", QOS_1, 1, "a");
    publisher.publish("t", QOS_2, 2, "b");
    publisher.publish("t", QOS_2, 3, "c");
    List<Publish> all = publishes(client);
    client.pubrec(all.get(2).packetId());
    client.hear(Pubrel.class);
    broker.pass(24 * 3_600_000L);
    assertThat(client.hearAll()).isEmpty();
    assertAlive(client);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whatTheClientRefusedCountsAsAcknowledged(int shard) { // [MQTT-4.4.0-2]
    VirtualClient client = subscriber();
    publisher.publish("t", QOS_1, 1, "a");
    publisher.publish("t", QOS_2, 2, "b");
    List<Publish> all = publishes(client);
    client.say(
        new Puback(all.get(0).packetId(), ReasonCode.NOT_AUTHORIZED),
        new Pubrec(all.get(1).packetId(), ReasonCode.UNSPECIFIED_ERROR));
    assertThat(client.hearAll()).isEmpty(); // no PUBREL [MQTT-4.3.3-4]
    assertThat(broker.dropped(DropReason.REFUSED_BY_CLIENT)).isEqualTo(2);
    client.vanish();
    assertThat(back(broker, shard, "x").hearAll()).isEmpty();
  }

  @Test
  void aRefusedMessageOfASharedSubscriptionGoesToNobodyElse() { // [MQTT-4.8.2-6]
    VirtualClient one = lodger(broker, 0, "one");
    VirtualClient two = lodger(broker, 1, "two");
    one.subscribe(QOS_2, "$share/g/t");
    two.subscribe(QOS_2, "$share/g/t");
    publisher.publish("t", QOS_1, 1, "a");
    publisher.publish("t", QOS_2, 2, "b");
    for (VirtualClient client : List.of(one, two)) {
      for (Packet packet : client.hearAll()) {
        Publish publish = (Publish) packet;
        client.say(
            publish.qos() == QOS_1
                ? new Puback(publish.packetId(), ReasonCode.UNSPECIFIED_ERROR)
                : new Pubrec(publish.packetId(), ReasonCode.UNSPECIFIED_ERROR));
      }
    }
    one.vanish();
    two.vanish();
    assertThat(back(broker, 0, "one").hearAll()).isEmpty();
    assertThat(back(broker, 0, "two").hearAll()).isEmpty();
  }

  @Test
  void acknowledgementsThatAnswerNothingChangeNothing() {
    VirtualClient client = subscriber();
    publisher.publish("t", QOS_1, 1, "a");
    publisher.publish("t", QOS_2, 2, "b");
    List<Publish> all = publishes(client);
    client.puback(999).puback(all.get(1).packetId()); // no such one; PUBACK to QoS 2
    client.pubcomp(all.get(1).packetId()).pubcomp(999); // before PUBREC
    assertThat(client.hearAll()).isEmpty();
    client.pubrec(all.get(0).packetId()); // PUBREC to QoS 1
    assertThat(client.hear(Pubrel.class).reason())
        .isEqualTo(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
    assertAlive(client);
    client.vanish();
    assertThat(ids(publishes(back(broker, "x")))).isEqualTo(ids(all));
  }

  @Test
  void dupOfThePublisherDoesNotGoOn() { // [MQTT-3.3.1-3] [3.1.1 MQTT-3.3.1-3]
    VirtualClient client = subscriber();
    publisher.say(again(message("t", QOS_1, 1, "a")), again(message("t", QOS_2, 2, "b")));
    assertThat(publishes(client)).hasSize(2).noneMatch(Publish::dup);
  }

  @Test
  void aReceiveMaximumThatHasBecomeSmallerHoldsForWhatComesAgain() { // [MQTT-3.3.4-9]
    VirtualClient client = subscriber();
    for (int i = 1; i <= 5; i++) {
      publisher.publish("t", i % 2 == 0 ? QOS_1 : QOS_2, i, Integer.toString(i));
    }
    List<Publish> first = publishes(client);
    assertThat(first).hasSize(5);
    client.vanish();
    VirtualClient again = broker.client(1);
    again.connect(
        VirtualConnect.as("x").resuming().expiring(1000).with(PropertyId.RECEIVE_MAXIMUM, 2));
    publisher.publish("t", QOS_1, 6, "6");
    List<Publish> second = publishes(again);
    assertThat(ids(second)).isEqualTo(ids(first).subList(0, 2)); // [MQTT-4.9.0-2]
    again.puback(second.get(1).packetId());
    assertThat(publishes(again)).extracting(VirtualClient::text).containsExactly("3");
    again.pubrec(second.get(0).packetId());
    again.hear(Pubrel.class);
    assertThat(again.hearAll()).isEmpty();
    again.pubcomp(second.get(0).packetId());
    Publish fourth = again.hear(Publish.class);
    assertThat(fourth.dup()).isTrue();
    assertThat(VirtualClient.text(fourth)).isEqualTo("4");
  }

  @Test
  void withCleanStartNothingComesAgain() { // [MQTT-3.1.2-4]
    VirtualClient client = subscriber();
    publisher.publish("t", QOS_1, 1, "a");
    publisher.publish("t", QOS_2, 2, "b");
    client.hearAll();
    client.vanish();
    assertThat(lodger(broker, 1, "x").hearAll()).isEmpty();
    assertThat(broker.dropped(DropReason.SESSION_ENDED)).isEqualTo(2);
    assertThat(broker.broker().queuedBytes()).isZero();
  }

  @Test
  void anIdentifierInUseIsNotGivenToAnotherMessage() {
    VirtualClient client = subscriber();
    publisher.publish("t", QOS_1, 1, "stays");
    publisher.publish("t", QOS_2, 2, "is released");
    int one = client.hear(Publish.class).packetId();
    int two = client.hear(Publish.class).packetId();
    client.pubrec(two);
    client.hear(Pubrel.class);
    for (int i = 0; i < 66_000; i++) {
      publisher.publish("t", QOS_1, 3, "");
      int id = client.hear(Publish.class).packetId();
      assertThat(id).isNotZero().isNotEqualTo(one).isNotEqualTo(two); // [MQTT-2.2.1-4]
      client.puback(id); // [MQTT-4.3.2-1] [MQTT-4.3.3-1] [3.1.1 MQTT-2.3.1-4]
    }
  }

  @Test
  void clientsOf31AreServedThemAsWell() {
    VirtualConnect old = VirtualConnect.as("old").speaking(ProtocolVersion.MQTT_3_1).resuming();
    VirtualClient client = broker.client(0);
    client.connect(old);
    client.subscribe(QOS_1, "t");
    publisher.publish("t", QOS_1, 1, "a");
    int id = client.hear(Publish.class).packetId();
    client.vanish();
    VirtualClient again = broker.client(1);
    again.connect(old);
    Publish resent = again.hear(Publish.class);
    assertThat(resent.packetId()).isEqualTo(id);
    assertThat(resent.dup()).isTrue();
  }

  @Test
  void afterAllIsAcknowledgedTheNextConnectionGetsWhatComesThen() {
    VirtualClient client = subscriber();
    publisher.publish("t", QOS_1, 1, "a");
    client.puback(client.hear(Publish.class).packetId());
    client.vanish();
    client = back(broker, "x");
    publisher.publish("t", QOS_1, 2, "b");
    assertThat(client.hearText()).isEqualTo("b");
  }
}

package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.again;
import static io.whimbrel.core.VirtualClient.message;
import static io.whimbrel.core.VirtualClient.retained;
import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.assertAlive;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.filter;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.Unsuback;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the broker promises is on disk before it is promised (4.1, 4.3). */
final class DurabilityTest {
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());

  private VirtualBroker afterCrash() {
    return new VirtualBroker(
        2, VirtualBroker.limits(), new VirtualBroker.OpenAccess(), broker.durable());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void pubackWaitsForEveryQueue(int shard) { // [MQTT-4.3.2-4]
    VirtualClient away = lodger(broker, shard, "away");
    away.subscribe(QOS_1, "t");
    away.vanish();
    VirtualClient client = guest(broker, "x");
    broker.holdJournal();
    client.publish("t", QOS_1, 1, "x");
    assertThat(client.hearAll()).isEmpty();
    broker.releaseJournal();
    client.hear(Puback.class);
    assertThat(back(afterCrash(), "away").hearTexts()).containsExactly("x"); // [MQTT-4.5.0-1]
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void pubrecWaitsForTheIdentifierAndTheQueues(int shard) { // [MQTT-4.3.3-8] [MQTT-4.3.3-10]
    VirtualClient away = lodger(broker, shard, "away");
    away.subscribe(QOS_2, "t");
    away.vanish();
    VirtualClient client = lodger(broker, "x");
    broker.holdJournal();
    client.publish("t", QOS_2, 1, "x");
    assertThat(client.hearAll()).isEmpty();
    broker.releaseJournal();
    client.hear(Pubrec.class);
    VirtualBroker next = afterCrash();
    client = back(next, "x");
    client.say(again(message("t", QOS_2, 1, "x")));
    client.hear(Pubrec.class);
    assertThat(back(next, "away").hearTexts()).containsExactly("x");
  }

  @Test
  void aRetainedMessageIsOnDiskBeforePuback() { // [MQTT-3.3.1-5]
    VirtualClient client = guest(broker, "x");
    broker.holdJournal();
    client.say(retained("t", QOS_1, 1, "kept"));
    assertThat(client.hearAll()).isEmpty();
    broker.releaseJournal();
    client.hear(Puback.class);
    VirtualClient late = guest(afterCrash(), "late");
    late.subscribe(QOS_1, "t");
    assertThat(late.hearText()).isEqualTo("kept");
  }

  @Test
  void aQos2MessageIsNotSentBeforeItsIdentifierIsOnDisk() { // [MQTT-4.3.3-1] [MQTT-4.3.3-6]
    VirtualClient listener = lodger(broker, "listener");
    listener.subscribe(QOS_2, "t");
    VirtualClient client = guest(broker, "x");
    broker.holdJournal();
    client.publish("t", QOS_2, 1, "x");
    assertThat(listener.hearAll()).isEmpty();
    broker.releaseJournal();
    int id = listener.hear(Publish.class).packetId();
    Publish resent = back(afterCrash(), "listener").hear(Publish.class);
    assertThat(resent.packetId()).isEqualTo(id); // [MQTT-4.4.0-1]
    assertThat(resent.dup()).isTrue();
  }

  @Test
  void pubrelWaitsForItsPubrec() { // [MQTT-4.3.3-6]
    VirtualClient listener = lodger(broker, "listener");
    listener.subscribe(QOS_2, "t");
    guest(broker, "x").publish("t", QOS_2, 1, "x");
    int id = listener.hear(Publish.class).packetId();
    broker.holdJournal();
    listener.pubrec(id);
    assertThat(listener.hearAll()).isEmpty();
    broker.releaseJournal();
    listener.hear(Pubrel.class);
    VirtualClient again = back(afterCrash(), "listener");
    assertThat(again.hear(Pubrel.class).packetId()).isEqualTo(id); // [MQTT-4.3.3-5]
    assertThat(again.hearAll()).isEmpty();
  }

  @Test
  void pubcompWaitsForItsPubrel() { // [MQTT-4.3.3-11] [MQTT-4.3.3-12]
    VirtualClient client = lodger(broker, "x");
    client.publish("t", QOS_2, 1, "x");
    client.hear(Pubrec.class);
    broker.holdJournal();
    client.pubrel(1);
    assertThat(client.hearAll()).isEmpty();
    broker.releaseJournal();
    client.hear(Pubcomp.class);
    VirtualBroker next = afterCrash();
    VirtualClient listener = guest(next, "listener");
    listener.subscribe(QOS_0, "t");
    back(next, "x").publish("t", QOS_2, 1, "a new one");
    assertThat(listener.hearTexts()).containsExactly("a new one");
  }

  @Test
  void connackWaitsForTheSession() { // [MQTT-3.1.2-23] [MQTT-3.2.2-3]
    VirtualClient client = broker.client();
    broker.holdJournal();
    client.say(VirtualConnect.as("x").expiring(1000).packet());
    assertThat(client.hearAll()).isEmpty();
    broker.releaseJournal();
    client.hear(Connack.class);
    back(afterCrash(), "x");
  }

  @Test
  void subackAndUnsubackWaitForTheSubscription() { // [MQTT-3.8.4-1] [MQTT-3.10.4-4]
    VirtualClient client = lodger(broker, "x");
    broker.holdJournal();
    client.say(new Subscribe(1, Properties.NONE, List.of(filter("t", QOS_1), filter("u", QOS_1))));
    client.unsubscribe("u");
    assertThat(client.hearAll()).isEmpty();
    broker.releaseJournal();
    client.hear(Suback.class);
    client.hear(Unsuback.class);
    VirtualBroker next = afterCrash();
    client = back(next, "x");
    VirtualClient publisher = guest(next, "publisher");
    publisher.publish("u", QOS_1, 1, "u").publish("t", QOS_1, 2, "t");
    assertThat(client.hearTexts()).containsExactly("t");
  }

  @Test
  void whatNeedsNoPromiseDoesNotWait() {
    VirtualClient listener = guest(broker, "listener");
    listener.subscribe(QOS_2, "t");
    VirtualClient client = guest(broker, "x");
    broker.holdJournal();
    client.publish("t", QOS_0, 0, "0").publish("t", QOS_1, 1, "1").publish("t", QOS_2, 2, "2");
    assertThat(listener.hearAll()).hasSize(3);
    client.hear(Puback.class);
    client.hear(Pubrec.class);
    assertAlive(client);
  }

  @Test
  void anAcknowledgedMessageIsNotSentAgainAfterACrash() { // [MQTT-4.4.0-1]
    VirtualClient listener = lodger(broker, "listener");
    listener.subscribe(QOS_2, "t");
    VirtualClient client = guest(broker, "x");
    client.publish("t", QOS_1, 1, "one").publish("t", QOS_2, 2, "two");
    listener.puback(listener.hear(Publish.class).packetId());
    int two = listener.hear(Publish.class).packetId();
    listener.pubrec(two).pubcomp(two);
    assertThat(back(afterCrash(), "listener").hearAll()).isEmpty();
  }
}

package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.message;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.assertCut;
import static io.whimbrel.core.conformance.Talk.assertEnded;
import static io.whimbrel.core.conformance.Talk.assertRefused;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.filter;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of promises when the store fails: none is made any more (4.2, 4.13). */
final class FailedStoreTest {
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());

  @Test
  void everyConnectionIsClosedAndNothingMoreIsAcknowledged() {
    VirtualClient away = lodger(broker, "away");
    away.subscribe(QOS_1, "t");
    away.vanish();
    VirtualClient client = guest(broker, "x");
    VirtualClient old = broker.client();
    old.connect311("old", true);
    broker.holdJournal();
    client.publish("t", QOS_1, 1, "x");
    old.publish("t", QOS_1, 1, "x");
    broker.failJournal();
    assertEnded(client, ReasonCode.SERVER_SHUTTING_DOWN); // [MQTT-4.13.2-1]
    assertCut(old); // [3.1.1 MQTT-4.8.0-2]
    broker.releaseJournal();
    assertThat(client.hearAll()).isEmpty();
  }

  @Test
  void nobodyComesIn() {
    broker.failJournal();
    VirtualClient client = broker.client();
    client.say(VirtualConnect.as("x").packet());
    assertThat(client.isClosed()).isTrue();
    assertThat(client.hearAll()).noneMatch(p -> p instanceof Connack c && !c.reason().isError());
  }

  @Test
  void aConnectUnderWayIsRefused() {
    VirtualClient client = broker.client();
    broker.holdJournal();
    client.say(VirtualConnect.as("x").expiring(100).packet());
    broker.failJournal();
    assertRefused(client, ReasonCode.SERVER_UNAVAILABLE); // [MQTT-3.2.2-8]
  }

  @Test
  void noAcknowledgementLeavesAnyMore() { // [MQTT-4.3.2-4] [MQTT-4.3.3-8]
    VirtualClient subscriber = lodger(broker, 1, "sub");
    subscriber.subscribe(QOS_2, "t");
    VirtualClient publisher = lodger(broker, 0, "pub");
    broker.holdJournal();
    publisher.say(
        message("t", QOS_1, 1, "x"),
        message("t", QOS_2, 2, "y"),
        new Subscribe(3, Properties.NONE, List.of(filter("u", QOS_1))));
    broker.failJournal();
    assertEnded(publisher, ReasonCode.SERVER_SHUTTING_DOWN);
    publisher.publish("nobody", QOS_1, 4, "late");
    broker.releaseJournal();
    broker.pass(60_000);
    assertCut(publisher);
    assertThat(subscriber.hearText()).isEqualTo("x"); // QoS 1 was sent before
    assertEnded(subscriber, ReasonCode.SERVER_SHUTTING_DOWN);
  }

  @Test
  void theNextBrokerFindsWhatWasPromisedBefore() { // [MQTT-3.1.2-23]
    lodger(broker, 1, "sub").subscribe(QOS_2, "t");
    VirtualClient publisher = guest(broker, 0, "pub");
    publisher.publish("t", QOS_2, 1, "promised");
    broker.holdJournal();
    publisher.publish("t", QOS_2, 2, "not promised");
    broker.failJournal();
    VirtualBroker next =
        new VirtualBroker(
            2, VirtualBroker.limits(), new VirtualBroker.OpenAccess(), broker.durable());
    assertThat(back(next, "sub").hearTexts()).containsExactly("promised");
  }
}

package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.message;
import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.assertCut;
import static io.whimbrel.core.conformance.Talk.assertEnded;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import org.junit.jupiter.api.Test;

/** DISCONNECT (3.14). */
final class DisconnectTest {
  private final VirtualBroker broker = new VirtualBroker();

  @Test
  void theBrokerClosesAfterADisconnectOfTheClient() {
    VirtualClient client = guest(broker, "x");
    client.say(new Disconnect(ReasonCode.SUCCESS, Properties.NONE));
    assertCut(client); // it is not answered
  }

  @Test
  void nothingBehindItIsProcessed() {
    VirtualClient listener = guest(broker, "listener");
    listener.subscribe(QOS_0, "t");
    VirtualClient client = guest(broker, "x");
    client.say(
        new Disconnect(ReasonCode.SUCCESS, Properties.NONE), message("t", QOS_0, 0, "too late"));
    assertThat(listener.hearAll()).isEmpty();
  }

  @Test
  void whatCameBeforeTheEndOfTheNetworkConnectionCounts() { // [MQTT-3.14.4-3]
    VirtualBroker slow =
        new VirtualBroker(
            1,
            VirtualLimits.with(
                l -> {
                  l.packetsPerTurnMax = 2;
                  l.unacknowledgedMax = 1;
                }));
    VirtualClient listener = guest(slow, "listener");
    listener.subscribe(QOS_0, "t", "will");
    lodger(slow, "away").subscribe(QOS_1, "t");
    VirtualClient client = slow.client();
    client.connect(VirtualConnect.as("x").will("will", QOS_0, false, "not published"));
    slow.holdJournal();
    Packet[] said = new Packet[11];
    for (int i = 1; i <= 10; i++) {
      said[i - 1] = message("t", QOS_1, i, "x");
    }
    said[10] = new Disconnect(ReasonCode.SUCCESS, Properties.NONE);
    client.sayAndVanish(said);
    slow.releaseJournal();
    assertThat(listener.hearTexts()).hasSize(10).containsOnly("x");
  }

  @Test
  void afterItsOwnTheBrokerSaysNothingMore() { // [MQTT-3.14.4-1] [MQTT-3.14.4-2]
    VirtualClient client = lodger(broker, "x");
    client.subscribe(QOS_1, "t");
    broker.holdJournal();
    VirtualClient publisher = guest(broker, "publisher");
    client.publish("t", QOS_1, 1, "its PUBACK waits");
    client.hear(Publish.class);
    client.say(VirtualConnect.as("x").packet());
    publisher.publish("t", QOS_1, 1, "x");
    broker.releaseJournal();
    assertEnded(client, ReasonCode.PROTOCOL_ERROR);
  }

  @Test
  void itSaysNoSessionExpiryInterval() { // [MQTT-3.14.2-2] [MQTT-3.14.2-1]
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("x").expiring(100));
    broker.broker().shards().get(0).shutdown();
    Disconnect disconnect = client.hear(Disconnect.class);
    assertThat(disconnect.reason()).isEqualTo(ReasonCode.SERVER_SHUTTING_DOWN);
    assertThat(disconnect.properties().has(PropertyId.SESSION_EXPIRY_INTERVAL)).isFalse();
    assertCut(client);
  }

  @Test
  void itIsSentInVersion5Alone() {
    VirtualClient client = broker.client();
    client.connect311("x", true);
    broker.broker().shards().get(0).shutdown();
    assertCut(client);
  }

  @Test
  void reservedBitsAreMalformed() { // [MQTT-3.14.1-1]
    VirtualClient client = guest(broker, "x");
    client.sayBytes(new byte[] {(byte) 0xE1, 0});
    assertEnded(client, ReasonCode.MALFORMED_PACKET);
  }

  @Test
  void aReasonThatIsTheServersIsAProtocolError() { // [MQTT-3.14.2-1]
    VirtualClient client = guest(broker, "x");
    client.sayBytes(new byte[] {(byte) 0xE0, 1, (byte) 0x8E});
    assertEnded(client, ReasonCode.PROTOCOL_ERROR);
  }

  @Test
  void thereIsNoneBeforeConnack() { // [MQTT-3.14.0-1]
    VirtualClient client = broker.client();
    broker.broker().shards().get(0).shutdown();
    assertCut(client);
    assertCut(broker.client());
  }

  @Test
  void whoIsDismissedIsToldWhyAndKeepsItsSession() { // 4.13.1
    VirtualClient listener = guest(broker, "listener");
    listener.subscribe(QOS_0, "will");
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("x").expiring(100).will("will", QOS_0, false, "it is gone"));
    client.subscribe(QOS_1, "t");
    VirtualClient other = guest(broker, "other");

    assertThat(dismiss("x", ReasonCode.ADMINISTRATIVE_ACTION, "for the test")).isEqualTo(1);

    Disconnect told = client.hear(Disconnect.class);
    assertThat(told.reason()).isEqualTo(ReasonCode.ADMINISTRATIVE_ACTION);
    assertThat(told.properties().text(PropertyId.REASON_STRING)).isEqualTo("for the test");
    assertCut(client);
    assertThat(listener.hearTexts()).containsExactly("it is gone");
    other.publish("t", QOS_1, 1, "for later");
    assertThat(back(broker, "x").hearTexts()).containsExactly("for later");
  }

  @Test
  void whoIsDismissedInVersion3IsCut() {
    VirtualClient client = broker.client();
    client.connect311("x", true);
    assertThat(dismiss("x", ReasonCode.MAXIMUM_CONNECT_TIME, "its time is over")).isEqualTo(1);
    assertCut(client);
  }

  @Test
  void nobodyIsDismissedWhoIsNotThere() {
    VirtualClient client = lodger(broker, "x");
    client.vanish();
    broker.client(); // has not said who it is
    assertThat(dismiss("x", ReasonCode.ADMINISTRATIVE_ACTION, "for the test")).isZero();
  }

  @Test
  void whoWaitsForItsSessionIsDismissedWithItsConnack() {
    broker.holdJournal();
    VirtualClient client = broker.client();
    client.say(VirtualConnect.as("x").expiring(100).packet());
    assertThat(dismiss("x", ReasonCode.NOT_AUTHORIZED, "for the test")).isEqualTo(1);
    assertThat(client.hear(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    assertCut(client);
    broker.releaseJournal();
    lodger(broker, "x");
  }

  private int dismiss(String clientId, ReasonCode reason, String why) {
    int dismissed =
        broker
            .broker()
            .shards()
            .get(0)
            .dismiss(who -> who.clientId().equals(clientId), reason, why);
    broker.run();
    return dismissed;
  }
}

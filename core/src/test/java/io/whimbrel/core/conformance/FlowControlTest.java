package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.text;
import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.assertAlive;
import static io.whimbrel.core.conformance.Talk.assertEnded;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import org.junit.jupiter.api.Test;

/** Receive Maximum both ways (4.9). */
final class FlowControlTest {
  private final VirtualBroker broker =
      new VirtualBroker(
          1,
          VirtualLimits.with(
              l -> {
                l.receiveMaximum = 3;
                l.inFlightMax = 10;
              }));

  private VirtualClient listener(int receiveMaximum) {
    VirtualClient listener = broker.client();
    listener.connect(
        VirtualConnect.as("listener")
            .expiring(1000)
            .with(PropertyId.RECEIVE_MAXIMUM, receiveMaximum));
    listener.subscribe(QOS_2, "#");
    return listener;
  }

  private void publish(int count) {
    VirtualClient client = guest(broker, "publisher");
    for (int i = 1; i <= count; i++) {
      client.publish("t", i % 2 == 0 ? QOS_1 : QOS_2, 1, "m" + i);
      client.pubrel(1);
    }
  }

  // ---------------------------------------------------------------- out

  @Test
  void noMoreThanTheClientTakesAreUnderWay() {
    VirtualClient listener = listener(2);
    publish(5);
    Publish one = listener.hear(Publish.class);
    Publish two = listener.hear(Publish.class);
    assertThat(listener.hearAll()).isEmpty(); // [MQTT-3.3.4-9] [MQTT-4.9.0-1] [MQTT-4.9.0-2]
    listener.pubrec(one.packetId());
    listener.hear(Pubrel.class);
    assertThat(listener.hearAll()).isEmpty(); // PUBREC of success frees nothing
    listener.pubcomp(one.packetId());
    assertThat(listener.hearText()).isEqualTo("m3");
    listener.puback(two.packetId());
    Publish four = listener.hear(Publish.class);
    assertThat(text(four)).isEqualTo("m4");
    assertThat(listener.hearAll()).isEmpty();
    listener.puback(four.packetId());
    assertThat(listener.hearText()).isEqualTo("m5");
  }

  @Test
  void aRefusalByTheClientFreesItsPlace() { // [MQTT-3.3.4-9] [MQTT-4.9.0-2]
    VirtualClient listener = listener(1);
    publish(3);
    listener.say(new Pubrec(listener.hear(Publish.class).packetId(), ReasonCode.QUOTA_EXCEEDED));
    listener.say(new Puback(listener.hear(Publish.class).packetId(), ReasonCode.QUOTA_EXCEEDED));
    assertThat(listener.hearText()).isEqualTo("m3");
  }

  @Test
  void othersThanQos1And2DoNotWait() { // [MQTT-3.3.4-10] [MQTT-4.9.0-3]
    VirtualClient listener = listener(1);
    publish(2);
    listener.hear(Publish.class);
    guest(broker, "zero").publish("t", QOS_0, 0, "zero");
    assertThat(listener.hearText()).isEqualTo("zero");
    assertAlive(listener);
    listener.subscribe(QOS_0, "u");
    listener.publish("nowhere", QOS_1, 5, "x");
    listener.hear(Puback.class);
    assertThat(listener.hearAll()).isEmpty();
  }

  @Test
  void theQuotaBeginsAgainWithEachConnection() { // [MQTT-4.9.0-1]
    VirtualClient listener = listener(4);
    publish(6);
    assertThat(listener.hearAll()).hasSize(4);
    listener.vanish();
    listener = broker.client();
    listener.connect(
        VirtualConnect.as("listener")
            .resuming()
            .expiring(1000)
            .with(PropertyId.RECEIVE_MAXIMUM, 1));
    Publish first = listener.hear(Publish.class);
    assertThat(first.dup()).isTrue();
    assertThat(listener.hearAll()).isEmpty();
    listener.pubrec(first.packetId()).pubcomp(first.packetId());
    listener.hear(Pubrel.class);
    assertThat(listener.hear(Publish.class).dup()).isTrue();
  }

  @Test
  void aClientThatSaysNothingGetsAsManyAsTheBrokerSends() {
    VirtualClient listener = guest(broker, "listener");
    listener.subscribe(QOS_2, "#");
    publish(12);
    assertThat(listener.hearAll()).hasSize(10);
  }

  // ---------------------------------------------------------------- in

  @Test
  void moreThanTheBrokerTakesCloseTheConnection() { // [MQTT-3.3.4-7]
    VirtualClient client = guest(broker, "x");
    for (int i = 1; i <= 3; i++) {
      client.publish("t", QOS_2, i, "x");
      client.hear(Pubrec.class);
    }
    client.publish("t", QOS_0, 0, "does not count");
    client.publish("t", QOS_1, 4, "x");
    assertEnded(client, ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
  }

  @Test
  void whatIsAcknowledgedDoesNotCount() {
    VirtualClient client = guest(broker, "x");
    for (int i = 1; i <= 50; i++) {
      client.publish("t", QOS_1, i, "x");
      client.publish("secret/t", QOS_2, i, "x"); // refused, its PUBREC ends it
      client.publish("t", QOS_2, i, "x");
      client.pubrel(i);
    }
    client.hearAll();
    assertAlive(client);
  }

  @Test
  void unheldAcknowledgementsCount() { // [MQTT-3.3.4-7]
    VirtualClient client = guest(broker, "x");
    VirtualClient keeper = lodger(broker, "keeper");
    keeper.subscribe(QOS_1, "t");
    broker.holdJournal();
    for (int i = 1; i <= 3; i++) {
      client.publish("t", QOS_1, i, "x");
    }
    assertThat(client.hearAll()).isEmpty();
    assertThat(client.isClosed()).isFalse();
    client.publish("t", QOS_1, 4, "x");
    assertEnded(client, ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
  }

  @Test
  void a3xClientKnowsNoReceiveMaximum() {
    VirtualClient client = broker.client();
    client.connect311("x", true);
    for (int i = 1; i <= 20; i++) {
      client.publish("t", QOS_2, i, "x");
    }
    assertThat(client.hearAll()).hasSize(20);
    assertAlive(client);
  }
}

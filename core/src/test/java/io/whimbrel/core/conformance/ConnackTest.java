package io.whimbrel.core.conformance;

import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.assertCut;
import static io.whimbrel.core.conformance.Talk.assertRefused;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Pingreq;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNACK (3.2). */
final class ConnackTest {
  private final VirtualBroker broker = new VirtualBroker();

  @Test
  void connackComesBeforeAnythingThatWaited() {
    VirtualClient first = lodger(broker, "x");
    first.subscribe(QOS_2, "t");
    first.vanish();
    VirtualClient publisher = guest(broker, "pub");
    publisher.publish("t", QOS_1, 1, "a");
    publisher.publish("t", QOS_2, 2, "b");
    VirtualClient second = broker.client();
    second.say(VirtualConnect.as("x").resuming().packet());
    List<Packet> heard = second.hearAll();
    assertThat(heard).hasSize(3).first().isInstanceOf(Connack.class); // [MQTT-3.2.0-1]
    second.say(Pingreq.INSTANCE);
    assertThat(second.hearAll()).noneMatch(Connack.class::isInstance); // [MQTT-3.2.0-2]
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void itsFlagsAreSessionPresentAlone(ProtocolVersion version) { // [MQTT-3.2.2-1]
    VirtualConnect words = VirtualConnect.as("x").speaking(version);
    if (version.isFive()) {
      words.expiring(100);
    }
    broker.client().connect(words.resuming());
    VirtualClient again = broker.client();
    again.say(words.packet());
    byte[] connack = again.hearBytes();
    assertThat(connack[0]).isEqualTo((byte) 0x20);
    int expected = version == ProtocolVersion.MQTT_3_1 ? 0 : 1; // 3.1 has no Session Present
    assertThat(connack[2]).isEqualTo((byte) expected);
  }

  @Test
  void sessionPresentSaysWhatTheBrokerHolds() {
    VirtualClient client = broker.client();
    assertThat(client.connect("x", true, 100).sessionPresent()).isFalse(); // [MQTT-3.2.2-2]
    client.vanish();
    client = broker.client();
    Connack present = client.connect("x", false, 100);
    assertThat(present.sessionPresent()).isTrue(); // [MQTT-3.2.2-3]
    assertThat(present.reason()).isEqualTo(ReasonCode.SUCCESS);
    client.vanish();
    Connack other = broker.client().connect("y", false, 100);
    assertThat(other.sessionPresent()).isFalse();
    client = broker.client();
    assertThat(client.connect("x", true, 100).sessionPresent()).isFalse();
  }

  @Test
  void aRefusalSaysThatNoSessionIsPresentAndCloses() {
    lodger(broker, "x").vanish();
    VirtualClient client = broker.client();
    client.say(VirtualConnect.as("x").resuming().user("evil", "").packet());
    // [MQTT-3.2.2-6] [MQTT-3.2.2-7] [MQTT-4.13.2-1]
    assertRefused(client, ReasonCode.BAD_USER_NAME_OR_PASSWORD);
  }

  @Test
  void aBrokerThatStopsRefusesWithACodeOfConnack() {
    for (ProtocolVersion version : ProtocolVersion.values()) {
      VirtualBroker slow = new VirtualBroker();
      VirtualClient client = slow.client();
      slow.holdJournal();
      VirtualConnect words = VirtualConnect.as("x").speaking(version).resuming();
      client.say((version.isFive() ? words.expiring(9) : words).packet());
      slow.broker().shards().get(0).shutdown();
      assertRefused(client, ReasonCode.SERVER_UNAVAILABLE); // [MQTT-3.2.2-8]
    }
  }

  @Test
  void everyQosAndRetainIsThereAndNothingElseIsSaid() {
    // [MQTT-3.2.2-9] [MQTT-3.2.2-10] [MQTT-3.2.2-12] [MQTT-3.2.2-13]
    VirtualClient client = broker.client();
    Connack connack = client.connect(VirtualConnect.as("x").will("w", QOS_2, true, "gone"));
    for (PropertyId lack :
        List.of(
            PropertyId.MAXIMUM_QOS,
            PropertyId.RETAIN_AVAILABLE,
            PropertyId.WILDCARD_SUBSCRIPTION_AVAILABLE,
            PropertyId.SUBSCRIPTION_IDENTIFIER_AVAILABLE,
            PropertyId.SHARED_SUBSCRIPTION_AVAILABLE)) {
      assertThat(connack.properties().has(lack)).isFalse();
    }
    client.subscribe(QOS_2, "w", "$share/g/#");
    client.vanish();
    VirtualClient late = guest(broker, "late");
    late.subscribe(QOS_2, "w");
    assertThat(late.hear(Publish.class).qos()).isEqualTo(QOS_2);
  }

  @Test
  void limitsOfTheBrokerAreTold() {
    VirtualBroker limited =
        new VirtualBroker(
            1,
            VirtualLimits.with(
                l -> {
                  l.receiveMaximum = 7;
                  l.packetSizeMax = 999;
                  l.topicAliasMaximumIn = 3;
                  l.sessionExpiryMaxSeconds = 60;
                  l.keepAliveMaxSeconds = 30;
                }));
    Connack connack = limited.client().connect(VirtualConnect.as("x").expiring(61).keepAlive(31));
    Properties told = connack.properties();
    assertThat(told.number(PropertyId.RECEIVE_MAXIMUM, 0)).isEqualTo(7);
    assertThat(told.number(PropertyId.MAXIMUM_PACKET_SIZE, 0)).isEqualTo(999);
    assertThat(told.number(PropertyId.TOPIC_ALIAS_MAXIMUM, 0)).isEqualTo(3);
    assertThat(told.number(PropertyId.SESSION_EXPIRY_INTERVAL, 0)).isEqualTo(60);
    assertThat(told.number(PropertyId.SERVER_KEEP_ALIVE, 0)).isEqualTo(30);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void thereIsNoResponseInformation(int asked) { // [MQTT-3.1.2-28]
    Connack connack =
        broker
            .client()
            .connect(VirtualConnect.as("x").with(PropertyId.REQUEST_RESPONSE_INFORMATION, asked));
    assertThat(connack.properties().has(PropertyId.RESPONSE_INFORMATION)).isFalse();
  }

  @Test
  void theReasonStringIsLeftOutWhereItWouldNotFit() {
    VirtualClient roomy = broker.client();
    roomy.say(VirtualConnect.as("x").user("evil", "").packet());
    assertThat(roomy.hear(Connack.class).properties().has(PropertyId.REASON_STRING)).isTrue();

    VirtualClient tight = broker.client();
    tight.say(
        VirtualConnect.as("x").user("evil", "").with(PropertyId.MAXIMUM_PACKET_SIZE, 8).packet());
    Connack connack = tight.hear(Connack.class);
    assertThat(connack.reason()).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    // [MQTT-3.2.2-19] [MQTT-3.2.2-20]: Whimbrel sends no User Properties of its own
    assertThat(connack.properties()).isEqualTo(Properties.NONE);
    assertCut(tight);
  }

  @Test
  void aClientThatTakesNoConnackIsClosed() { // [MQTT-3.1.2-24]
    VirtualClient client = broker.client();
    client.say(VirtualConnect.as("x").with(PropertyId.MAXIMUM_PACKET_SIZE, 4).packet());
    assertCut(client);
  }

  @Test
  void aClientThatTakesNoSubackIsClosed() { // [MQTT-3.1.2-24] [MQTT-3.9.2-1] [MQTT-3.9.2-2]
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("x").with(PropertyId.MAXIMUM_PACKET_SIZE, 30));
    SubscriptionRequest[] many = new SubscriptionRequest[100];
    for (int i = 0; i < many.length; i++) {
      many[i] =
          new SubscriptionRequest(
              TopicFilter.of("t/" + i), QOS_1, false, false, RetainHandling.DO_NOT_SEND);
    }
    client.say(new Subscribe(1, Properties.NONE, List.of(many)));
    assertCut(client);
  }
}

package io.whimbrel.core.conformance;

import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.assertAlive;
import static io.whimbrel.core.conformance.Talk.assertCut;
import static io.whimbrel.core.conformance.Talk.assertEnded;
import static io.whimbrel.core.conformance.Talk.guest;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import io.whimbrel.core.port.DropReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Maximum Packet Size both ways (3.1.2.11.4, 3.2.2.3.6). */
final class PacketSizeTest {
  private final VirtualBroker broker = new VirtualBroker();

  @ParameterizedTest
  @EnumSource(Qos.class)
  void aMessageTooLargeForAClientIsLeftOutAsIfItHadTakenIt(Qos qos) {
    VirtualClient listener = broker.client();
    listener.connect(
        VirtualConnect.as("listener")
            .with(PropertyId.MAXIMUM_PACKET_SIZE, 50)
            .with(PropertyId.RECEIVE_MAXIMUM, 1));
    listener.subscribe(QOS_2, "t");
    VirtualClient client = guest(broker, "x");
    for (int i = 1; i <= 5; i++) {
      client.publish("t", qos, qos == QOS_0 ? 0 : i, "x".repeat(50)); // [MQTT-3.1.2-24]
    }
    client.publish("t", qos, qos == QOS_0 ? 0 : 6, "fits");
    assertThat(listener.hearTexts()).containsExactly("fits"); // [MQTT-3.1.2-25]
    assertThat(broker.dropped(DropReason.PACKET_TOO_LARGE)).isEqualTo(5);
  }

  @Test
  void aMessageThatFitsExactlyIsSent() {
    VirtualClient listener = broker.client();
    listener.connect(VirtualConnect.as("listener").with(PropertyId.MAXIMUM_PACKET_SIZE, 16));
    listener.subscribe(QOS_1, "t");
    VirtualClient client = guest(broker, "x");
    client.publish("t", QOS_1, 1, "x".repeat(9)); // 2 + 3 + 2 + 1 before it: 17
    client.publish("t", QOS_1, 2, "x".repeat(8));
    assertThat(listener.hearTexts()).containsExactly("x".repeat(8)); // [MQTT-3.1.2-24]
  }

  @Test
  void anAliasIsGivenUpBeforeAMessageIs() {
    VirtualClient listener = broker.client();
    listener.connect(
        VirtualConnect.as("listener")
            .with(PropertyId.MAXIMUM_PACKET_SIZE, 16)
            .with(PropertyId.TOPIC_ALIAS_MAXIMUM, 5));
    listener.subscribe(QOS_1, "t");
    guest(broker, "x").publish("t", QOS_1, 1, "x".repeat(8));
    Publish heard = listener.hear(Publish.class);
    assertThat(heard.properties().has(PropertyId.TOPIC_ALIAS)).isFalse();
  }

  @Test
  void theReasonStringOfDisconnectIsLeftOutWhereItWouldNotFit() {
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("x").with(PropertyId.MAXIMUM_PACKET_SIZE, 20));
    client.say(VirtualConnect.as("x").packet());
    Disconnect disconnect = client.hear(Disconnect.class);
    assertThat(disconnect.reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
    assertThat(disconnect.properties())
        .isEqualTo(Properties.NONE); // [MQTT-3.14.2-3] [MQTT-3.14.2-4]
    assertCut(client);
  }

  @Test
  void aPacketLargerThanTheBrokerTakesClosesTheConnection() { // [MQTT-3.2.2-15]
    VirtualBroker small = new VirtualBroker(1, VirtualLimits.with(l -> l.packetSizeMax = 100));
    VirtualClient client = guest(small, "x");
    client.publish("t", QOS_0, 0, "x".repeat(94 - 2)); // 100 bytes
    assertAlive(client);
    client.sayBytes(new byte[] {0x30, 99}); // judged before it is there
    assertEnded(client, ReasonCode.PACKET_TOO_LARGE);
  }

  @Test
  void whatIsTooLargeForOneIsNotForOthers() {
    VirtualClient small = broker.client();
    small.connect(VirtualConnect.as("small").with(PropertyId.MAXIMUM_PACKET_SIZE, 20));
    small.subscribe(QOS_1, "t");
    VirtualClient large = guest(broker, "large");
    large.subscribe(QOS_1, "t");
    guest(broker, "x").publish("t", QOS_1, 1, "x".repeat(20_000));
    assertThat(small.hearAll()).isEmpty();
    assertThat(large.hearText()).hasSize(20_000);
  }
}

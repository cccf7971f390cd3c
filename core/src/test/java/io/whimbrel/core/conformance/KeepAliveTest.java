package io.whimbrel.core.conformance;

import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.assertAlive;
import static io.whimbrel.core.conformance.Talk.assertCut;
import static io.whimbrel.core.conformance.Talk.assertEnded;
import static io.whimbrel.core.conformance.Talk.guest;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Pingreq;
import io.whimbrel.codec.Pingresp;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keep Alive (3.1.2.10), PINGREQ and PINGRESP (3.12, 3.13). */
final class KeepAliveTest {
  private final VirtualBroker broker = new VirtualBroker();

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void pingreqIsAnswered(ProtocolVersion version) {
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("x").speaking(version));
    client.say(Pingreq.INSTANCE);
    client.hear(Pingresp.class); // [MQTT-3.12.4-1]
  }

  @Test
  void silenceForOneAndAHalfKeepAlivesClosesTheConnection() {
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("x").keepAlive(10));
    broker.pass(14_999);
    assertThat(client.isClosed()).isFalse();
    broker.pass(1);
    assertEnded(client, ReasonCode.KEEP_ALIVE_TIMEOUT); // [MQTT-3.1.2-22] [MQTT-3.2.2-22]
  }

  @Test
  void silenceOfAClientOf311IsAPlainClose() {
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("x").speaking(ProtocolVersion.MQTT_3_1_1).keepAlive(10));
    broker.pass(15_000);
    assertCut(client); // [3.1.1 MQTT-3.1.2-24]
  }

  @Test
  void anyPacketKeepsTheConnection() {
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("x").keepAlive(10));
    for (int i = 1; i < 10; i++) {
      broker.pass(14_000);
      client.publish("t", QOS_1, i, "x");
      client.hear(Puback.class);
    }
    assertAlive(client);
  }

  @Test
  void aPacketThatNeverEndsDoesNotKeepTheConnection() { // [MQTT-3.1.2-22]: a whole packet
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("x").keepAlive(10));
    client.sayBytes(new byte[] {0x30, 100});
    for (int i = 0; i < 15; i++) {
      client.sayBytes(new byte[] {'x'});
      broker.pass(1000);
    }
    assertEnded(client, ReasonCode.KEEP_ALIVE_TIMEOUT);
  }

  @Test
  void itEndsAsIfTheNetworkHadFailed() { // [MQTT-3.1.2-22]
    VirtualClient listener = guest(broker, "listener");
    listener.subscribe(QOS_1, "will");
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("x").keepAlive(10).will("will", QOS_1, false, "lost"));
    broker.pass(15_000);
    assertThat(listener.hearText()).isEqualTo("lost");
  }

  @Test
  void withoutKeepAliveSilenceIsAllowed() {
    VirtualClient client = guest(broker, "x");
    broker.pass(1_000_000_000);
    assertAlive(client);
  }

  @Test
  void theKeepAliveOfTheServerCounts() { // [MQTT-3.1.2-21] [MQTT-3.2.2-21]
    VirtualBroker strict =
        new VirtualBroker(1, VirtualLimits.with(l -> l.serverKeepAliveSeconds = 4));
    VirtualClient client = strict.client();
    Connack connack = client.connect(VirtualConnect.as("x").keepAlive(1000));
    assertThat(connack.properties().number(PropertyId.SERVER_KEEP_ALIVE, 0)).isEqualTo(4);
    strict.pass(6000);
    assertEnded(client, ReasonCode.KEEP_ALIVE_TIMEOUT);
  }
}

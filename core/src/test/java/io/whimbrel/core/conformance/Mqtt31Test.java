package io.whimbrel.core.conformance;

import static io.whimbrel.codec.WireCase.bytes;
import static io.whimbrel.core.VirtualClient.message;
import static io.whimbrel.core.VirtualClient.text;
import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.assertAlive;
import static io.whimbrel.core.conformance.Talk.assertCut;
import static io.whimbrel.core.conformance.Talk.assertRefused;
import static io.whimbrel.core.conformance.Talk.filter;
import static io.whimbrel.core.conformance.Talk.guest;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.Unsuback;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients of MQTT 3.1, as far as it differs from 3.1.1. */
final class Mqtt31Test {
  private final VirtualBroker broker = new VirtualBroker();

  private static VirtualConnect old(String clientId) {
    return VirtualConnect.as(clientId).speaking(ProtocolVersion.MQTT_3_1);
  }

  private VirtualClient connected(String clientId) {
    VirtualClient client = broker.client();
    assertThat(client.connect(old(clientId)).reason()).isEqualTo(ReasonCode.SUCCESS);
    return client;
  }

  @Test
  void itsProtocolNameIsMqisdp() {
    VirtualClient client = broker.client();
    client.sayBytes(
        new byte[] {0x10, 15, 0, 6, 'M', 'Q', 'I', 's', 'd', 'p', 3, 2, 0, 0, 0, 1, 'x'});
    assertThat(client.hearBytes()).containsExactly(0x20, 2, 0, 0);
  }

  @Test
  void everyQosWorks() {
    VirtualClient client = connected("x");
    assertThat(client.subscribe(QOS_2, "t").reasons()).containsExactly(ReasonCode.GRANTED_QOS_2);
    client.publish("t", QOS_2, 1, "x");
    Publish heard = client.hear(Publish.class);
    client.hear(Pubrec.class);
    client.pubrel(1);
    client.hear(Pubcomp.class);
    client.pubrec(heard.packetId());
    client.hear(Pubrel.class);
    client.pubcomp(heard.packetId());
    assertAlive(client);
  }

  @Test
  void itNeedsAClientIdentifier() { // its return code 2, Identifier Rejected
    VirtualClient client = broker.client();
    client.sayBytes(new byte[] {0x10, 14, 0, 6, 'M', 'Q', 'I', 's', 'd', 'p', 3, 2, 0, 0, 0, 0});
    assertThat(client.hearBytes()).containsExactly(0x20, 2, 0, 2);
    assertThat(client.isClosed()).isTrue();
  }

  /** 3.1 allows 23 characters; like Mosquitto and HiveMQ, Whimbrel takes more. */
  @Test
  void itsIdentifierMayBeLonger() {
    connected("x".repeat(200));
  }

  @Test
  void aRefusedSubscriptionClosesTheConnection() { // its SUBACK cannot say so
    VirtualClient client = connected("x");
    client.say(
        new Subscribe(1, Properties.NONE, List.of(filter("a", QOS_0), filter("secret/a", QOS_0))));
    assertCut(client);
  }

  @Test
  void itsSessionIsKeptAndItIsNotTold() {
    VirtualClient client = broker.client();
    client.connect(old("x").resuming());
    client.subscribe(QOS_1, "t");
    client.vanish();
    guest(broker, "p").publish("t", QOS_1, 1, "kept");
    client = broker.client();
    client.say(old("x").resuming().packet());
    byte[] heard = client.hearBytes();
    assertThat(Arrays.copyOf(heard, 4)).containsExactly(0x20, 2, 0, 0);
    assertThat(heard).hasSizeGreaterThan(4);
  }

  @Test
  void itMeetsClientsOfTheOtherVersions() {
    VirtualClient three = connected("three");
    three.subscribe(QOS_1, "t");
    VirtualClient five = guest(broker, "five");
    five.subscribe(QOS_1, "t");
    five.say(message("t", QOS_1, 1, "from five", p -> p.user("a", "b")));
    Publish heard = three.hear(Publish.class);
    assertThat(heard.properties()).isEqualTo(Properties.NONE);
    assertThat(text(heard)).isEqualTo("from five");
    five.hearText();
    five.hear(Puback.class);
    three.publish("t", QOS_1, 1, "from three");
    assertThat(five.hearText()).isEqualTo("from three");
  }

  @Test
  void whatIsSentAgainMayCarryDup() {
    VirtualClient client = connected("old");
    client.sayBytes(bytes("8A 06 00 01 00 01 \"t\" 01")); // SUBSCRIBE
    assertThat(client.hear(Suback.class).packetId()).isEqualTo(1);
    client.sayBytes(bytes("AA 05 00 02 00 01 \"t\"")); // UNSUBSCRIBE
    assertThat(client.hear(Unsuback.class).packetId()).isEqualTo(2);
    client.publish("t", QOS_2, 3, "x");
    client.hear(Pubrec.class);
    client.sayBytes(bytes("6A 02 00 03")); // PUBREL
    assertThat(client.hear(Pubcomp.class).packetId()).isEqualTo(3);
  }

  @Test
  void in311DupThereIsMalformed() { // [3.1.1 MQTT-3.8.1-1] [3.1.1 MQTT-2.2.2-2]
    // [3.1.1 MQTT-3.10.1-1] [3.1.1 MQTT-3.6.1-1]
    for (String wire :
        List.of("8A 06 00 01 00 01 \"t\" 01", "AA 05 00 02 00 01 \"t\"", "6A 02 00 03")) {
      VirtualClient client = broker.client();
      client.connect311("x", true);
      client.sayBytes(bytes(wire));
      assertCut(client);
    }
  }

  @Test
  void theFlagsForUserAndPasswordMayBeSetWithoutTheFields() {
    VirtualClient client = broker.client().speaking(ProtocolVersion.MQTT_3_1);
    client.sayBytes(bytes("10 0F 00 06 \"MQIsdp\" 03 C2 00 00 00 01 \"x\""));
    assertThat(client.hear(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    assertAlive(client);
  }

  @Test
  void itsNameWithAnotherLevelIsUnknown() { // [3.1.1 MQTT-3.1.2-2]
    VirtualClient client = broker.client().speaking(ProtocolVersion.MQTT_3_1);
    client.sayBytes(bytes("10 0F 00 06 \"MQIsdp\" 04 02 00 00 00 01 \"x\""));
    assertRefused(client, ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
  }

  @Test
  void aBridgeMayMarkItsLevel() {
    VirtualClient client = broker.client().speaking(ProtocolVersion.MQTT_3_1);
    client.sayBytes(bytes("10 0F 00 06 \"MQIsdp\" 83 02 00 00 00 01 \"x\""));
    assertThat(client.hear(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
  }

  @Test
  void nothingIsSaidToItWhenItIsClosed() {
    VirtualClient client = connected("old");
    guest(broker, 0, "old"); // takes its identifier over
    assertCut(client);
  }
}

package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.again;
import static io.whimbrel.core.VirtualClient.message;
import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.assertAlive;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static io.whimbrel.core.conformance.Talk.properties;
import static io.whimbrel.core.conformance.Talk.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.Unsuback;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PUBLISH and its acknowledgements (3.3 to 3.7, 4.3). */
final class PublishTest {
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());

  // ---------------------------------------------------------------- in

  @Test
  void eachQosIsAnsweredInItsOwnWay() {
    VirtualClient client = guest(broker, "x");
    client.publish("t", QOS_0, 0, "zero");
    assertThat(client.hearAll()).isEmpty(); // [MQTT-3.3.4-1]
    client.publish("t", QOS_1, 11, "one");
    assertThat(client.hear(Puback.class).packetId()).isEqualTo(11); // [MQTT-2.2.1-5] [MQTT-4.3.2-4]
    client.publish("t", QOS_2, 12, "two");
    assertThat(client.hear(Pubrec.class).packetId()).isEqualTo(12); // [MQTT-4.3.3-8]
    client.pubrel(12);
    assertThat(client.hear(Pubcomp.class).packetId()).isEqualTo(12); // [MQTT-4.3.3-11]
  }

  @Test
  void aQos1MessageWhoseIdentifierComesAgainIsANewOne() { // [MQTT-4.3.2-5]
    VirtualClient listener = guest(broker, 1, "listener");
    listener.subscribe(QOS_1, "t");
    VirtualClient client = guest(broker, "x");
    Publish said = message("t", QOS_1, 1, "x");
    client.say(said);
    client.hear(Puback.class);
    client.say(again(said));
    client.hear(Puback.class);
    assertThat(listener.hearTexts()).containsExactly("x", "x");
  }

  @Test
  void reasonCodesAreThoseOfThePacket() {
    VirtualClient client = guest(broker, "x");
    client.publish("nobody/listens", QOS_1, 1, "x");
    assertThat(client.hear(Puback.class).reason())
        .isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS); // [MQTT-3.4.2-1]
    client.publish("secret/t", QOS_1, 2, "x");
    assertThat(client.hear(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    client.publish("nobody/listens", QOS_2, 3, "x");
    assertThat(client.hear(Pubrec.class).reason())
        .isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS); // [MQTT-3.5.2-1]
    client.pubrel(3);
    assertThat(client.hear(Pubcomp.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    client.pubrel(3);
    assertThat(client.hear(Pubcomp.class).reason())
        .isEqualTo(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND); // [MQTT-3.7.2-1]
    client.pubrec(4);
    assertThat(client.hear(Pubrel.class).reason())
        .isEqualTo(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND); // [MQTT-3.6.2-1]
  }

  @Test
  void aPayloadThatIsNotWhatItSaysIsRefused() {
    VirtualClient client = guest(broker, "x");
    Properties utf8 = properties(p -> p.set(PropertyId.PAYLOAD_FORMAT_INDICATOR, 1));
    byte[] broken = {(byte) 0xC0, (byte) 0x80};
    client.say(new Publish(false, QOS_1, false, TopicName.of("t"), 1, utf8, broken));
    assertThat(client.hear(Puback.class).reason()).isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
  }

  @Test
  void acknowledgementsOfNothingAreHarmless() {
    VirtualClient client = guest(broker, "x");
    client.subscribe(QOS_1, "t");
    client.puback(9).pubcomp(9);
    assertAlive(client);
    client.publish("t", QOS_1, 1, "a");
    client.hearText();
    client.hear(Puback.class);
    client.pubcomp(1).puback(7);
    client.publish("t", QOS_1, 2, "b");
    assertThat(client.hearText()).isEqualTo("b");
  }

  @Test
  void acknowledgementsCarryNoReasonString() {
    // [MQTT-3.1.2-29] [MQTT-3.4.2-2] [MQTT-3.4.2-3] [MQTT-3.5.2-2] [MQTT-3.5.2-3]
    // [MQTT-3.6.2-2] [MQTT-3.6.2-3] [MQTT-3.7.2-2] [MQTT-3.7.2-3] [MQTT-3.9.2-1]
    // [MQTT-3.9.2-2] [MQTT-3.11.2-1] [MQTT-3.11.2-2] [MQTT-3.15.2-2] [MQTT-3.15.2-3]
    VirtualClient client = broker.client();
    client.connect(
        VirtualConnect.as("x")
            .with(PropertyId.REQUEST_PROBLEM_INFORMATION, 0)
            .with(PropertyId.MAXIMUM_PACKET_SIZE, 30));
    client.publish("secret/t", QOS_1, 1, "x");
    assertThat(client.hear(Puback.class).properties()).isEqualTo(Properties.NONE);
    client.publish("secret/t", QOS_2, 2, "x");
    assertThat(client.hear(Pubrec.class).properties()).isEqualTo(Properties.NONE);
    client.pubrel(2);
    assertThat(client.hear(Pubcomp.class).properties()).isEqualTo(Properties.NONE);
    client.pubrec(3);
    assertThat(client.hear(Pubrel.class).properties()).isEqualTo(Properties.NONE);
    assertThat(client.subscribe(QOS_0, "secret/t").properties()).isEqualTo(Properties.NONE);
    client.unsubscribe("none");
    assertThat(client.hear(Unsuback.class).properties()).isEqualTo(Properties.NONE);
  }

  // ---------------------------------------------------------------- out

  @ParameterizedTest
  @EnumSource(Qos.class)
  void aFirstDeliveryHasNoDup(Qos qos) {
    VirtualClient listener = guest(broker, 1, "listener");
    listener.subscribe(QOS_2, "t");
    VirtualClient client = guest(broker, "x");
    Publish said = message("t", qos, qos == QOS_0 ? 0 : 1, "x");
    client.say(qos == QOS_0 ? said : again(said)); // its own DUP does not travel
    Publish heard = listener.hear(Publish.class);
    // [MQTT-3.3.1-2] [MQTT-3.3.1-3] [MQTT-4.3.1-1] [MQTT-4.3.2-2] [MQTT-4.3.3-2]
    assertThat(heard.dup()).isFalse();
    assertThat(heard.qos()).isEqualTo(qos);
    assertThat(heard.packetId() == 0).isEqualTo(qos == QOS_0); // [MQTT-2.2.1-2]
  }

  @Test
  void packetIdentifiersInUseAreNotGivenAgain() { // [MQTT-2.2.1-4]
    VirtualBroker roomy =
        new VirtualBroker(
            1,
            VirtualLimits.with(
                l -> {
                  l.inFlightMax = 65_535;
                  l.receiveMaximum = 65_535;
                }));
    VirtualClient listener = guest(roomy, "listener");
    listener.subscribe(QOS_1, "t");
    VirtualClient client = guest(roomy, "x");
    client.publish("t", QOS_1, 1, "never acknowledged");
    int kept = listener.hear(Publish.class).packetId();
    for (int i = 0; i < 66_000; i++) {
      client.publish("t", QOS_1, 1, "x");
      client.hear(Puback.class);
      int id = listener.hear(Publish.class).packetId();
      assertThat(id).isNotEqualTo(kept).isBetween(1, 65_535); // [MQTT-4.3.2-1] [MQTT-4.3.3-1]
      listener.puback(id);
    }
  }

  @Test
  void everyPropertyTravelsUnaltered() {
    VirtualClient listener = guest(broker, 1, "listener");
    listener.subscribe(QOS_1, "t");
    VirtualClient client = guest(broker, "x");
    client.say(
        message(
            "t",
            QOS_1,
            1,
            "x",
            p ->
                p.user("b", "1")
                    .set(PropertyId.PAYLOAD_FORMAT_INDICATOR, 1)
                    .user("a", "")
                    .set(PropertyId.RESPONSE_TOPIC, "reply/to")
                    .set(PropertyId.CORRELATION_DATA, new byte[] {0, (byte) 0xFF})
                    .user("b", "\uFEFF0")
                    .set(PropertyId.CONTENT_TYPE, "text/plain")));
    Properties heard = listener.hear(Publish.class).properties();
    assertThat(heard.number(PropertyId.PAYLOAD_FORMAT_INDICATOR, 0)).isEqualTo(1); // [MQTT-3.3.2-4]
    assertThat(heard.text(PropertyId.RESPONSE_TOPIC)).isEqualTo("reply/to"); // [MQTT-3.3.2-15]
    assertThat(heard.binary(PropertyId.CORRELATION_DATA))
        .containsExactly(0, 0xFF); // [MQTT-3.3.2-16]
    assertThat(texts(heard.userProperties()))
        .containsExactly("b=1", "a=", "b=\uFEFF0"); // [MQTT-3.3.2-17] [MQTT-3.3.2-18]
    assertThat(heard.text(PropertyId.CONTENT_TYPE)).isEqualTo("text/plain"); // [MQTT-3.3.2-20]
    assertThat(heard.has(PropertyId.MESSAGE_EXPIRY_INTERVAL)).isFalse();
  }

  @Test
  void topicsAreNotNormalised() { // [MQTT-4.7.3-4] [MQTT-1.5.4-3]
    VirtualClient listener = guest(broker, 1, "listener");
    listener.subscribe(QOS_0, "a\u0301", "\uFEFFb", "c//d", "/e", "f/", "A");
    VirtualClient client = guest(broker, "x");
    for (String other : List.of("\u00E1", "b", "c/d", "e", "f", "a")) {
      client.publish(other, QOS_0, 0, other);
    }
    assertThat(listener.hearAll()).isEmpty();
    for (String same : List.of("a\u0301", "\uFEFFb", "c//d", "/e", "f/", "A")) {
      client.publish(same, QOS_0, 0, same);
      Publish heard = listener.hear(Publish.class);
      assertThat(heard.topic().toString()).isEqualTo(same); // [MQTT-3.3.2-3]
    }
  }

  @Test
  void everyClientThatSubscribedGetsIt() { // [MQTT-4.5.0-1]
    List<VirtualClient> listeners = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      listeners.add(lodger(broker, i % 2, "listener" + i));
      listeners.get(i).subscribe(QOS_1, i % 3 == 0 ? "#" : "a/+");
      if (i % 4 == 0) {
        listeners.get(i).vanish();
      }
    }
    guest(broker, "x").publish("a/b", QOS_1, 1, "x");
    for (int i = 0; i < 20; i++) {
      VirtualClient listener = i % 4 == 0 ? back(broker, "listener" + i) : listeners.get(i);
      assertThat(listener.hearTexts()).containsExactly("x");
    }
  }
}

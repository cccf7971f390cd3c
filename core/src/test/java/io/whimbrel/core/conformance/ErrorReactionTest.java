package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.message;
import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.assertAlive;
import static io.whimbrel.core.conformance.Talk.assertCut;
import static io.whimbrel.core.conformance.Talk.assertEnded;
import static io.whimbrel.core.conformance.Talk.guest;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.PacketDecoder;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.WireCase;
import io.whimbrel.codec.WireCases;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a client that breaks a rule (4.13), for all the rules in the wire cases. */
final class ErrorReactionTest {
  static List<WireCase> breaches() {
    return WireCases.refused().stream()
        .filter(wire -> wire.sender() == PacketDecoder.Sender.CLIENT)
        .toList();
  }

  /** A client in the state its words belong to; a bystander looks on. */
  @ParameterizedTest
  @MethodSource("breaches")
  void itIsToldTheReasonWhereItsVersionHasOneAndClosed(WireCase wire) {
    VirtualBroker broker = new VirtualBroker();
    VirtualClient bystander = guest(broker, "bystander");
    bystander.subscribe(QOS_0, "#");
    VirtualClient client = broker.client();
    if (wire.version() != null) {
      client.connect(VirtualConnect.as("culprit").speaking(wire.version()));
    }
    client.sayBytes(wire.bytes());
    if (wire.version() == null) {
      client.speaking(answeredIn(wire));
      assertThat(client.hearAll())
          .allMatch(p -> p instanceof Connack refusal && refusal.reason() == wire.reason())
          .hasSizeLessThan(2); // [MQTT-3.1.4-1]
      assertCut(client);
    } else if (wire.version().isFive()) {
      assertEnded(client, wire.reason()); // [MQTT-4.13.1-1] [MQTT-3.14.2-1]
    } else {
      assertCut(client); // [3.1.1 MQTT-4.8.0-1] [3.1.1 MQTT-2.2.2-2]
    }
    client.sayBytes(new byte[] {(byte) 0xC0, 0});
    assertThat(client.hearAll()).isEmpty(); // [MQTT-3.14.4-1] [MQTT-4.13.2-1]
    assertAlive(bystander);
    assertThat(bystander.hearAll()).isEmpty();
  }

  /** The level byte behind the protocol name, where there is one that has a CONNACK of 5.0. */
  private static ProtocolVersion answeredIn(WireCase wire) {
    PacketDecoder decoder = wire.decoder();
    decoder.offer(wire.bytes(), 0, wire.bytes().length);
    try {
      decoder.poll();
    } catch (ProtocolErrorException expected) {
      ProtocolVersion version = decoder.version();
      return version == null ? ProtocolVersion.MQTT_5 : version;
    }
    throw new AssertionError("the wire case is no breach");
  }

  @Test
  void aMistakeCostsNobodyElseTheirConnection() {
    VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());
    VirtualClient listener = guest(broker, "listener");
    listener.subscribe(QOS_1, "t");
    for (int i = 0; i < 100; i++) {
      VirtualClient culprit = guest(broker, i % 2, "culprit");
      culprit.say(message("t", QOS_1, 1, "before"));
      culprit.sayBytes(new byte[] {0x36, 0});
      culprit.hear(Puback.class);
      assertEnded(culprit, ReasonCode.MALFORMED_PACKET);
      culprit.vanish();
      Publish heard = listener.hear(Publish.class);
      listener.puback(heard.packetId());
    }
    assertAlive(listener);
  }

  @ParameterizedTest
  @MethodSource("breaches")
  void itMakesNoDifferenceHowItsBytesArrive(WireCase wire) { // [MQTT-4.2-1]
    VirtualBroker broker = new VirtualBroker();
    VirtualClient client = broker.client();
    if (wire.version() != null) {
      client.connect(VirtualConnect.as("culprit").speaking(wire.version()));
    } else {
      client.speaking(answeredIn(wire));
    }
    for (byte b : wire.bytes()) {
      client.sayBytes(new byte[] {b});
    }
    if (wire.version() != null && wire.version().isFive()) {
      assertEnded(client, wire.reason());
    }
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void whatCameBeforeTheMistakeCountsAndWhatComesBehindDoesNot() { // [MQTT-4.13.1-1]
    VirtualBroker broker = new VirtualBroker();
    VirtualClient listener = guest(broker, "listener");
    listener.subscribe(QOS_0, "t");
    VirtualClient culprit = guest(broker, "culprit");
    culprit.sayBytes(
        WireCase.bytes(
            """
            30 05 00 01 "t" 00 "a" # PUBLISH
            34 00                  # PUBLISH of QoS 2 without anything
            30 05 00 01 "t" 00 "b" # PUBLISH
            """));
    assertEnded(culprit, ReasonCode.MALFORMED_PACKET);
    culprit.publish("t", QOS_0, 0, "c");
    assertThat(listener.hearTexts()).containsExactly("a");
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void theWillOfWhoIsThrownOutIsPublished(ProtocolVersion version) {
    // [MQTT-3.1.2-8] [3.1.1 MQTT-3.1.2-8]
    VirtualBroker broker = new VirtualBroker();
    VirtualClient witness = guest(broker, "witness");
    witness.subscribe(QOS_0, "t");
    VirtualClient culprit = broker.client();
    culprit.connect(VirtualConnect.as("x").speaking(version).will("t", QOS_0, false, "thrown out"));
    culprit.sayBytes(new byte[] {0, 0});
    assertThat(culprit.isClosed()).isTrue();
    assertThat(witness.hearText()).isEqualTo("thrown out");
  }
}

package io.whimbrel.core.conformance;

import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.assertAlive;
import static io.whimbrel.core.conformance.Talk.assertCut;
import static io.whimbrel.core.conformance.Talk.assertEnded;
import static io.whimbrel.core.conformance.Talk.assertRefused;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Pingreq;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.Unsubscribe;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT (3.1). */
final class ConnectTest {
  private final VirtualBroker broker = new VirtualBroker();

  static List<Packet> otherFirstPackets() {
    return List.of(
        VirtualClient.message("t", Qos.AT_MOST_ONCE, 0, "x"),
        new Puback(1, ReasonCode.SUCCESS),
        new Subscribe(1, Properties.NONE, List.of(Talk.filter("t", QOS_1))),
        new Unsubscribe(1, Properties.NONE, List.of(TopicFilter.of("t"))),
        Pingreq.INSTANCE,
        new Disconnect(ReasonCode.SUCCESS, Properties.NONE),
        new Auth(ReasonCode.CONTINUE_AUTHENTICATION, Properties.NONE),
        new Connack(false, ReasonCode.SUCCESS, Properties.NONE));
  }

  @ParameterizedTest
  @MethodSource("otherFirstPackets")
  void theFirstPacketIsConnectOrTheConnectionIsClosed(Packet first) { // [MQTT-3.1.0-1]
    VirtualClient client = broker.client();
    client.say(first);
    assertCut(client); // [MQTT-3.14.0-1] no DISCONNECT before CONNACK
  }

  @Test
  void aSecondConnectIsAProtocolError() {
    VirtualClient client = guest(broker, "x");
    client.say(VirtualConnect.as("x").packet());
    assertEnded(client, ReasonCode.PROTOCOL_ERROR); // [MQTT-3.1.0-2]
    VirtualClient old = broker.client();
    old.connect311("y", true);
    old.say(VirtualConnect.as("y").speaking(ProtocolVersion.MQTT_3_1_1).packet());
    assertCut(old); // [3.1.1 MQTT-3.1.0-2]
  }

  @Test
  void anUnknownVersionIsToldSoAndClosed() {
    VirtualClient six = broker.client();
    six.sayBytes(new byte[] {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 6, 2, 0, 0, 0, 0, 0});
    assertRefused(six, ReasonCode.UNSUPPORTED_PROTOCOL_VERSION); // [MQTT-3.1.2-2]
    VirtualClient other = broker.client();
    other.sayBytes(new byte[] {0x10, 13, 0, 4, 'A', 'M', 'Q', 'P', 5, 2, 0, 0, 0, 0, 0});
    assertThat(other.isClosed()).isTrue(); // [MQTT-3.1.2-1]
  }

  @Test
  void theReservedFlagHasToBeZero() {
    VirtualClient client = broker.client();
    client.sayBytes(new byte[] {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 5, 3, 0, 0, 0, 0, 0});
    assertRefused(client, ReasonCode.MALFORMED_PACKET); // [MQTT-3.1.2-3] [MQTT-3.1.4-1]
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void cleanStartDiscardsTheSession(int shard) {
    VirtualBroker two = new VirtualBroker(2, VirtualBroker.limits());
    VirtualClient first = lodger(two, 0, "x");
    first.subscribe(QOS_1, "t");
    first.vanish();
    VirtualClient publisher = guest(two, "pub");
    publisher.publish("t", QOS_1, 1, "waits in the old session");

    VirtualClient second = two.client(shard);
    Connack connack = second.connect(VirtualConnect.as("x").expiring(1000));
    assertThat(connack.reason()).isEqualTo(ReasonCode.SUCCESS); // [MQTT-3.1.4-5]
    assertThat(connack.sessionPresent()).isFalse(); // [MQTT-3.2.2-2]
    publisher.publish("t", QOS_1, 2, "nobody asked for this");
    assertThat(second.hearAll()).isEmpty(); // [MQTT-3.1.2-4] [MQTT-3.1.4-4]
  }

  @Test
  void withoutCleanStartTheSessionGoesOnOrANewOneBegins() {
    VirtualClient first = broker.client();
    Connack none = first.connect(VirtualConnect.as("x").resuming().expiring(1000));
    assertThat(none.sessionPresent()).isFalse(); // [MQTT-3.1.2-6]
    first.subscribe(QOS_1, "t");
    first.vanish();
    guest(broker, "pub").publish("t", QOS_1, 1, "kept");
    assertThat(back(broker, "x").hearText()).isEqualTo("kept"); // [MQTT-3.1.2-5]
  }

  @ParameterizedTest
  @ValueSource(strings = {"X", "x ", "x/", "x+", "#", "х", "x\u0301", "\uFEFFx", "ẍ"})
  void theClientIdentifierAloneSaysWhoseStateItIs(String other) { // [MQTT-3.1.3-2]
    VirtualClient first = lodger(broker, "x");
    first.subscribe(QOS_1, "t");
    first.vanish();
    VirtualClient stranger = broker.client();
    assertThat(stranger.connect(VirtualConnect.as(other).resuming()).sessionPresent()).isFalse();
    back(broker, "x");
  }

  @Test
  void oneToTwentyThreeLettersAndDigitsAreAnIdentifier() { // [MQTT-3.1.3-5]
    String letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (int length = 1; length <= 23; length++) {
      for (int from = 0; from + length <= letters.length(); from += length) {
        String id = letters.substring(from, from + length);
        assertThat(broker.client().connect(VirtualConnect.as(id)).reason())
            .isEqualTo(ReasonCode.SUCCESS);
      }
    }
  }

  @Test
  void aClientWithoutAnIdentifierIsGivenOneOfItsOwn() {
    Set<String> given = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      VirtualClient client = broker.client();
      Connack connack = client.connect(VirtualConnect.as("").expiring(1000));
      String id = connack.properties().text(PropertyId.ASSIGNED_CLIENT_IDENTIFIER);
      assertThat(given.add(id)).isTrue(); // [MQTT-3.1.3-6] [MQTT-3.2.2-16]
      client.vanish();
    }
    VirtualClient returned = broker.client();
    String one = given.iterator().next();
    assertThat(returned.connect(VirtualConnect.as(one).resuming()).sessionPresent())
        .isTrue(); // [MQTT-3.1.3-7]
  }

  @Test
  void anIdentifierThatIsNotWantedIsRefused() {
    VirtualBroker picky =
        new VirtualBroker(
            1, VirtualBroker.limits(), Refusing.with(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID));
    VirtualClient client = picky.client();
    client.say(VirtualConnect.as("x").packet());
    assertRefused(client, ReasonCode.CLIENT_IDENTIFIER_NOT_VALID); // [MQTT-3.1.3-8]
  }

  @Test
  void aClientThatIsNotLetInIsTurnedAway() {
    VirtualClient client = broker.client();
    client.say(VirtualConnect.as("x").user("evil", "secret").packet());
    assertRefused(client, ReasonCode.BAD_USER_NAME_OR_PASSWORD); // [MQTT-3.1.4-2]
  }

  @Test
  void nothingBehindARefusedConnectIsProcessed() { // [MQTT-3.1.4-6]
    VirtualClient listener = guest(broker, "listener");
    listener.subscribe(QOS_1, "#");
    VirtualClient client = broker.client();
    client.say(
        VirtualConnect.as("x").user("evil", "secret").packet(),
        VirtualClient.message("t", QOS_1, 1, "from an evil one"));
    client.publish("t", QOS_1, 2, "more");
    assertRefused(client, ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    assertThat(listener.hearAll()).isEmpty();
  }

  @Test
  void packetsSentRightBehindConnectAreTakenOnceItIsAccepted() {
    VirtualClient client = broker.client();
    client.say(
        VirtualConnect.as("x").packet(),
        new Subscribe(1, Properties.NONE, List.of(Talk.filter("t", QOS_1))),
        VirtualClient.message("t", QOS_1, 1, "to myself"));
    assertThat(client.hearAll()).hasSize(4).first().isInstanceOf(Connack.class); // [MQTT-3.2.0-1]
  }

  @Test
  void aConnectThatDoesNotComeInTimeClosesTheConnection() { // [MQTT-3.1.4-1]
    VirtualClient silent = broker.client();
    VirtualClient slow = broker.client();
    slow.sayBytes(new byte[] {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T'});
    VirtualClient quick = guest(broker, "quick");
    broker.pass(10_000);
    assertCut(silent);
    assertCut(slow);
    assertAlive(quick);
  }

  @Test
  void theTimeForAConnectBeginsWhenTheNetworkConnectionIsAccepted() { // [MQTT-3.1.4-1]
    long accepted = broker.now();
    broker.pass(9_000); // with a PROXY header, and TLS
    VirtualClient client = broker.clientSince(accepted);
    broker.pass(999);
    assertThat(client.isClosed()).isFalse();

    broker.pass(1);
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void aConnectLargerThanAllowedIsRefusedBeforeItIsThere() {
    VirtualClient client = broker.client();
    client.sayBytes(new byte[] {0x10, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x40});
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void asManyClientsComeInAsThereIsRoomFor() {
    VirtualBroker small = new VirtualBroker(1, VirtualLimits.with(l -> l.connectionsMax = 1));
    VirtualClient one = guest(small, "one");
    VirtualClient two = small.client();
    two.say(VirtualConnect.as("two").packet());
    assertRefused(two, ReasonCode.SERVER_BUSY);
    one.disconnect();
    guest(small, "three");
  }
}

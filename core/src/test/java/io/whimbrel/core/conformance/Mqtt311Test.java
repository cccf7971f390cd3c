package io.whimbrel.core.conformance;

import static io.whimbrel.codec.WireCase.bytes;
import static io.whimbrel.core.VirtualClient.message;
import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.assertAlive;
import static io.whimbrel.core.conformance.Talk.assertCut;
import static io.whimbrel.core.conformance.Talk.assertRefused;
import static io.whimbrel.core.conformance.Talk.filter;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import io.whimbrel.core.port.DropReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Statements of MQTT 3.1.1 that 5.0 has not, or has otherwise. */
final class Mqtt311Test {
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());

  private static VirtualConnect old(String clientId) {
    return VirtualConnect.as(clientId).speaking(ProtocolVersion.MQTT_3_1_1);
  }

  private VirtualClient connected(VirtualConnect words) {
    VirtualClient client = broker.client();
    assertThat(client.connect(words).reason()).isEqualTo(ReasonCode.SUCCESS);
    return client;
  }

  @Test
  void messagesAreKeptForASessionThatIsNotClean() {
    VirtualClient client = connected(old("x").resuming());
    client.subscribe(QOS_2, "t");
    client.vanish(); // [3.1.1 MQTT-3.1.2-4]
    VirtualClient publisher = guest(broker, "publisher");
    publisher.publish("t", QOS_1, 1, "one").publish("t", QOS_2, 2, "two");
    broker.pass(1_000_000_000L);
    client = broker.client(1);
    assertThat(client.connect(old("x").resuming()).sessionPresent())
        .isTrue(); // [3.1.1 MQTT-3.2.2-2]
    assertThat(client.hearTexts()).containsExactly("one", "two"); // [3.1.1 MQTT-3.1.2-5]
  }

  @Test
  void aCleanSessionLastsAsLongAsItsConnection() { // [3.1.1 MQTT-3.1.2-6]
    VirtualClient client = connected(old("x").resuming());
    client.subscribe(QOS_1, "t");
    client.vanish();
    client = broker.client(1);
    assertThat(client.connect(old("x")).sessionPresent()).isFalse(); // [3.1.1 MQTT-3.2.2-1]
    client.subscribe(QOS_1, "u");
    client.vanish();
    client = broker.client();
    assertThat(client.connect(old("x").resuming()).sessionPresent())
        .isFalse(); // [3.1.1 MQTT-3.2.2-3]
    guest(broker, "p").publish("u", QOS_1, 1, "x");
    assertThat(client.hearAll()).isEmpty();
  }

  @Test
  void anEmptyIdentifierNeedsACleanSession() { // [3.1.1 MQTT-3.1.3-8]
    VirtualClient client = broker.client();
    client.say(old("").resuming().packet());
    assertRefused(client, ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
    assertAlive(connected(old(""))); // [3.1.1 MQTT-3.1.3-6]
    assertAlive(connected(old("")));
  }

  @Test
  void aRefusalHasAReturnCodeAndNoSession() {
    connected(old("x").resuming()).vanish();
    VirtualClient client = broker.client();
    client.say(old("x").resuming().user("evil", "").packet());
    // [3.1.1 MQTT-3.2.2-4] [3.1.1 MQTT-3.2.2-5] [3.1.1 MQTT-3.1.4-5]
    assertThat(client.hearBytes()).containsExactly(0x20, 2, 0, 4);
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void whereNoReturnCodeFitsThereIsNoConnack() { // [3.1.1 MQTT-3.2.2-6]
    VirtualClient client = broker.client();
    client.say(old("x").will("a/".repeat(201), QOS_0, false, "x").packet());
    assertCut(client);
    VirtualBroker busy =
        new VirtualBroker(1, VirtualBroker.limits(), Refusing.with(ReasonCode.QUOTA_EXCEEDED));
    client = busy.client();
    client.say(old("x").packet());
    assertCut(client);
  }

  @Test
  void aPasswordNeedsAUserName() { // [3.1.1 MQTT-3.1.2-22]
    VirtualClient client = broker.client();
    client.sayBytes(
        new byte[] {0x10, 16, 0, 4, 'M', 'Q', 'T', 'T', 4, 0x42, 0, 0, 0, 1, 'x', 0, 1, 'p'});
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void whatIsNotAllowedIsAcknowledgedAllTheSame() { // [3.1.1 MQTT-3.3.5-2]
    VirtualClient listener = guest(broker, 1, "listener");
    listener.subscribe(QOS_2, "#");
    VirtualClient client = connected(old("x"));
    client.publish("secret/t", QOS_1, 1, "x").publish("secret/t", QOS_2, 2, "x");
    client.hear(Puback.class);
    client.hear(Pubrec.class);
    client.pubrel(2);
    client.hear(Pubcomp.class);
    assertThat(listener.hearAll()).isEmpty();
    assertThat(broker.dropped(DropReason.NOT_AUTHORISED)).isEqualTo(2);
  }

  @Test
  void subackHasOneWordForEveryFailure() { // [3.1.1 MQTT-3.9.3-2] [3.1.1 MQTT-3.8.4-5]
    VirtualClient client = connected(old("x"));
    assertThat(client.subscribe(QOS_1, "a", "secret/a", "a/".repeat(201)).reasons())
        .containsExactly(
            ReasonCode.GRANTED_QOS_1, ReasonCode.UNSPECIFIED_ERROR, ReasonCode.UNSPECIFIED_ERROR);
  }

  @Test
  void whatFindsNoRoomClosesTheConnection() { // [3.1.1 MQTT-4.8.0-2]
    VirtualBroker small = new VirtualBroker(1, VirtualLimits.with(l -> l.memoryBytesMax = 200));
    VirtualClient away = lodger(small, "away");
    away.subscribe(QOS_1, "t");
    away.vanish();
    VirtualClient client = small.client();
    client.connect(old("x"));
    client.publish("t", QOS_1, 1, "x".repeat(200));
    client.hear(Puback.class);
    client.publish("t", QOS_1, 2, "x".repeat(200));
    assertCut(client);
  }

  @Test
  void anIdentifierThatIsNotWantedHasItsReturnCode() { // [3.1.1 MQTT-3.1.3-9]
    VirtualBroker picky =
        new VirtualBroker(
            1, VirtualBroker.limits(), Refusing.with(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID));
    VirtualClient client = picky.client();
    client.say(old("x").packet());
    assertThat(client.hearBytes()).containsExactly(0x20, 2, 0, 2);
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void aConnectThatIsNotOneIsNotAnswered() { // [3.1.1 MQTT-3.1.4-1]
    VirtualClient client = broker.client();
    client.sayBytes(new byte[] {0x10, 12, 0, 4, 'M', 'Q', 'T', 'T', 4, 3, 0, 0, 0, 0});
    assertCut(client);
  }

  @Test
  void aSessionOf5IsTakenUpBy311WithWhatThatKnows() {
    VirtualClient five = lodger(broker, "x");
    Talk.subscribeAs(7, five, filter("t", QOS_2));
    five.vanish();
    guest(broker, "p").say(message("t", QOS_2, 1, "x", p -> p.user("a", "b")));
    VirtualClient client = broker.client(1);
    assertThat(client.connect(old("x").resuming()).sessionPresent()).isTrue();
    Publish heard = client.hear(Publish.class);
    assertThat(heard.properties()).isEqualTo(Properties.NONE);
    client.pubrec(heard.packetId());
    client.vanish();
    five = broker.client();
    five.connect(VirtualConnect.as("x").resuming().expiring(1000));
    assertThat(five.hear(Pubrel.class).packetId()).isEqualTo(heard.packetId());
  }

  /** 3.1.1 has no Shared Subscriptions; like Mosquitto and HiveMQ, Whimbrel shares all the same. */
  @Test
  void aFilterThatBeginsWithShareIsShared() {
    VirtualClient client = connected(old("x"));
    client.subscribe(QOS_1, "$share/g/t");
    guest(broker, "p").publish("t", QOS_1, 1, "x");
    assertThat(client.hearText()).isEqualTo("x");
  }

  @Test
  void wildcardsAreSupported() { // [3.1.1 MQTT-3.8.3-2]
    VirtualClient client = connected(old("x"));
    assertThat(client.subscribe(QOS_1, "#", "a/+").reasons())
        .containsExactly(ReasonCode.GRANTED_QOS_1, ReasonCode.GRANTED_QOS_1);
  }

  @Test
  void overlappingSubscriptionsDeliverWithTheGreatestQos() { // [3.1.1 MQTT-3.3.5-1]
    VirtualClient client = connected(old("x"));
    client.subscribe(QOS_0, "a/#");
    client.subscribe(QOS_2, "a/+");
    guest(broker, "p").publish("a/b", QOS_2, 1, "x");
    assertThat(client.hear(Publish.class).qos()).isEqualTo(QOS_2);
    assertThat(client.hearAll()).isEmpty();
  }

  @Test
  void nothingOf5IsNeededToTalkToIt() { // [3.1.1 MQTT-7.0.0-2]
    VirtualClient client = broker.client();
    client.sayBytes(new byte[] {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 1, 'x'});
    assertThat(client.hearBytes()).containsExactly(0x20, 2, 0, 0);
    client.sayBytes(new byte[] {(byte) 0x82, 6, 0, 7, 0, 1, 't', 1});
    assertThat(client.hearBytes()).containsExactly(0x90, 3, 0, 7, 1);
    client.sayBytes(new byte[] {0x32, 6, 0, 1, 't', 0, 9, 'x'});
    assertThat(client.hearBytes()).containsExactly(0x32, 6, 0, 1, 't', 0, 1, 'x', 0x40, 2, 0, 9);
    client.sayBytes(new byte[] {(byte) 0xA2, 5, 0, 8, 0, 1, 't'});
    assertThat(client.hearBytes()).containsExactly(0xB0, 2, 0, 8);
    client.sayBytes(new byte[] {(byte) 0xC0, 0});
    assertThat(client.hearBytes()).containsExactly(0xD0, 0);
    client.sayBytes(new byte[] {(byte) 0xE0, 0});
    assertCut(client);
  }

  @Test
  void connackIsFourBytesAndSaysWhetherTheSessionIsThere() {
    // [3.1.1 MQTT-3.2.0-1] [3.1.1 MQTT-3.1.4-4]
    VirtualClient one = broker.client(0);
    one.say(old("x").packet());
    assertThat(one.hearBytes()).isEqualTo(bytes("20 02 00 00")); // [3.1.1 MQTT-3.2.2-1]
    one.vanish();
    VirtualClient two = broker.client(1);
    two.say(old("x").resuming().packet());
    assertThat(two.hearBytes()).isEqualTo(bytes("20 02 00 00")); // [3.1.1 MQTT-3.2.2-3]
    two.vanish();
    VirtualClient three = broker.client(0);
    three.say(old("x").resuming().packet());
    assertThat(three.hearBytes()).isEqualTo(bytes("20 02 01 00")); // [3.1.1 MQTT-3.2.2-2]
  }

  @ParameterizedTest
  @CsvSource({
    "BAD_USER_NAME_OR_PASSWORD, 4",
    "NOT_AUTHORIZED, 5",
    "SERVER_UNAVAILABLE, 3",
    "SERVER_BUSY, 3",
    "CLIENT_IDENTIFIER_NOT_VALID, 2",
    "UNSUPPORTED_PROTOCOL_VERSION, 1"
  })
  void aRefusalIsAReturnCode(ReasonCode reason, byte code) {
    // [3.1.1 MQTT-3.2.2-4] [3.1.1 MQTT-3.2.2-5] [3.1.1 MQTT-3.1.4-5]
    VirtualBroker closed = new VirtualBroker(1, VirtualBroker.limits(), Refusing.with(reason));
    VirtualClient client = closed.client();
    client.say(old("x").packet(), message("t", QOS_1, 1, "not processed"));
    assertThat(client.hearBytes()).isEqualTo(new byte[] {0x20, 2, 0, code});
    assertCut(client);
  }

  @Test
  void subackAndUnsubackHaveNothingOf5() { // [3.1.1 MQTT-3.10.4-4] [3.1.1 MQTT-3.10.4-5]
    VirtualClient client = connected(old("old"));
    client.sayBytes(bytes("82 06 00 01 00 01 \"t\" 01"));
    assertThat(client.hearBytes()).isEqualTo(bytes("90 03 00 01 01"));
    client.sayBytes(bytes("A2 05 00 02 00 01 \"t\""));
    assertThat(client.hearBytes()).isEqualTo(bytes("B0 02 00 02"));
  }

  @Test
  void itHasNoReceiveMaximum() {
    VirtualClient client = connected(old("old"));
    Packet[] many = new Packet[300];
    for (int i = 0; i < many.length; i++) {
      many[i] = message("t", QOS_2, i + 1, "x");
    }
    client.say(many);
    assertThat(client.hearAll()).hasSize(300).allMatch(Pubrec.class::isInstance);
    assertAlive(client);
  }

  @Test
  void acknowledgementsAreTwoBytesLong() {
    VirtualClient client = connected(old("old"));
    client.say(message("t", QOS_1, 1, "x"), message("t", QOS_2, 2, "x"));
    client.pubrel(2).pubrel(99);
    assertThat(client.hearBytes())
        .isEqualTo(bytes("40 02 00 01  50 02 00 02  70 02 00 02  70 02 00 63"));
  }

  @Test
  void theBrokerNeverSaysDisconnect() { // [3.1.1 MQTT-3.1.4-2] [3.1.1 MQTT-4.8.0-1]
    VirtualClient broken = connected(old("old"));
    broken.sayBytes(bytes("32 03 00 01 \"t\""));
    assertCut(broken);
    VirtualClient taken = connected(old("old"));
    guest(broker, 0, "old");
    assertCut(taken);
    VirtualClient reserved = connected(old("old"));
    reserved.sayBytes(bytes("F0 00")); // AUTH is not of this version [3.1.1 MQTT-2.2.2-2]
    assertCut(reserved);
    VirtualClient late = connected(old("old"));
    broker.broker().shards().forEach(shard -> shard.shutdown());
    assertCut(late);
  }

  @Test
  void disconnectDiscardsTheWillAndAnyOtherEndPublishesIt() {
    VirtualClient witness = guest(broker, 1, "witness");
    witness.subscribe(QOS_1, "will");
    VirtualClient polite = broker.client(0);
    polite.connect(old("polite").will("will", QOS_1, false, "polite"));
    polite.disconnect();
    assertThat(witness.hearAll()).isEmpty(); // [3.1.1 MQTT-3.14.4-3] [3.1.1 MQTT-3.1.2-10]
    VirtualClient rude = broker.client(0);
    rude.connect(old("rude").will("will", QOS_1, false, "rude"));
    rude.vanish();
    assertThat(witness.hearTexts()).containsExactly("rude"); // [3.1.1 MQTT-3.1.2-8]
    VirtualClient silent = broker.client(0);
    silent.connect(old("silent").keepAlive(10).will("will", QOS_1, false, "silent"));
    broker.pass(15_000);
    assertCut(silent); // [3.1.1 MQTT-3.1.2-24]
    assertThat(witness.hearTexts()).containsExactly("silent");
  }
}

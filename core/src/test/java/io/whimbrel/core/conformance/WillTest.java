package io.whimbrel.core.conformance;

import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.asPublished;
import static io.whimbrel.core.conformance.Talk.assertRefused;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static io.whimbrel.core.conformance.Talk.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Will Message (3.1.2.5, 3.1.3.2). */
final class WillTest {
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());
  private VirtualClient listener;

  @BeforeEach
  void somebodyListens() {
    listener = guest(broker, 1, "listener");
    subscribe(listener, asPublished("#", QOS_2));
  }

  private static Consumer<Properties.Builder> delay(long seconds) {
    return p -> p.set(PropertyId.WILL_DELAY_INTERVAL, seconds);
  }

  private static VirtualConnect mortal() {
    return VirtualConnect.as("x").expiring(1000).will("w", QOS_1, false, "gone");
  }

  private static VirtualConnect mortal(long delaySeconds) {
    return VirtualConnect.as("x")
        .expiring(1000)
        .will("w", QOS_1, false, "gone", delay(delaySeconds));
  }

  private VirtualClient connect(VirtualConnect words) {
    VirtualClient client = broker.client();
    client.connect(words);
    return client;
  }

  // ---------------------------------------------------------------- when

  @Test
  void itIsPublishedWhenTheNetworkFails() {
    VirtualClient client = connect(mortal());
    assertThat(listener.hearAll()).isEmpty();
    client.vanish();
    assertThat(listener.hearText()).isEqualTo("gone"); // [MQTT-3.1.2-7] [MQTT-3.1.2-8]
    broker.pass(2_000_000);
    assertThat(listener.hearAll()).isEmpty(); // [MQTT-3.1.2-10]
  }

  @Test
  void itIsPublishedWhenTheClientBreaksTheProtocol() { // [MQTT-3.1.2-8]
    VirtualClient client = connect(mortal());
    client.say(mortal().packet());
    assertThat(listener.hearText()).isEqualTo("gone");
  }

  @Test
  void aNormalDisconnectRemovesIt() {
    VirtualClient client = connect(mortal());
    client.disconnect();
    broker.pass(2_000_000);
    assertThat(listener.hearAll()).isEmpty(); // [MQTT-3.14.4-3] [MQTT-3.1.2-10]
  }

  @ParameterizedTest
  @EnumSource(
      value = ReasonCode.class,
      names = {"DISCONNECT_WITH_WILL", "UNSPECIFIED_ERROR", "ADMINISTRATIVE_ACTION"})
  void anyOtherDisconnectDoesNot(ReasonCode reason) { // [MQTT-3.1.2-8]
    VirtualClient client = connect(mortal());
    client.say(new Disconnect(reason, Properties.NONE));
    client.vanish();
    assertThat(listener.hearTexts()).containsExactly("gone");
  }

  @Test
  void aDisconnectOf311RemovesIt() { // [3.1.1 MQTT-3.14.4-3]
    VirtualClient client =
        connect(
            VirtualConnect.as("x")
                .speaking(ProtocolVersion.MQTT_3_1_1)
                .will("w", QOS_1, false, "gone"));
    client.disconnect();
    assertThat(listener.hearAll()).isEmpty();
  }

  @Test
  void withoutAWillNothingIsPublished() { // [3.1.1 MQTT-3.1.2-12]
    guest(broker, "x").vanish();
    VirtualClient old = broker.client();
    old.connect311("y", true);
    old.vanish();
    assertThat(listener.hearAll()).isEmpty();
  }

  @Test
  void itWaitsForItsDelay() {
    VirtualClient client = connect(mortal(10));
    client.vanish();
    broker.pass(9_999);
    assertThat(listener.hearAll()).isEmpty();
    broker.pass(1);
    assertThat(listener.hearText()).isEqualTo("gone"); // [MQTT-3.1.2-8]
    broker.pass(2_000_000);
    assertThat(listener.hearAll()).isEmpty(); // [MQTT-3.1.2-10] not again when the session ends
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aNewConnectionInTimeCancelsIt(int shard) { // [MQTT-3.1.3-9]
    connect(mortal(10)).vanish();
    broker.pass(9_000);
    broker.client(shard).connect("x", false, 1000);
    broker.pass(2_000_000);
    assertThat(listener.hearAll()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aTakeoverCancelsADelayedOne(int shard) { // [MQTT-3.1.3-9]
    connect(mortal(10));
    broker.client(shard).connect("x", false, 1000);
    broker.pass(100_000);
    assertThat(listener.hearAll()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aTakeoverPublishesOneWithoutDelay(int shard) { // [MQTT-3.1.2-8]
    connect(mortal());
    broker.client(shard).connect("x", false, 1000);
    assertThat(listener.hearTexts()).containsExactly("gone");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void cleanStartEndsTheSessionAndWithItTheDelay(int shard) { // [MQTT-3.1.2-8]
    connect(mortal(10)).vanish();
    broker.client(shard).connect("x", true, 1000);
    assertThat(listener.hearTexts()).containsExactly("gone");
  }

  @Test
  void aRefusedReturnDoesNotCancelIt() { // [MQTT-3.1.2-8] [MQTT-3.1.4-6]
    connect(mortal(10)).vanish();
    broker.client().say(VirtualConnect.as("x").resuming().user("evil", "").packet());
    broker.pass(10_000);
    assertThat(listener.hearTexts()).containsExactly("gone");
  }

  @Test
  void theEndOfTheSessionEndsTheDelay() { // [MQTT-3.1.2-8]
    VirtualClient client =
        connect(VirtualConnect.as("x").expiring(5).will("w", QOS_1, false, "gone", delay(10)));
    client.vanish();
    broker.pass(5_000);
    assertThat(listener.hearTexts()).containsExactly("gone");
    connect(VirtualConnect.as("y").will("w", QOS_1, false, "at once", delay(10))).vanish();
    assertThat(listener.hearTexts()).containsExactly("at once");
  }

  @Test
  void eachConnectBringsItsOwn() { // [MQTT-3.1.2-7]
    connect(mortal(10)).vanish();
    VirtualClient second =
        connect(VirtualConnect.as("x").resuming().expiring(1000).will("w", QOS_1, false, "second"));
    second.vanish();
    broker.pass(100_000);
    assertThat(listener.hearTexts()).containsExactly("second");
  }

  @Test
  void itSurvivesACrashOfTheBroker() { // [MQTT-3.1.2-7]
    connect(mortal(10));
    VirtualBroker next =
        new VirtualBroker(
            2, VirtualBroker.limits(), new VirtualBroker.OpenAccess(), broker.durable());
    VirtualClient later = guest(next, "later");
    later.subscribe(QOS_1, "w");
    next.pass(10_000);
    assertThat(later.hearText()).isEqualTo("gone");
  }

  // ---------------------------------------------------------------- what

  @ParameterizedTest
  @EnumSource(Qos.class)
  void itHasTheQosItWasGiven(Qos qos) { // [MQTT-3.1.2-12]
    connect(VirtualConnect.as("x").will("w", qos, false, "gone")).vanish();
    Publish will = listener.hear(Publish.class);
    assertThat(will.qos()).isEqualTo(qos);
    assertThat(will.topic().toString()).isEqualTo("w"); // [MQTT-3.1.2-9]
    assertThat(will.retain()).isFalse();
    VirtualClient late = guest(broker, "late");
    late.subscribe(QOS_2, "w");
    assertThat(late.hearAll()).isEmpty(); // [MQTT-3.1.2-14]
  }

  @Test
  void itIsRetainedWhereItSaysSo() { // [MQTT-3.1.2-15]
    connect(VirtualConnect.as("x").will("w", QOS_1, true, "gone")).vanish();
    assertThat(listener.hear(Publish.class).retain()).isTrue();
    VirtualClient late = guest(broker, "late");
    late.subscribe(QOS_2, "w");
    assertThat(late.hearText()).isEqualTo("gone");
  }

  @Test
  void itsPropertiesTravelWithIt() {
    connect(
            VirtualConnect.as("x")
                .will(
                    "w",
                    QOS_1,
                    false,
                    "gone",
                    p ->
                        p.user("b", "1")
                            .user("a", "2")
                            .user("b", "0")
                            .set(PropertyId.CONTENT_TYPE, "text/plain")
                            .set(PropertyId.RESPONSE_TOPIC, "reply")
                            .set(PropertyId.CORRELATION_DATA, new byte[] {1, 2})
                            .set(PropertyId.PAYLOAD_FORMAT_INDICATOR, 1)
                            .set(PropertyId.MESSAGE_EXPIRY_INTERVAL, 60)
                            .set(PropertyId.WILL_DELAY_INTERVAL, 0)))
        .vanish();
    Properties properties = listener.hear(Publish.class).properties();
    assertThat(Talk.texts(properties.userProperties()))
        .containsExactly("b=1", "a=2", "b=0"); // [MQTT-3.1.3-10]
    assertThat(properties.text(PropertyId.CONTENT_TYPE)).isEqualTo("text/plain");
    assertThat(properties.text(PropertyId.RESPONSE_TOPIC)).isEqualTo("reply");
    assertThat(properties.binary(PropertyId.CORRELATION_DATA)).containsExactly(1, 2);
    assertThat(properties.number(PropertyId.PAYLOAD_FORMAT_INDICATOR, 0)).isEqualTo(1);
    assertThat(properties.number(PropertyId.MESSAGE_EXPIRY_INTERVAL, 0)).isEqualTo(60);
    assertThat(properties.has(PropertyId.WILL_DELAY_INTERVAL)).isFalse();
  }

  @Test
  void itsExpiryBeginsWhenItIsPublished() {
    VirtualClient away = lodger(broker, "away");
    away.subscribe(QOS_1, "w");
    away.vanish();
    connect(
            VirtualConnect.as("x")
                .expiring(1000)
                .will(
                    "w",
                    QOS_1,
                    false,
                    "gone",
                    p ->
                        p.set(PropertyId.MESSAGE_EXPIRY_INTERVAL, 5)
                            .set(PropertyId.WILL_DELAY_INTERVAL, 100)))
        .vanish();
    broker.pass(104_000);
    Publish will = Talk.back(broker, "away").hear(Publish.class);
    assertThat(will.properties().number(PropertyId.MESSAGE_EXPIRY_INTERVAL, 0)).isEqualTo(1);
  }

  @Test
  void aWillThatMayNotBePublishedIsRefusedWithItsConnect() { // [MQTT-3.1.4-2]
    VirtualClient client = broker.client();
    client.say(VirtualConnect.as("x").will("secret/w", QOS_0, false, "gone").packet());
    assertRefused(client, ReasonCode.NOT_AUTHORIZED);
    client.vanish();
    assertThat(listener.hearAll()).isEmpty();
  }

  @Test
  void aRefusedClientHasNoWill() { // [MQTT-3.1.4-6]
    VirtualClient client = broker.client();
    client.say(VirtualConnect.as("x").user("evil", "").will("w", QOS_0, false, "never").packet());
    client.vanish();
    broker.pass(100_000);
    assertThat(listener.hearAll()).isEmpty();
  }
}

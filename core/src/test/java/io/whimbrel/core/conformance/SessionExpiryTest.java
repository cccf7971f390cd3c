package io.whimbrel.core.conformance;

import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.assertEnded;
import static io.whimbrel.core.conformance.Talk.assertRefused;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static io.whimbrel.core.conformance.Talk.properties;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a session lasts (3.1.2.11.2, 4.1). */
final class SessionExpiryTest {
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());

  private boolean isThere(int shard) {
    VirtualClient client = broker.client(shard);
    boolean present =
        client.connect(VirtualConnect.as("x").resuming().expiring(1)).sessionPresent();
    client.vanish();
    return present;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void itLastsUntilItsIntervalHasPassed(int shard) {
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("x").expiring(10));
    client.vanish();
    broker.pass(9_999);
    assertThat(isThere(shard)).isTrue(); // [MQTT-3.1.2-23]
    broker.pass(1_000);
    assertThat(isThere(shard)).isFalse(); // [MQTT-4.1.0-2]
  }

  @Test
  void itLastsAsLongAsTheConnection() {
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("x").expiring(10));
    client.subscribe(QOS_1, "t");
    broker.pass(1_000_000);
    guest(broker, "pub").publish("t", QOS_1, 1, "still here");
    assertThat(client.hearText()).isEqualTo("still here"); // [MQTT-4.1.0-1]
  }

  @Test
  void withoutAnIntervalItEndsWithTheConnection() {
    VirtualClient client = guest(broker, "x");
    client.vanish();
    assertThat(isThere(0)).isFalse(); // [MQTT-4.1.0-2]
  }

  @Test
  void theGreatestIntervalNeverPasses() {
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("x").expiring(0xFFFF_FFFFL));
    client.vanish();
    broker.pass(0x1_0000_0000L * 1000 * 2);
    assertThat(isThere(1)).isTrue(); // [MQTT-3.1.2-23]
  }

  @Test
  void disconnectChangesIt() {
    VirtualClient client = lodger(broker, "x");
    client.say(
        new Disconnect(
            ReasonCode.SUCCESS, properties(p -> p.set(PropertyId.SESSION_EXPIRY_INTERVAL, 5))));
    client.vanish();
    broker.pass(4_999);
    assertThat(isThere(0)).isTrue();

    client = lodger(broker, "x");
    client.say(
        new Disconnect(
            ReasonCode.SUCCESS, properties(p -> p.set(PropertyId.SESSION_EXPIRY_INTERVAL, 0))));
    client.vanish();
    assertThat(isThere(0)).isFalse(); // [MQTT-4.1.0-2]
  }

  @Test
  void disconnectCannotGiveASessionALifeItDidNotAskFor() { // 3.14.2.2.2
    VirtualClient client = guest(broker, "x");
    client.say(
        new Disconnect(
            ReasonCode.SUCCESS, properties(p -> p.set(PropertyId.SESSION_EXPIRY_INTERVAL, 5))));
    assertEnded(client, ReasonCode.PROTOCOL_ERROR);
    assertThat(isThere(0)).isFalse();
  }

  @Test
  void theNextConnectionSetsItAnew() {
    lodger(broker, "x").vanish();
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("x").resuming());
    client.vanish();
    assertThat(isThere(0)).isFalse(); // [MQTT-4.1.0-2]
  }

  @Test
  void theBrokerMayGrantLess() {
    VirtualBroker thrifty =
        new VirtualBroker(1, VirtualLimits.with(l -> l.sessionExpiryMaxSeconds = 10));
    VirtualClient client = thrifty.client();
    Connack connack = client.connect(VirtualConnect.as("x").expiring(100));
    assertThat(connack.properties().number(PropertyId.SESSION_EXPIRY_INTERVAL, 0)).isEqualTo(10);
    client.vanish();
    thrifty.pass(10_000);
    assertThat(thrifty.client().connect("x", false, 0).sessionPresent()).isFalse();
  }

  @Test
  void aRefusedConnectDoesNotTouchTheSession() {
    lodger(broker, "x").vanish();
    VirtualClient evil = broker.client();
    evil.say(VirtualConnect.as("x").user("evil", "").packet());
    assertRefused(evil, ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    assertThat(isThere(0)).isTrue(); // [MQTT-3.1.4-6]
  }

  @Test
  void itSurvivesARestartAndItsIntervalGoesOn() {
    lodger(broker, "x").vanish();
    VirtualBroker next =
        new VirtualBroker(
            2, VirtualBroker.limits(), new VirtualBroker.OpenAccess(), broker.durable());
    assertThat(next.client().connect("x", false, 1000).sessionPresent())
        .isTrue(); // [MQTT-3.1.2-23]
  }
}

package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.retained;
import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.assertAlive;
import static io.whimbrel.core.conformance.Talk.assertCut;
import static io.whimbrel.core.conformance.Talk.assertRefused;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.filter;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.Unsuback;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.DurabilityLevel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A store without room takes nothing more, and is emptied all the same (4.8, 4.13). */
final class FullStoreTest {
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());

  private VirtualClient memoryLodger(String clientId) {
    VirtualClient client = broker.client(0, DurabilityLevel.MEMORY);
    client.connect(VirtualConnect.as(clientId).expiring(1000));
    return client;
  }

  // ---------------------------------------------------------------- PUBLISH

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aMessageForARecordedSessionIsRefusedBeforeAnythingIsWritten(int shard) {
    VirtualClient away = lodger(broker, shard, "away"); // [MQTT-3.4.2-1]
    away.subscribe(QOS_2, "t");
    away.vanish();
    VirtualClient client = guest(broker, "x");
    int records = broker.records().size();
    broker.storeFull(true);
    client.publish("t", QOS_1, 1, "one").publish("t", QOS_2, 2, "two");
    assertThat(client.hear(Puback.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    assertThat(client.hear(Pubrec.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    assertThat(broker.records()).hasSize(records);
    assertThat(broker.dropped(DropReason.STORE_FULL)).isEqualTo(2);
    broker.storeFull(false);
    client.publish("t", QOS_1, 3, "room again");
    assertThat(client.hear(Puback.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    assertThat(back(broker, "away").hearTexts()).containsExactly("room again");
  }

  @Test
  void aMemberOfASharedGroupCountsLikeAnyOther() {
    VirtualClient away = lodger(broker, 1, "away");
    away.subscribe(QOS_1, "$share/g/t");
    broker.storeFull(true);
    VirtualClient client = guest(broker, "x");
    client.publish("t", QOS_1, 1, "one");
    assertThat(client.hear(Puback.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
  }

  @Test
  void whatIsNotRecordedGoesOn() {
    VirtualClient zero = lodger(broker, "zero");
    zero.subscribe(QOS_0, "t");
    VirtualClient passing = guest(broker, 1, "passing");
    passing.subscribe(QOS_2, "t");
    VirtualClient memory = memoryLodger("memory");
    memory.subscribe(QOS_2, "t");
    VirtualClient client = guest(broker, "x");
    broker.storeFull(true);
    client.publish("t", QOS_0, 0, "0").publish("t", QOS_1, 1, "1").publish("t", QOS_2, 2, "2");
    assertThat(client.hear(Puback.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    assertThat(client.hear(Pubrec.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    client.pubrel(2).hear(Pubcomp.class);
    assertThat(zero.hearTexts()).hasSize(3);
    assertThat(passing.hearTexts()).hasSize(3);
    assertThat(memory.hearTexts()).hasSize(3);
  }

  @Test
  void qosZeroIsTakenForWhoIsRecorded() {
    VirtualClient taker = lodger(broker, 1, "taker");
    taker.subscribe(QOS_1, "t");
    broker.storeFull(true);
    guest(broker, "x").publish("t", QOS_0, 0, "0");
    assertThat(taker.hearTexts()).containsExactly("0");
  }

  @Test
  void aRecordedPublisherCannotBeginQos2() { // [MQTT-3.5.2-1]
    VirtualClient client = lodger(broker, "x");
    broker.storeFull(true);
    client.publish("t", QOS_2, 1, "x");
    assertThat(client.hear(Pubrec.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
  }

  @ParameterizedTest
  @EnumSource(Qos.class)
  void retainingIsRefusedAndRemovingIsNot(Qos qos) { // [MQTT-3.3.1-6]
    VirtualClient client = guest(broker, "x");
    client.say(retained("old", QOS_1, 1, "kept"));
    client.hear(Puback.class);
    broker.storeFull(true);
    client.say(retained("new", qos, qos == QOS_0 ? 0 : 2, "refused"));
    client.hearAll();
    assertThat(broker.broker().retainedMessages()).isEqualTo(1);
    client.say(retained("old", QOS_1, 3, ""));
    assertThat(client.hear(Puback.class).reason().isError()).isFalse();
    assertThat(broker.broker().retainedMessages()).isZero();
    assertThat(broker.dropped(DropReason.STORE_FULL)).isEqualTo(1);
  }

  @Test
  void aClientOf311IsClosed() { // [3.1.1 MQTT-4.8.0-2]
    lodger(broker, 1, "taker").subscribe(QOS_1, "t");
    VirtualClient client = broker.client();
    client.connect311("x", true);
    broker.storeFull(true);
    client.publish("t", QOS_1, 1, "x");
    assertCut(client);
  }

  // ---------------------------------------------------------------- SUBSCRIBE and CONNECT

  @Test
  void aSubscriptionThatWouldBeRecordedIsRefused() { // [MQTT-3.9.3-2]
    VirtualClient client = lodger(broker, "x");
    VirtualClient old = broker.client();
    old.connect311("old", false);
    VirtualClient passing = guest(broker, "passing");
    VirtualClient memory = memoryLodger("memory");
    broker.storeFull(true);
    assertThat(reason(client)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    assertThat(reason(old)).isEqualTo(ReasonCode.UNSPECIFIED_ERROR);
    assertThat(reason(passing)).isEqualTo(ReasonCode.GRANTED_QOS_1);
    assertThat(reason(memory)).isEqualTo(ReasonCode.GRANTED_QOS_1);
    assertAlive(client);
  }

  private static ReasonCode reason(VirtualClient client) {
    Suback suback = Talk.subscribe(client, filter("t", QOS_1));
    return suback.reasons().get(0);
  }

  @Test
  void aSessionThatWouldBeRecordedIsRefused() { // [MQTT-3.2.2-7]
    broker.storeFull(true);
    VirtualClient clean = broker.client();
    clean.say(VirtualConnect.as("x").expiring(10).packet());
    assertRefused(clean, ReasonCode.QUOTA_EXCEEDED);
    VirtualClient resuming = broker.client();
    resuming.say(VirtualConnect.as("x").resuming().expiring(10).packet());
    assertRefused(resuming, ReasonCode.QUOTA_EXCEEDED);
    VirtualClient willing = broker.client();
    willing.say(VirtualConnect.as("x").will("w", QOS_1, false, "x").packet());
    assertRefused(willing, ReasonCode.QUOTA_EXCEEDED);
    VirtualClient old = broker.client();
    old.say(VirtualConnect.as("x").resuming().speaking(ProtocolVersion.MQTT_3_1_1).packet());
    assertRefused(old, ReasonCode.SERVER_UNAVAILABLE); // [3.1.1 MQTT-3.2.2-4]
    assertThat(broker.records()).isEmpty();
    assertAlive(guest(broker, "x"));
    assertAlive(memoryLodger("y"));
  }

  @Test
  void aRefusedCleanStartLeavesTheSessionThatWasThere() { // [MQTT-3.1.4-6]
    VirtualClient client = lodger(broker, "x");
    client.subscribe(QOS_1, "t");
    client.vanish();
    broker.storeFull(true);
    VirtualClient clean = broker.client();
    clean.say(VirtualConnect.as("x").expiring(10).packet());
    assertRefused(clean, ReasonCode.QUOTA_EXCEEDED);
    broker.storeFull(false);
    guest(broker, "pub").publish("t", QOS_1, 1, "x");
    assertThat(back(broker, "x").hearTexts()).containsExactly("x");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aMemorySessionStaysOneAndKeepsItsMessages(int shard) { // [MQTT-4.1.0-1]
    VirtualClient client = memoryLodger("x");
    client.subscribe(QOS_1, "t");
    client.vanish();
    guest(broker, "pub").publish("t", QOS_1, 1, "kept");
    broker.storeFull(true);
    VirtualClient over = broker.client(shard);
    over.say(VirtualConnect.as("x").resuming().expiring(1000).packet());
    assertRefused(over, ReasonCode.QUOTA_EXCEEDED);
    VirtualClient again = broker.client(0, DurabilityLevel.MEMORY);
    Connack connack = again.connect(VirtualConnect.as("x").resuming().expiring(1000));
    assertThat(connack.sessionPresent()).isTrue();
    assertThat(again.hearTexts()).containsExactly("kept");
    assertThat(broker.records()).isEmpty();
  }

  // ---------------------------------------------------------------- what goes on

  @Test
  void aRecordedSessionIsTakenOnAndEmptied() { // [MQTT-4.3.2-2]
    VirtualClient away = lodger(broker, 1, "away");
    away.subscribe(QOS_1, "t");
    away.vanish();
    guest(broker, "pub").publish("t", QOS_1, 1, "one");
    broker.storeFull(true);
    VirtualClient again = back(broker, 0, "away");
    again.puback(again.hear(Publish.class).packetId());
    again.unsubscribe("t").hear(Unsuback.class);
    again.disconnect();
    broker.pass(1_001_000);
    VirtualClient late = broker.client(0, DurabilityLevel.MEMORY);
    assertThat(late.connect("away", false, 10).sessionPresent()).isFalse();
  }

  @Test
  void qos2GoesOnToItsEnd() { // [MQTT-4.3.3-11]
    VirtualClient client = lodger(broker, "x");
    client.publish("t", QOS_2, 1, "x").hear(Pubrec.class);
    broker.storeFull(true);
    client.pubrel(1);
    assertThat(client.hear(Pubcomp.class).reason()).isEqualTo(ReasonCode.SUCCESS);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aWillReachesWhoIsNotRecordedAndIsCountedForTheOthers(int shard) { // [MQTT-3.1.2-8]
    VirtualClient passing = guest(broker, shard, "passing");
    passing.subscribe(QOS_1, "will");
    VirtualClient kept = lodger(broker, shard, "kept");
    kept.subscribe(QOS_1, "will");
    VirtualClient client = broker.client();
    client.connect(VirtualConnect.as("x").will("will", QOS_1, true, "gone"));
    broker.storeFull(true);
    client.vanish();
    assertThat(passing.hearText()).isEqualTo("gone");
    assertThat(kept.hearAll()).isEmpty();
    assertThat(broker.broker().retainedMessages()).isZero();
    assertThat(broker.dropped(DropReason.STORE_FULL)).isEqualTo(2);
  }

  @Test
  void aReplayIntoARecordedSessionIsCounted() { // [MQTT-3.3.1-9]
    VirtualClient client = lodger(broker, "x");
    VirtualClient publisher = guest(broker, "pub");
    publisher.say(retained("t", QOS_1, 1, "kept"));
    broker.holdJournal();
    client.say(new Subscribe(5, Properties.NONE, List.of(filter("t", QOS_1))));
    broker.storeFull(true);
    broker.releaseJournal();
    client.hear(Suback.class);
    assertThat(client.hearAll()).isEmpty();
    assertThat(broker.dropped(DropReason.STORE_FULL)).isEqualTo(1);
  }
}

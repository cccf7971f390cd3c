package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.again;
import static io.whimbrel.core.VirtualClient.message;
import static io.whimbrel.core.VirtualClient.retained;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.filter;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.Unsuback;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.Recovery;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A session of a memory listener outlives its connection, and nothing else (4.1). */
final class MemorySessionTest {
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());

  private VirtualClient memoryLodger(int shard, String clientId) {
    VirtualClient client = broker.client(shard, DurabilityLevel.MEMORY);
    client.connect(VirtualConnect.as(clientId).expiring(1000));
    return client;
  }

  private VirtualClient resuming(DurabilityLevel level, int shard, String clientId) {
    VirtualClient client = broker.client(shard, level);
    client.say(VirtualConnect.as(clientId).resuming().expiring(1000).packet());
    return client;
  }

  private static VirtualBroker started(Recovery recovery) {
    return new VirtualBroker(2, VirtualBroker.limits(), new VirtualBroker.OpenAccess(), recovery);
  }

  private List<JournalRecord> recordsOf(String clientId) {
    return broker.records().stream()
        .filter(
            r -> r instanceof JournalRecord.OfSession s && s.session().clientId().equals(clientId))
        .toList();
  }

  // ---------------------------------------------------------------- while it stays in memory

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aMemorySessionIsNotInTheJournalAndStillOutlivesItsConnection(int shard) { // [MQTT-4.1.0-1]
    VirtualClient client = memoryLodger(0, "x");
    client.subscribe(QOS_2, "t");
    client.publish("elsewhere", QOS_2, 7, "sent").hear(Pubrec.class);
    client.vanish();
    VirtualClient publisher = lodger(broker, shard, "pub");
    publisher.publish("t", QOS_1, 1, "one").publish("t", QOS_2, 2, "two");
    VirtualClient again = resuming(DurabilityLevel.MEMORY, shard, "x");
    assertThat(again.hear(Connack.class).sessionPresent()).isTrue();
    assertThat(again.hearTexts()).containsExactly("one", "two");
    again.say(again(message("elsewhere", QOS_2, 7, "sent")));
    again.hear(Pubrec.class);
    again.pubrel(7).hear(Pubcomp.class);
    again.vanish();
    broker.pass(1_001_000); // [MQTT-4.1.0-2]
    VirtualClient late = resuming(DurabilityLevel.MEMORY, 0, "x");
    assertThat(late.hear(Connack.class).sessionPresent()).isFalse();
    assertThat(recordsOf("x")).isEmpty();
  }

  @Test
  void itIsAwayInASharedSubscriptionLikeAnyOther() {
    VirtualClient client = memoryLodger(1, "x");
    client.subscribe(QOS_1, "$share/g/t");
    client.vanish();
    guest(broker, "pub").publish("t", QOS_1, 1, "kept");
    VirtualClient again = resuming(DurabilityLevel.MEMORY, 0, "x");
    again.hear(Connack.class);
    assertThat(again.hearTexts()).containsExactly("kept");
  }

  @Test
  void qosZeroIsQueuedForItWhereThatIsWanted() {
    VirtualBroker keeping =
        new VirtualBroker(1, VirtualLimits.with(limits -> limits.queueQos0Offline = true));
    VirtualClient client = keeping.client(0, DurabilityLevel.MEMORY);
    client.connect(VirtualConnect.as("x").expiring(1000));
    client.subscribe(QOS_1, "t");
    client.vanish();
    guest(keeping, "pub").publish("t", Talk.QOS_0, 0, "kept");
    assertThat(back(keeping, "x").hearTexts()).containsExactly("kept");
  }

  @Test
  void itsWillIsPublishedAfterItsDelay() { // [MQTT-3.1.2-8]
    VirtualClient listener = guest(broker, 1, "listener");
    listener.subscribe(QOS_1, "will");
    VirtualClient client = broker.client(0, DurabilityLevel.MEMORY);
    client.connect(
        VirtualConnect.as("x")
            .expiring(1000)
            .will("will", QOS_1, false, "gone", p -> p.set(PropertyId.WILL_DELAY_INTERVAL, 5)));
    client.vanish();
    broker.pass(4_000);
    assertThat(listener.hearAll()).isEmpty();
    broker.pass(2_000);
    assertThat(listener.hearText()).isEqualTo("gone");
    assertThat(recordsOf("x")).isEmpty();
  }

  @Test
  void aGuestsWillIsNotInTheJournalEither() { // [MQTT-3.1.2-8]
    VirtualClient listener = guest(broker, 1, "listener");
    listener.subscribe(QOS_1, "will");
    VirtualClient client = broker.client(0, DurabilityLevel.MEMORY);
    client.connect(VirtualConnect.as("x").will("will", QOS_1, false, "gone"));
    client.vanish();
    assertThat(listener.hearText()).isEqualTo("gone");
    assertThat(recordsOf("x")).isEmpty();
  }

  @Test
  void theWillOfARecordedSessionThatWentOverToMemoryLeavesTheJournalWithItsRemoval() {
    VirtualClient listener = lodger(broker, 1, "listener"); // [MQTT-3.1.2-10]
    listener.subscribe(QOS_1, "will");
    lodger(broker, "x").vanish();
    VirtualClient client = broker.client(0, DurabilityLevel.MEMORY);
    client.connect(
        VirtualConnect.as("x").resuming().expiring(1000).will("will", QOS_1, false, "gone"));
    broker.holdJournal();
    client.vanish();
    assertThat(listener.hearText()).isEqualTo("gone");
    broker.releaseJournal();
    VirtualBroker next = started(broker.durable());
    assertThat(back(next, "listener").hearTexts()).containsExactly("gone"); // never acknowledged
    next.pass(10_000);
    assertThat(next.marks()).doesNotContain("will published");
  }

  @Test
  void aCleanStartOverMemoryEndsTheRecordedSession() { // [MQTT-3.1.2-4]
    lodger(broker, "x").subscribe(QOS_1, "t");
    VirtualClient client = memoryLodger(1, "x");
    client.subscribe(QOS_1, "u");
    VirtualBroker next = started(broker.durable());
    assertThat(next.client(0).connect("x", false, 100).sessionPresent()).isFalse();
  }

  // ---------------------------------------------------------------- between recorded and not

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whatAMemoryListenerSendsToARecordedSessionIsRecorded(int shard) { // [MQTT-4.3.2-4]
    VirtualClient away = lodger(broker, shard, "away");
    away.subscribe(QOS_2, "t");
    away.vanish();
    VirtualClient client = memoryLodger(0, "x");
    client.publish("t", QOS_1, 1, "one").publish("t", QOS_2, 2, "two");
    client.hear(Puback.class);
    client.hear(Pubrec.class);
    assertThat(back(started(broker.durable()), "away").hearTexts()).containsExactly("one", "two");
  }

  @Test
  void aRecordedSessionResumedOverMemoryStaysRecorded() { // [MQTT-4.1.0-1]
    lodger(broker, "x").vanish();
    VirtualClient client = resuming(DurabilityLevel.MEMORY, 1, "x");
    client.hear(Connack.class);
    client.subscribe(QOS_1, "t");
    client.vanish();
    guest(broker, "pub").publish("t", QOS_1, 1, "one");
    assertThat(back(started(broker.durable()), "x").hearTexts()).containsExactly("one");
  }

  @ParameterizedTest
  @CsvSource({"OS,0", "OS,1", "DISK,0", "DISK,1"})
  void aMemorySessionResumedOverDiskIsRecordedBeforeConnack(DurabilityLevel level, int shard) {
    VirtualClient client = memoryLodger(0, "x"); // [MQTT-3.1.2-23] [MQTT-4.4.0-1]
    client.subscribe(QOS_2, "t", "u");
    client.unsubscribe("u").hear(Unsuback.class);
    client.publish("mine", QOS_2, 7, "sent").hear(Pubrec.class);
    VirtualClient publisher = guest(broker, 1, "pub");
    publisher.publish("t", QOS_2, 1, "released").publish("t", QOS_1, 2, "in flight");
    client.hearAll();
    client.pubrec(1).hear(Pubrel.class);
    client.vanish();
    publisher.publish("t", QOS_1, 3, "queued");

    broker.holdJournal();
    client = resuming(level, shard, "x");
    assertThat(client.hearAll()).isEmpty();
    broker.writeJournal();
    if (level == DurabilityLevel.DISK) {
      assertThat(client.hearAll()).isEmpty();
      broker.releaseJournal();
    }
    assertThat(client.hear(Connack.class).sessionPresent()).isTrue();

    VirtualBroker next = started(broker.written());
    VirtualClient after = back(next, "x");
    assertThat(after.hear(Pubrel.class).packetId()).isEqualTo(1);
    Publish inFlight = after.hear(Publish.class);
    assertThat(VirtualClient.text(inFlight)).isEqualTo("in flight");
    assertThat(inFlight.packetId()).isEqualTo(2);
    assertThat(inFlight.dup()).isTrue();
    assertThat(after.hearTexts()).containsExactly("queued");
    VirtualClient witness = guest(next, "witness");
    witness.subscribe(QOS_2, "mine");
    after.say(again(message("mine", QOS_2, 7, "sent")));
    after.hear(Pubrec.class);
    guest(next, "pub").say(message("u", QOS_1, 1, "u"), message("t", QOS_1, 2, "new"));
    assertThat(after.hearTexts()).containsExactly("new");
    assertThat(witness.hearAll()).isEmpty(); // [MQTT-4.3.3-10]
  }

  @Test
  void fromThenOnAllOfItIsRecorded() { // [MQTT-4.1.0-1]
    memoryLodger(0, "x").vanish();
    VirtualClient client = resuming(DurabilityLevel.DISK, 1, "x");
    client.hear(Connack.class);
    client.subscribe(QOS_1, "t");
    client.vanish();
    guest(broker, "pub").publish("t", QOS_1, 1, "one");
    assertThat(back(started(broker.durable()), "x").hearTexts()).containsExactly("one");
    VirtualClient again = resuming(DurabilityLevel.MEMORY, 0, "x");
    again.hear(Connack.class);
    again.puback(again.hear(Publish.class).packetId());
    assertThat(back(started(broker.durable()), "x").hearTexts()).isEmpty();
  }

  @Test
  void retainedMessagesThatWereStillToComeComeAfterACrash() { // [MQTT-3.3.1-9]
    VirtualBroker slow = new VirtualBroker(1, VirtualLimits.with(l -> l.inFlightMax = 1));
    VirtualClient publisher = guest(slow, "pub");
    for (int i = 1; i <= 90; i++) { // more than a replay puts into a queue
      publisher.say(retained("r/" + i, QOS_1, i, "kept"));
    }
    VirtualClient client = slow.client(0, DurabilityLevel.MEMORY);
    client.connect(VirtualConnect.as("x").expiring(1000));
    client.say(new Subscribe(1, Properties.NONE, List.of(filter("r/#", QOS_1))));
    client.hear(Suback.class);
    client.vanish();
    back(slow, "x");
    VirtualBroker next = started(slow.durable());
    VirtualClient after = back(next, "x");
    for (int i = 0; i < 90; i++) {
      after.puback(after.hear(Publish.class).packetId());
    }
  }

  // ---------------------------------------------------------------- and transactions meanwhile

  @ParameterizedTest
  @CsvSource({"0,OS", "0,DISK", "1,OS", "1,DISK"})
  void aMessageHeldWhileItsTakerBecomesRecordedIsWrittenWithItsTransactionBehindIt(
      int shard, DurabilityLevel level) { // [MQTT-4.3.3-10]
    VirtualClient client = memoryLodger(0, "x");
    client.subscribe(QOS_2, "t");
    client.vanish();
    VirtualClient publisher = lodger(broker, 1, "pub");
    broker.holdJournal();
    publisher.publish("t", QOS_2, 1, "held");
    VirtualClient again = resuming(level, shard, "x");
    broker.writeJournal();
    assertThat(again.hearAll()).isEmpty(); // the transaction waits for the disk
    for (int more = 0; more <= broker.pendingBatches(); more++) {
      assertOnce(started(broker.durable(more)));
    }
    broker.releaseJournal();
    publisher.hear(Pubrec.class);
    again.hear(Connack.class);
    assertThat(again.hearTexts()).containsExactly("held");
    VirtualBroker next = started(broker.durable());
    assertThat(back(next, "x").hearTexts()).containsExactly("held");
  }

  /** The publisher was told nothing yet: whatever the crash kept, its repetition is no second. */
  private static void assertOnce(VirtualBroker next) {
    VirtualClient taker = next.client(0);
    boolean present =
        taker.connect(VirtualConnect.as("x").resuming().expiring(1000)).sessionPresent();
    VirtualClient publisher = back(next, "pub");
    publisher.say(again(message("t", QOS_2, 1, "held")));
    publisher.hear(Pubrec.class);
    // Without CONNACK nobody was promised that the session would outlive a crash.
    assertThat(taker.hearTexts()).hasSizeLessThanOrEqualTo(present ? 1 : 0);
  }

  @Test
  void thePublishersPromiseWaitsForARecordThatItsTakerDidNotNeedWhenItWasMatched() {
    VirtualClient client = memoryLodger(0, "x"); // [MQTT-4.3.2-4]
    client.subscribe(QOS_1, "t");
    client.vanish();
    VirtualClient publisher = guest(broker, 1, "pub");
    broker.holdJournal();
    VirtualClient again = broker.client(0);
    again.sayInOneTurn(VirtualConnect.as("x").resuming().expiring(1000).packet());
    publisher.say(message("t", QOS_1, 1, "late")); // matched now, queued behind the CONNECT
    assertThat(publisher.hearAll()).isEmpty();
    broker.releaseJournal();
    publisher.hear(Puback.class);
    again.hear(Connack.class);
    assertThat(back(started(broker.durable()), "x").hearTexts()).containsExactly("late");
  }
}

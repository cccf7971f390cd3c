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
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Suback;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.Unsuback;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Recovery;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an acknowledgement waits for is what the listener of its connection promises (4.1, 4.3). */
final class DurabilityLevelTest {
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());

  /** A network connection with a new session that outlives it. */
  private VirtualClient lodgerOver(DurabilityLevel level, int shard, String clientId) {
    VirtualClient client = broker.client(shard, level);
    client.connect(VirtualConnect.as(clientId).expiring(1000));
    return client;
  }

  private VirtualClient backOver(DurabilityLevel level, int shard, String clientId) {
    VirtualClient client = broker.client(shard, level);
    client.say(VirtualConnect.as(clientId).resuming().expiring(1000).packet());
    return client;
  }

  private static VirtualBroker started(Recovery recovery) {
    return new VirtualBroker(2, VirtualBroker.limits(), new VirtualBroker.OpenAccess(), recovery);
  }

  /** Nothing is heard before the journal has come as far as the level says, and then this is. */
  private <T extends Packet> T hearAt(DurabilityLevel level, VirtualClient client, Class<T> kind) {
    if (level != DurabilityLevel.MEMORY) {
      assertThat(client.hearAll()).isEmpty();
      broker.writeJournal();
    }
    if (level == DurabilityLevel.DISK) {
      assertThat(client.hearAll()).isEmpty();
      broker.releaseJournal();
    }
    T heard = client.hear(kind);
    broker.releaseJournal();
    return heard;
  }

  private void subscribedAndAway(int shard, String clientId, Qos qos) {
    VirtualClient away = lodger(broker, shard, clientId);
    away.subscribe(qos, "t");
    away.vanish();
  }

  // ---------------------------------------------------------------- what waits for which level

  @ParameterizedTest
  @CsvSource({"MEMORY,0", "MEMORY,1", "OS,0", "OS,1", "DISK,0", "DISK,1"})
  void pubackLeavesAtTheLevelOfItsListener(DurabilityLevel level, int shard) { // [MQTT-4.3.2-4]
    subscribedAndAway(shard, "away", QOS_1);
    VirtualClient client = lodgerOver(level, 0, "x");
    broker.holdJournal();
    client.publish("t", QOS_1, 1, "x");
    hearAt(level, client, Puback.class);
    assertThat(back(started(broker.durable()), "away").hearTexts()).containsExactly("x");
  }

  @ParameterizedTest
  @CsvSource({"MEMORY,0", "MEMORY,1", "OS,0", "OS,1", "DISK,0", "DISK,1"})
  void pubrecAndPubcompLeaveAtTheLevelOfTheirListener(DurabilityLevel level, int shard) {
    subscribedAndAway(shard, "away", QOS_2); // [MQTT-4.3.3-8] [MQTT-4.3.3-11]
    VirtualClient client = lodgerOver(level, 0, "x");
    broker.holdJournal();
    client.publish("t", QOS_2, 1, "x");
    hearAt(level, client, Pubrec.class);
    broker.holdJournal();
    client.pubrel(1);
    hearAt(level, client, Pubcomp.class);
    assertThat(back(started(broker.durable()), "away").hearTexts()).containsExactly("x");
  }

  @ParameterizedTest
  @EnumSource(DurabilityLevel.class)
  void aRetainedMessageIsRecordedAtEveryLevel(DurabilityLevel level) { // [MQTT-3.3.1-5]
    VirtualClient client = lodgerOver(level, 0, "x");
    broker.holdJournal();
    client.say(retained("t", QOS_1, 1, "kept"));
    hearAt(level, client, Puback.class);
    VirtualClient late = guest(started(broker.durable()), "late");
    late.subscribe(QOS_1, "t");
    assertThat(late.hearText()).isEqualTo("kept");
  }

  @ParameterizedTest
  @EnumSource(DurabilityLevel.class)
  void connackLeavesAtTheLevelOfItsListener(DurabilityLevel level) { // [MQTT-3.2.2-3]
    lodger(broker, "x").vanish();
    broker.holdJournal();
    VirtualClient client = backOver(level, 0, "x");
    assertThat(hearAt(level, client, Connack.class).sessionPresent()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(DurabilityLevel.class)
  void subackAndUnsubackLeaveAtTheLevelOfTheirListener(DurabilityLevel level) {
    lodger(broker, "x").vanish(); // [MQTT-3.8.4-1] [MQTT-3.10.4-4]
    VirtualClient client = backOver(level, 0, "x");
    client.hear(Connack.class);
    broker.holdJournal();
    client.say(new Subscribe(1, Properties.NONE, List.of(filter("t", QOS_1))));
    hearAt(level, client, Suback.class);
    broker.holdJournal();
    client.unsubscribe("t");
    hearAt(level, client, Unsuback.class);
  }

  @ParameterizedTest
  @EnumSource(DurabilityLevel.class)
  void aQos2MessageLeavesWhenItsIdentifierHasReachedTheLevelOfItsTaker(DurabilityLevel level) {
    lodger(broker, "listener").vanish(); // [MQTT-4.3.3-1]
    VirtualClient listener = backOver(level, 0, "listener");
    listener.hear(Connack.class);
    listener.subscribe(QOS_2, "t");
    broker.holdJournal();
    guest(broker, "x").publish("t", QOS_2, 1, "x");
    hearAt(level, listener, Publish.class);
  }

  @ParameterizedTest
  @EnumSource(DurabilityLevel.class)
  void pubrelLeavesWhenItsPubrecHasReachedTheLevel(DurabilityLevel level) { // [MQTT-4.3.3-6]
    lodger(broker, "listener").vanish();
    VirtualClient listener = backOver(level, 0, "listener");
    listener.hear(Connack.class);
    listener.subscribe(QOS_2, "t");
    guest(broker, "x").publish("t", QOS_2, 1, "x");
    int id = listener.hear(Publish.class).packetId();
    broker.holdJournal();
    listener.pubrec(id);
    hearAt(level, listener, Pubrel.class);
  }

  @ParameterizedTest
  @EnumSource(DurabilityLevel.class)
  void aTransactionIsRevealedAtTheLevelOfThePublisher(DurabilityLevel level) { // [MQTT-4.3.3-8]
    VirtualClient listener = lodger(broker, 1, "listener");
    listener.subscribe(QOS_1, "t");
    lodger(broker, 0, "x").vanish();
    VirtualClient publisher = backOver(level, 0, "x");
    publisher.hear(Connack.class);
    broker.holdJournal();
    publisher.publish("t", QOS_2, 1, "x");
    assertThat(broker.marks()).contains("transaction over shards");
    hearAt(level, listener, Publish.class); // QoS 1: at once where it may be sent at all
  }

  @Test
  void theLevelsOfTwoConnectionsDoNotWaitForEachOther() {
    subscribedAndAway(1, "away", QOS_1);
    VirtualClient disk = guest(broker, "disk");
    VirtualClient os = lodgerOver(DurabilityLevel.OS, 0, "os");
    VirtualClient memory = lodgerOver(DurabilityLevel.MEMORY, 0, "memory");
    broker.holdJournal();
    disk.publish("t", QOS_1, 1, "disk");
    os.publish("t", QOS_1, 1, "os");
    memory.publish("t", QOS_1, 1, "memory");
    memory.hear(Puback.class);
    assertThat(os.hearAll()).isEmpty();
    broker.writeJournal();
    os.hear(Puback.class);
    assertThat(disk.hearAll()).isEmpty();
    broker.releaseJournal();
    disk.hear(Puback.class);
  }

  @Test
  void aKilledProcessLosesNothingThatAnOsListenerAcknowledged() { // [MQTT-4.3.2-4]
    subscribedAndAway(1, "away", QOS_1);
    VirtualClient client = lodgerOver(DurabilityLevel.OS, 0, "x");
    broker.holdJournal();
    client.publish("t", QOS_1, 1, "x");
    hearWritten(client);
    assertThat(back(started(broker.written()), "away").hearTexts()).containsExactly("x");
    assertThat(back(started(broker.durable()), "away").hearTexts()).isEmpty(); // a power cut
  }

  private void hearWritten(VirtualClient client) {
    assertThat(client.hearAll()).isEmpty();
    broker.writeJournal();
    client.hear(Puback.class);
  }

  @Test
  void aRepetitionOverDiskIsAcknowledgedNoEarlierThanConnack() { // [MQTT-4.3.3-10]
    subscribedAndAway(1, "away", QOS_2);
    VirtualClient client = lodgerOver(DurabilityLevel.OS, 0, "x");
    broker.holdJournal();
    client.publish("t", QOS_2, 1, "x");
    broker.writeJournal();
    client.hear(Pubrec.class);
    client.vanish();
    client = backOver(DurabilityLevel.DISK, 1, "x");
    hearAt(DurabilityLevel.DISK, client, Connack.class);
    broker.holdJournal();
    client.say(again(message("t", QOS_2, 1, "x")));
    client.hear(Pubrec.class); // what it stands for is on disk since CONNACK
    VirtualBroker next = started(broker.durable());
    assertThat(back(next, "away").hearTexts()).containsExactly("x");
  }

  @ParameterizedTest
  @EnumSource(DurabilityLevel.class)
  void aMessageThatIsRevealedBeforeItIsWrittenIsNotReadBackFromDisk(DurabilityLevel level) {
    VirtualBroker paging =
        VirtualBroker.keepingQueues(
            2,
            VirtualLimits.with(
                limits -> {
                  limits.queueResidentMessagesMax = 2;
                  limits.queuePageMessagesMax = 4;
                  limits.inFlightMax = 1;
                }));
    VirtualClient listener = lodger(paging, 1, "listener");
    listener.subscribe(QOS_1, "t");
    VirtualClient plain = guest(paging, 1, "plain");
    for (int i = 1; i <= 9; i++) {
      plain.publish("t", QOS_1, i, String.valueOf(i));
    }
    lodger(paging, 0, "x").vanish();
    VirtualClient publisher = paging.client(0, level);
    publisher.connect(VirtualConnect.as("x").resuming().expiring(1000));
    paging.holdJournal();
    publisher.publish("t", QOS_2, 1, "10");
    List<String> heard = new ArrayList<>();
    for (int i = 1; i <= 9; i++) {
      Publish next = listener.hear(Publish.class);
      heard.add(VirtualClient.text(next));
      listener.puback(next.packetId());
    }
    paging.releaseJournal();
    heard.addAll(listener.hearTexts());
    assertThat(heard).containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
    assertThat(paging.dropped(DropReason.UNREADABLE)).isZero();
  }

  // ---------------------------------------------------------------- who needs a sync

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void nobodyWaitsForWhatTheTakerOfQos1Does(int shard) { // [MQTT-4.3.2-2]
    VirtualClient listener = lodger(broker, shard, "listener");
    listener.subscribe(QOS_1, "t");
    VirtualClient publisher = guest(broker, 0, "x");
    publisher.publish("t", QOS_1, 1, "x");
    publisher.hear(Puback.class);
    int before = broker.commits().size();
    listener.puback(listener.hear(Publish.class).packetId());
    listener.vanish();
    assertThat(since(before)).isNotEmpty().containsOnly(DurabilityLevel.MEMORY);
  }

  @ParameterizedTest
  @EnumSource(DurabilityLevel.class)
  void aMessageNeedsWhatItsPublisherWaitsForAndNoMore(DurabilityLevel level) {
    VirtualClient listener = lodger(broker, 1, "listener");
    listener.subscribe(QOS_1, "t");
    VirtualClient publisher = lodgerOver(level, 0, "x");
    int before = broker.commits().size();
    publisher.publish("t", QOS_1, 1, "x");
    publisher.hear(Puback.class);
    assertThat(since(before)).contains(level).allMatch(needed -> needed.compareTo(level) <= 0);
  }

  @Test
  void aDayOfAMemoryListenerNeedsNoSync() {
    VirtualClient listener = lodgerOver(DurabilityLevel.MEMORY, 1, "listener");
    listener.subscribe(QOS_2, "t");
    VirtualClient publisher = lodgerOver(DurabilityLevel.MEMORY, 0, "x");
    publisher.say(retained("t", QOS_2, 1, "x"));
    publisher.hear(Pubrec.class);
    publisher.pubrel(1).hear(Pubcomp.class);
    int id = listener.hear(Publish.class).packetId();
    listener.pubrec(id);
    listener.hear(Pubrel.class);
    listener.pubcomp(id);
    assertThat(broker.commits()).isNotEmpty().containsOnly(DurabilityLevel.MEMORY);
  }

  private List<DurabilityLevel> since(int before) {
    return broker.commits().subList(before, broker.commits().size());
  }

  @ParameterizedTest
  @EnumSource
  void aConnectionIsClosedWhenTheWillItTookBackIsGone(DurabilityLevel level) { // [MQTT-3.14.4-3]
    VirtualClient client = broker.client(0, level);
    client.connect(VirtualConnect.as("x").expiring(1000).will("w", QOS_1, false, "gone"));
    broker.holdJournal();
    client.say(new Disconnect(ReasonCode.SUCCESS, Properties.NONE));
    if (level != DurabilityLevel.MEMORY) {
      assertThat(client.isClosed()).isFalse();
      broker.writeJournal();
    }
    if (level == DurabilityLevel.DISK) {
      assertThat(client.isClosed()).isFalse();
      broker.releaseJournal();
    }
    assertThat(client.isClosed()).isTrue();
  }
}

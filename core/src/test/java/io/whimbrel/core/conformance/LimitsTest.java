package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.message;
import static io.whimbrel.core.VirtualClient.retained;
import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.assertAlive;
import static io.whimbrel.core.conformance.Talk.assertEnded;
import static io.whimbrel.core.conformance.Talk.assertRefused;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Pingreq;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import io.whimbrel.core.port.Access;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Meter;
import io.whimbrel.core.port.Origin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the broker does at its limits, where the specification leaves that to it (4.13, 5.4). */
final class LimitsTest {
  @Test
  void topicsAndFiltersHaveSoManyLevelsAtMost() {
    VirtualBroker broker = new VirtualBroker(1, VirtualLimits.with(l -> l.topicLevelsMax = 3));
    VirtualClient client = guest(broker, "x");
    assertThat(client.subscribe(QOS_0, "a/b/c", "a/b/c/#").reasons())
        .containsExactly(ReasonCode.SUCCESS, ReasonCode.TOPIC_FILTER_INVALID);
    client.publish("a/b/c", QOS_0, 0, "x");
    assertThat(client.hearText()).isEqualTo("x");
    client.publish("a/b/c/d", QOS_0, 0, "x");
    assertEnded(client, ReasonCode.TOPIC_NAME_INVALID);
    VirtualClient mortal = broker.client();
    mortal.say(VirtualConnect.as("y").will("a/b/c/d", QOS_0, false, "x").packet());
    assertRefused(mortal, ReasonCode.TOPIC_NAME_INVALID);
  }

  @Test
  void veryDeepTopicsHarmNobody() {
    VirtualBroker broker = new VirtualBroker(1, VirtualLimits.with(l -> l.topicLevelsMax = 65_536));
    VirtualClient client = guest(broker, "x");
    String deep = "/".repeat(60_000);
    client.subscribe(QOS_0, deep, deep + "+", "#");
    client.say(retained(deep, QOS_0, 0, "x"));
    assertThat(client.hearText()).isEqualTo("x");
    client.subscribe(QOS_0, deep);
    assertThat(client.hearText()).isEqualTo("x");
    assertAlive(client);
  }

  @Test
  void aSessionHasSoManySubscriptionsAtMost() {
    VirtualBroker broker =
        new VirtualBroker(1, VirtualLimits.with(l -> l.subscriptionsPerSessionMax = 2));
    VirtualClient client = guest(broker, "x");
    assertThat(client.subscribe(QOS_0, "a", "b", "c", "a").reasons())
        .containsExactly(
            ReasonCode.SUCCESS, ReasonCode.SUCCESS, ReasonCode.QUOTA_EXCEEDED, ReasonCode.SUCCESS);
  }

  @Test
  void aWillIsRetainedOnlyWhereThereIsRoom() {
    VirtualBroker broker = new VirtualBroker(1, VirtualLimits.with(l -> l.retainedMessagesMax = 1));
    VirtualClient first = guest(broker, "first");
    first.say(retained("taken", QOS_1, 1, "x"));
    VirtualClient watcher = guest(broker, "watcher");
    watcher.subscribe(QOS_0, "will");
    VirtualClient mortal = broker.client();
    mortal.connect(VirtualConnect.as("mortal").will("will", QOS_0, true, "late"));
    mortal.vanish();
    assertThat(watcher.hearText()).isEqualTo("late");
    assertThat(broker.broker().retainedMessages()).isEqualTo(1);
    assertThat(broker.dropped(DropReason.RETAINED_LIMIT)).isEqualTo(1);
  }

  @Test
  void aQueueHoldsSoManyMessagesAtMost() {
    VirtualBroker broker = new VirtualBroker(1, VirtualLimits.with(l -> l.queueMessagesMax = 3));
    VirtualClient away = lodger(broker, "away");
    away.subscribe(QOS_1, "t");
    away.vanish();
    VirtualClient client = guest(broker, "x");
    for (int i = 1; i <= 5; i++) {
      client.publish("t", QOS_1, i, "m" + i);
    }
    assertThat(back(broker, "away").hearTexts()).containsExactly("m1", "m2", "m3");
    assertThat(broker.dropped(DropReason.QUEUE_MESSAGES)).isEqualTo(2);
  }

  @Test
  void userPropertiesAreCounted() {
    VirtualBroker broker = new VirtualBroker(1, VirtualLimits.with(l -> l.userPropertiesMax = 2));
    VirtualClient client = guest(broker, "x");
    client.say(message("t", QOS_1, 1, "x", p -> p.user("a", "").user("a", "").user("a", "")));
    assertEnded(client, ReasonCode.QUOTA_EXCEEDED);
  }

  @Test
  void aFastPublisherIsBraked() {
    VirtualBroker broker = new VirtualBroker(1, VirtualLimits.with(l -> l.publishRateMax = 10));
    VirtualClient listener = guest(broker, "listener");
    listener.subscribe(QOS_0, "t");
    VirtualClient client = guest(broker, "x");
    Packet[] many = new Packet[25];
    Arrays.fill(many, message("t", QOS_0, 0, "x"));
    client.say(many);
    assertThat(listener.hearAll()).hasSize(10);
    assertThat(client.isBraked()).isTrue();
    broker.pass(1000);
    assertThat(listener.hearAll()).hasSize(10);
    broker.pass(1000);
    assertThat(listener.hearAll()).hasSize(5);
    assertThat(client.isBraked()).isFalse();
  }

  @Test
  void theEndOfABrakeMakesBytesThatWaitNoYounger() {
    VirtualBroker broker = new VirtualBroker(1, VirtualLimits.with(l -> l.publishRateMax = 1));
    VirtualClient client = guest(broker, "x");
    byte[] halfAnother = {0x30, 5, 0, 1, 't', 0, 'x', 0x30, 5, 0, 1};
    client.sayBytes(halfAnother);
    long lastPacketAt = broker.now();
    assertThat(client.isBraked()).isTrue();
    broker.pass(1000);
    assertThat(client.isBraked()).isFalse();

    client.sayBytes(new byte[] {'t'});

    assertThat(client.unfinishedSince()).isEqualTo(lastPacketAt);
  }

  /** Takes what comes and asks for a second's pause after each third PUBLISH and 1000 bytes. */
  private static final class CountingMeter implements Meter {
    private int publishes;
    private int bytes;
    private boolean closed;

    @Override
    public long onPublish(long nowMillis) {
      return ++publishes % 3 == 0 ? 1000 : 0;
    }

    @Override
    public long onBytes(int count, long nowMillis) {
      bytes += count;
      return count >= 1000 ? 500 : 0;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static VirtualBroker metered(CountingMeter meter) {
    return new VirtualBroker(
        1,
        VirtualBroker.limits(),
        new VirtualBroker.OpenAccess() {
          @Override
          public Meter meter(Identity who) {
            return who.clientId().equals("x") ? meter : Meter.FREE;
          }
        });
  }

  @Test
  void aMeterSaysHowLongAPublisherIsNotReadFrom() {
    CountingMeter meter = new CountingMeter();
    VirtualBroker broker = metered(meter);
    VirtualClient listener = guest(broker, "listener");
    listener.subscribe(QOS_0, "t");
    VirtualClient client = guest(broker, "x");
    Packet[] many = new Packet[8];
    Arrays.fill(many, message("t", QOS_0, 0, "x"));
    client.say(many);
    assertThat(listener.hearAll()).hasSize(3);
    assertThat(client.isBraked()).isTrue();
    broker.pass(999);
    assertThat(listener.hearAll()).isEmpty();
    broker.pass(1);
    assertThat(listener.hearAll()).hasSize(3);
    broker.pass(1000);
    assertThat(listener.hearAll()).hasSize(2);
    assertThat(client.isBraked()).isFalse();
    assertThat(meter.closed).isFalse();
    client.vanish();
    assertThat(meter.closed).isTrue();
  }

  @Test
  void aMeterCountsBytesOfPacketsThatAreNotThereYet() {
    CountingMeter meter = new CountingMeter();
    VirtualBroker broker = metered(meter);
    VirtualClient client = guest(broker, "x");
    int before = meter.bytes;
    client.sayBytes(new byte[] {0x30, (byte) 0x80, 0x10, 0, 1, 't', 0});
    assertThat(client.isBraked()).isFalse();
    client.sayBytes(new byte[1000]);
    assertThat(meter.bytes - before).isEqualTo(1007);
    assertThat(client.isBraked()).isTrue();
    broker.pass(500);
    assertThat(client.isBraked()).isFalse();
  }

  @Test
  void nobodyWaitsForAnAnswerToAClientThatHasGone() {
    List<Access.Answer> asked = new ArrayList<>();
    VirtualBroker broker =
        new VirtualBroker(
            1,
            VirtualBroker.limits(),
            new VirtualBroker.OpenAccess() {
              @Override
              public void authenticate(String id, Connect connect, Origin origin, Answer answer) {
                asked.add(answer);
              }
            });
    VirtualClient client = broker.client();
    client.say(VirtualConnect.as("x").packet());
    assertThat(asked).hasSize(1);
    assertThat(asked.get(0).isAwaited()).isTrue();
    client.vanish();
    assertThat(asked.get(0).isAwaited()).isFalse();
  }

  @Test
  void aClientThatDoesNotReadIsNotReadFromAndInTheEndClosed() {
    VirtualBroker broker = new VirtualBroker(1, VirtualLimits.with(l -> l.outputBytesMax = 1000));
    VirtualClient deaf = guest(broker, "deaf");
    deaf.subscribe(QOS_0, "t");
    deaf.stopReading();
    VirtualClient client = guest(broker, "x");
    for (int i = 0; i < 20; i++) {
      client.publish("t", QOS_0, 0, "x".repeat(100));
    }
    assertThat(deaf.unread()).isLessThan(1200);
    assertThat(broker.dropped(DropReason.SLOW_CONSUMER)).isPositive();
    broker.pass(60_000);
    assertThat(deaf.isClosed()).isTrue();
  }

  @Test
  void aClientThatDoesNotReadWhatItAsksForIsNotReadFrom() {
    VirtualBroker broker = new VirtualBroker(1, VirtualLimits.with(l -> l.outputBytesMax = 1000));
    VirtualClient deaf = guest(broker, "deaf");
    deaf.stopReading();
    Packet[] questions = new Packet[5000];
    Arrays.fill(questions, Pingreq.INSTANCE);
    deaf.say(questions);
    assertThat(deaf.unread()).isLessThan(1200);
    assertThat(deaf.isBraked()).isTrue();
    deaf.readAgain();
    assertThat(deaf.hearAll()).hasSize(5000);
    assertThat(deaf.isBraked()).isFalse();
    deaf.stopReading();
    deaf.say(questions);
    broker.pass(60_000);
    assertThat(deaf.isClosed()).isTrue();
  }

  @Test
  void aFullQueueMayMakeRoomForWhatIsNew() {
    VirtualBroker broker =
        new VirtualBroker(
            1,
            VirtualLimits.with(
                l -> {
                  l.queueMessagesMax = 3;
                  l.dropOldest = true;
                }));
    VirtualClient away = lodger(broker, "away");
    away.subscribe(QOS_1, "t");
    away.vanish();
    VirtualClient client = guest(broker, "x");
    for (int i = 1; i <= 5; i++) {
      client.publish("t", QOS_1, i, "m" + i);
    }
    assertThat(back(broker, "away").hearTexts()).containsExactly("m3", "m4", "m5");
    assertThat(broker.dropped(DropReason.QUEUE_MESSAGES)).isEqualTo(2);
  }

  @Test
  void aQueueHoldsSoManyBytesAtMost() {
    VirtualBroker broker = new VirtualBroker(1, VirtualLimits.with(l -> l.queueBytesMax = 1000));
    VirtualClient away = lodger(broker, "away");
    away.subscribe(QOS_1, "t");
    away.vanish();
    VirtualClient client = guest(broker, "x");
    client.publish("t", QOS_1, 1, "x".repeat(800)).publish("t", QOS_1, 2, "y".repeat(200));
    assertThat(back(broker, "away").hearAll()).hasSize(1);
    assertThat(broker.dropped(DropReason.QUEUE_BYTES)).isEqualTo(1);
  }

  @Test
  void qos0IsNotKeptForWhoIsAwayUnlessWanted() {
    for (boolean keeps : new boolean[] {false, true}) {
      VirtualBroker broker =
          new VirtualBroker(1, VirtualLimits.with(l -> l.queueQos0Offline = keeps));
      VirtualClient away = lodger(broker, "away");
      away.subscribe(QOS_0, "t");
      away.vanish();
      guest(broker, "x").publish("t", QOS_0, 0, "zero");
      assertThat(back(broker, "away").hearAll()).hasSize(keeps ? 1 : 0);
      assertThat(broker.dropped(DropReason.OFFLINE_QOS0)).isEqualTo(keeps ? 0 : 1);
    }
  }

  @Test
  void whenMemoryIsFullNothingMoreIsTaken() {
    VirtualBroker broker = new VirtualBroker(1, VirtualLimits.with(l -> l.memoryBytesMax = 1000));
    VirtualClient away = lodger(broker, "away");
    away.subscribe(QOS_1, "t");
    away.vanish();
    VirtualClient client = guest(broker, "x");
    client.publish("t", QOS_1, 1, "x".repeat(1000));
    assertThat(client.hear(Puback.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    client.publish("t", QOS_1, 2, "refused").publish("t", QOS_0, 0, "dropped");
    assertThat(client.hear(Puback.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    assertThat(broker.dropped(DropReason.MEMORY)).isEqualTo(2);
    VirtualClient again = back(broker, "away");
    again.puback(again.hear(Publish.class).packetId());
    client.publish("t", QOS_1, 3, "room again");
    assertThat(again.hearText()).isEqualTo("room again");
  }

  @Test
  void retainedMessagesHaveSoManyBytesAtMostAndMayBeReplaced() {
    VirtualBroker broker = new VirtualBroker(1, VirtualLimits.with(l -> l.retainedBytesMax = 1000));
    VirtualClient client = guest(broker, "x");
    client.say(retained("a", QOS_1, 1, "x".repeat(800)));
    assertThat(client.hear(Puback.class).reason().isError()).isFalse();
    client.say(retained("b", QOS_1, 2, "x".repeat(200)));
    assertThat(client.hear(Puback.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    assertThat(broker.dropped(DropReason.RETAINED_LIMIT)).isEqualTo(1);
    client.say(retained("a", QOS_1, 3, "y".repeat(800)));
    assertThat(client.hear(Puback.class).reason().isError()).isFalse();
    assertThat(broker.broker().retainedMessages()).isEqualTo(1);
  }

  @Test
  void whoPublishesFasterThanTheDiskTakesIsNotReadFrom() {
    VirtualBroker broker =
        new VirtualBroker(1, VirtualLimits.with(l -> l.uncommittedBytesMax = 1000));
    lodger(broker, "away").subscribe(QOS_1, "t");
    VirtualClient client = guest(broker, "x");
    broker.holdJournal();
    for (int i = 1; i <= 50; i++) {
      client.publish("t", QOS_1, i, "x");
    }
    assertThat(client.isBraked()).isTrue();
    assertThat(client.hearAll()).isEmpty();
    broker.releaseJournal();
    assertThat(client.isBraked()).isFalse();
    assertThat(client.hearAll()).hasSize(50);
  }

  @Test
  void soManyAcknowledgementsMayWait() {
    VirtualBroker broker = new VirtualBroker(1, VirtualLimits.with(l -> l.unacknowledgedMax = 10));
    lodger(broker, "away").subscribe(QOS_1, "t");
    VirtualClient client = broker.client();
    client.connect311("x", true); // it knows no Receive Maximum
    broker.holdJournal();
    for (int i = 1; i <= 50; i++) {
      client.publish("t", QOS_1, i, "x");
    }
    assertThat(client.isBraked()).isTrue();
    broker.releaseJournal();
    assertThat(client.isBraked()).isFalse();
    assertThat(client.hearAll()).hasSize(50);
  }

  @Test
  void oneClientHasSoManyPacketsInATurn() {
    VirtualBroker broker =
        new VirtualBroker(
            2,
            VirtualLimits.with(
                l -> {
                  l.packetsPerTurnMax = 1;
                  l.sliceMax = 1;
                  l.laneMessagesMax = 2;
                }));
    VirtualClient listener = guest(broker, 1, "listener");
    listener.subscribe(QOS_0, "t");
    VirtualClient client = guest(broker, 0, "x");
    Packet[] many = new Packet[50];
    Arrays.fill(many, message("t", QOS_0, 0, "x"));
    client.say(many);
    assertThat(listener.hearAll()).hasSize(50); // slower, but all of them
    assertThat(client.isBraked()).isFalse();
  }
}

package io.whimbrel.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.JournalRecord.SessionConnected;
import io.whimbrel.core.port.JournalRecord.SessionOpened;
import io.whimbrel.core.port.JournalRecord.WillMessage;
import io.whimbrel.core.port.JournalRecord.WillRemoved;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionKey;
import org.junit.jupiter.api.Test;

/** The smallest tests of what the simulator found; docs/simulation.md names the seeds. */
class SimulatedDefectsTest {

  @Test // seeds 1 and 20
  void aConnectionLostBeforeConnackEndsNoSession() {
    VirtualBroker broker = new VirtualBroker();
    VirtualClient first = broker.client();
    first.connect("x", true, 100);
    first.vanish();
    broker.holdJournal();
    VirtualClient second = broker.client();
    second.say(VirtualConnect.as("x").resuming().expiring(100).packet());
    second.vanish(); // its CONNACK still waits for the journal
    broker.releaseJournal();

    assertThat(broker.client().connect("x", false, 100).sessionPresent()).isTrue();
  }

  @Test // seed 100
  void theEndOfOneWillLeavesTheNextOneAlone() {
    SessionKey key = new SessionKey("x", 1);
    BrokerImage image = new BrokerImage();
    image.accept(new SessionOpened(key, ""));
    image.accept(new SessionConnected(key, 1, 100, will()));
    image.accept(new SessionConnected(key, 2, 100, will()));

    image.accept(new WillRemoved(key, 1)); // published over another shard, it comes late

    assertThat(image.sessions()).allSatisfy(s -> assertThat(s.will()).isNotNull());
  }

  private static WillMessage will() {
    Publication message =
        new Publication(
            "x",
            TopicName.of("w"),
            Qos.AT_LEAST_ONCE,
            false,
            Publication.NEVER,
            new byte[0],
            new byte[0]);
    return new JournalRecord.WillMessage(message, -1, 0);
  }

  @Test // seeds 55, 109 and 150
  void qosZeroThatWaitedIsNotOvertaken() {
    VirtualBroker broker =
        new VirtualBroker(
            1,
            VirtualLimits.with(
                l -> {
                  l.queueQos0Offline = true;
                  l.inFlightMax = 1;
                }));
    VirtualClient first = broker.client();
    first.connect("sub", true, 100);
    first.subscribe(Qos.AT_LEAST_ONCE, "a");
    first.vanish();
    VirtualClient publisher = broker.client();
    publisher.connect("pub", true, 0);
    publisher.publish("a", Qos.AT_LEAST_ONCE, 1, "one");
    publisher.publish("a", Qos.AT_LEAST_ONCE, 2, "two"); // no window for it
    publisher.publish("a", Qos.AT_MOST_ONCE, 0, "three");
    VirtualClient second = broker.client();
    second.connect("sub", false, 100);
    publisher.publish("a", Qos.AT_MOST_ONCE, 0, "four");

    Publish one = second.hear(Publish.class);
    assertThat(second.hearAll()).isEmpty();
    second.puback(one.packetId());
    Publish two = second.hear(Publish.class);
    second.puback(two.packetId());
    assertThat(second.hearTexts()).containsExactly("three", "four");
  }

  @Test // seed 41
  void theExpiryIntervalNeverGrows() {
    Publication message =
        new Publication(
            "x",
            TopicName.of("a"),
            Qos.AT_MOST_ONCE,
            false,
            4_000, // received at 1000, for three seconds
            new byte[0],
            new byte[0]);

    assertThat(message.expirySeconds(995)).isEqualTo(3); // another event loop's clock is behind
    assertThat(message.expirySeconds(3_900)).isEqualTo(1);
  }

  @Test // seed 3894
  void aCrashAfterACleanStartBringsNoOldSessionBack() {
    VirtualBroker broker = new VirtualBroker();
    VirtualClient first = broker.client();
    first.connect("x", true, 100);
    first.vanish();
    broker.holdJournal();
    VirtualClient second = broker.client();
    second.say(VirtualConnect.as("x").with(PropertyId.SESSION_EXPIRY_INTERVAL, 0).packet());

    assertThat(second.hearAll()).isEmpty(); // the old session's end is not durable yet

    broker.releaseJournal();
    assertThat(second.hear(Connack.class).sessionPresent()).isFalse();
  }

  @Test // seed 21307
  void aRemovalThatFindsNothingIsAcknowledgedNoEarlierThanTheOneThatFoundSomething() {
    VirtualBroker broker = new VirtualBroker();
    VirtualClient one = broker.client();
    one.connect("one", true, 0);
    one.say(VirtualClient.retained("r", Qos.AT_LEAST_ONCE, 1, "kept"));
    VirtualClient two = broker.client();
    two.connect("two", true, 0);
    broker.holdJournal();
    one.say(VirtualClient.retained("r", Qos.AT_LEAST_ONCE, 2, ""));
    two.say(VirtualClient.retained("r", Qos.AT_LEAST_ONCE, 3, ""));
    assertThat(two.hearAll()).isEmpty();
    broker.releaseJournal();
    assertThat(two.hearAll()).hasSize(1);
  }

  @Test // found by reading
  void aWillOfOneConnectionIsSafeBeforeTheJournalHearsOfTheNext() {
    for (int batches = 0; batches < 12; batches++) {
      VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());
      VirtualClient subscriber = broker.client(1);
      subscriber.connect("sub", true, 1000);
      subscriber.subscribe(Qos.AT_LEAST_ONCE, "will");
      VirtualClient mortal = broker.client(0);
      mortal.connect(
          VirtualConnect.as("mortal")
              .expiring(1000)
              .will("will", Qos.AT_LEAST_ONCE, false, "last words"));
      broker.holdJournal();
      broker.client(0).say(VirtualConnect.as("mortal").resuming().expiring(1000).packet());

      VirtualBroker next =
          new VirtualBroker(
              2,
              VirtualBroker.limits(),
              new VirtualBroker.OpenAccess(),
              broker.durable(Math.min(batches, broker.pendingBatches())));
      next.pass(1000);
      VirtualClient back = next.client(1);
      back.connect("sub", false, 1000);
      assertThat(back.hearTexts()).containsOnly("last words");
    }
  }
}

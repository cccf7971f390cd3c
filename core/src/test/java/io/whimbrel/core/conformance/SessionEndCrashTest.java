package io.whimbrel.core.conformance;

import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.shard.Shard;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * A session ends on one event loop while what it owes to others, on another, is not recorded yet:
 * the broker is stopped after each of the batches that make up the end.
 */
final class SessionEndCrashTest {
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());
  private VirtualClient two;

  /** Whatever reached the disk, the next life of the broker is what the check says. */
  private void assertWhateverReachedTheDisk(Consumer<VirtualBroker> check) {
    int batches = broker.pendingBatches();
    assertThat(batches).isPositive();
    for (int reached = 0; reached <= batches; reached++) {
      check.accept(
          new VirtualBroker(
              2, VirtualBroker.limits(), new VirtualBroker.OpenAccess(), broker.durable(reached)));
    }
  }

  private void giveOneASharedMessage() {
    VirtualClient one = lodger(broker, 0, "one");
    one.subscribe(QOS_1, "$share/g/t");
    guest(broker, "publisher").publish("t", QOS_1, 1, "m");
    assertThat(one.hearText()).isEqualTo("m");
    two = lodger(broker, 1, "two");
    two.subscribe(QOS_1, "$share/g/t");
    one.vanish();
    broker.holdJournal();
  }

  private static void twoHearsOfIt(VirtualBroker next) {
    VirtualClient two = back(next, 1, "two");
    next.pass(2_000_000); // whoever else has it is no more then
    assertThat(two.hearTexts()).containsExactly("m");
  }

  @Test
  void aSharedMessageOfASessionThatExpiresIsNotLost() { // [MQTT-4.8.2-4]
    giveOneASharedMessage();
    broker.pass(1_000_000);
    assertWhateverReachedTheDisk(SessionEndCrashTest::twoHearsOfIt);
  }

  @Test
  void aSharedMessageOfASessionThatStartsCleanIsNotLost() {
    giveOneASharedMessage();
    broker.client(1).say(VirtualConnect.as("one").expiring(1000).packet());
    assertWhateverReachedTheDisk(SessionEndCrashTest::twoHearsOfIt);
  }

  @Test
  void aWillOfAClientThatStartsCleanOverItselfIsNotLost() { // [MQTT-3.1.2-8]
    lodger(broker, 1, "sub").subscribe(QOS_1, "will");
    VirtualClient says = broker.client(0);
    says.connect(VirtualConnect.as("says").expiring(1000).will("will", QOS_1, false, "bye"));
    broker.holdJournal();
    broker.client(0).say(VirtualConnect.as("says").expiring(1000).packet());
    assertWhateverReachedTheDisk(
        next -> assertThat(back(next, 1, "sub").hearTexts()).containsExactly("bye"));
  }

  @Test
  void aSecondLifeIsNotRecordedBeforeTheFirstHasEnded() {
    giveOneASharedMessage();
    VirtualClient second = broker.client(0);
    second.say(VirtualConnect.as("one").packet());
    second.disconnect();
    broker.run();
    assertWhateverReachedTheDisk(SessionEndCrashTest::twoHearsOfIt);
    broker.releaseJournal();
    assertThat(broker.client(0).connect("one", false, 0).sessionPresent()).isFalse();
  }

  @Test
  void whoComesBackWhileItsSessionEndsWaitsForThat() {
    giveOneASharedMessage();
    broker.pass(1_000_000);
    VirtualClient again = broker.client(1);
    again.say(VirtualConnect.as("one").resuming().expiring(1000).packet());
    assertThat(again.hearAll()).isEmpty();
    broker.releaseJournal();
    assertThat(again.hear(Connack.class).sessionPresent()).isFalse();
    again.subscribe(QOS_2, "u");
    VirtualBroker next =
        new VirtualBroker(
            2, VirtualBroker.limits(), new VirtualBroker.OpenAccess(), broker.durable());
    back(next, 0, "one");
  }

  @Test
  void aSharedMessageThatIsHeldForAMemberWhichEndsGoesToAnother() { // [MQTT-4.8.2-4]
    giveOneASharedMessage();
    broker.pass(1_000_000); // two has it, and may not send it yet
    VirtualClient three = guest(broker, 0, "three");
    three.subscribe(QOS_1, "$share/g/t");
    two.say(goodbyeForEver());
    assertThat(three.hearAll()).isEmpty();
    broker.releaseJournal();
    assertThat(three.hearTexts()).containsExactly("m");
    assertThat(broker.dropped(DropReason.SESSION_ENDED)).isZero();
  }

  @Test
  void nobodyIsToldThatASessionIsGoneBeforeThatIsOnDisk() { // [MQTT-3.2.2-2]
    VirtualClient one = lodger(broker, 0, "one");
    one.subscribe(QOS_1, "t");
    broker.holdJournal();
    one.say(goodbyeForEver());
    VirtualClient next = broker.client(1);
    next.say(VirtualConnect.as("one").packet());
    assertThat(next.hearAll()).isEmpty();
    broker.releaseJournal();
    assertThat(next.hear(Connack.class).sessionPresent()).isFalse();
    next.disconnect();
    assertThat(broker.broker().shards().stream().mapToInt(Shard::seatsTaken).sum()).isZero();
  }

  @Test
  void aClaimWhoseClientHasGoneEndsNoSession() {
    VirtualClient one = lodger(broker, 0, "one");
    one.subscribe(QOS_1, "t");
    VirtualClient publisher = lodger(broker, 1, "taker");
    publisher.subscribe(QOS_2, "u");
    broker.holdJournal();
    one.publish("u", QOS_2, 1, "x"); // a promise that keeps the session where it is
    VirtualClient next = broker.client(1);
    next.say(VirtualConnect.as("one").packet());
    assertThat(one.hear(Disconnect.class).reason()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
    broker.pass(11_000);
    assertThat(next.hear(Connack.class).reason()).isEqualTo(ReasonCode.SERVER_BUSY);
    broker.releaseJournal();
    back(broker, 0, "one");
  }

  private static Disconnect goodbyeForEver() {
    return new Disconnect(
        ReasonCode.SUCCESS,
        Properties.builder().set(PropertyId.SESSION_EXPIRY_INTERVAL, 0).build());
  }
}

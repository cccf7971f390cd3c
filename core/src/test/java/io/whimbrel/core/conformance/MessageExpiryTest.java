package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.message;
import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.expiry;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import io.whimbrel.core.port.DropReason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Message Expiry Interval (3.3.2.3.3). */
final class MessageExpiryTest {
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());
  private VirtualClient publisher;

  @BeforeEach
  void somebodyPublishes() {
    publisher = guest(broker, "publisher");
  }

  private VirtualClient away(int shard) {
    VirtualClient client = lodger(broker, shard, "x");
    client.subscribe(QOS_2, "t");
    client.vanish();
    return client;
  }

  private static long interval(Publish publish) {
    return publish.properties().number(PropertyId.MESSAGE_EXPIRY_INTERVAL, -1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aMessageWhoseTimeHasPassedIsDeletedForItsSubscriber(int shard) { // [MQTT-3.3.2-5]
    away(shard);
    publisher.say(message("t", QOS_1, 1, "short", expiry(10)));
    publisher.say(message("t", QOS_2, 2, "short too", expiry(10)));
    publisher.say(message("t", QOS_1, 3, "long", expiry(11)));
    publisher.say(message("t", QOS_1, 4, "for ever"));
    broker.pass(10_000);
    assertThat(back(broker, "x").hearTexts()).containsExactly("long", "for ever");
    assertThat(broker.dropped(DropReason.EXPIRED)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void theIntervalThatGoesOnIsWhatIsLeftOfIt(int shard) { // [MQTT-3.3.2-6]
    away(shard);
    publisher.say(message("t", QOS_1, 1, "a", expiry(100)));
    publisher.say(message("t", QOS_1, 2, "b"));
    broker.pass(30_000);
    publisher.say(message("t", QOS_1, 3, "c", expiry(0xFFFF_FFFFL)));
    VirtualClient again = back(broker, "x");
    assertThat(interval(again.hear(Publish.class))).isEqualTo(70);
    assertThat(interval(again.hear(Publish.class))).isEqualTo(-1);
    assertThat(interval(again.hear(Publish.class))).isEqualTo(0xFFFF_FFFFL);
  }

  @ParameterizedTest
  @EnumSource(Qos.class)
  void aMessageThatDoesNotWaitKeepsItsInterval(Qos qos) { // [MQTT-3.3.2-6]
    VirtualClient client = guest(broker, 1, "x");
    client.subscribe(QOS_2, "t");
    publisher.say(message("t", qos, qos == QOS_0 ? 0 : 1, "a", expiry(5)));
    assertThat(interval(client.hear(Publish.class))).isEqualTo(5);
  }

  /**
   * An interval of zero is not forbidden and has passed when the message is there; like HiveMQ,
   * Whimbrel sends such a message to nobody, whatever its QoS.
   */
  @ParameterizedTest
  @EnumSource(Qos.class)
  void anIntervalOfZeroHasPassedAtOnce(Qos qos) { // [MQTT-3.3.2-5]
    VirtualClient client = guest(broker, 1, "x");
    client.subscribe(QOS_2, "t");
    publisher.say(message("t", qos, qos == QOS_0 ? 0 : 1, "a", expiry(0)));
    assertThat(client.hearAll()).isEmpty();
    assertThat(broker.dropped(DropReason.EXPIRED)).isEqualTo(1);
  }

  @Test
  void aRetainedMessageExpiresToo() { // [MQTT-3.3.2-5] [MQTT-3.3.2-6]
    Publish p = message("t", QOS_1, 1, "kept", expiry(10));
    publisher.say(new Publish(false, QOS_1, true, p.topic(), 1, p.properties(), p.payload()));
    broker.pass(4_000);
    VirtualClient early = guest(broker, 1, "early");
    early.subscribe(QOS_1, "t");
    assertThat(interval(early.hear(Publish.class))).isEqualTo(6);
    broker.pass(6_000);
    VirtualClient late = guest(broker, 1, "late");
    late.subscribe(QOS_1, "t");
    assertThat(late.hearAll()).isEmpty();
    assertThat(broker.broker().retainedMessages()).isZero();
  }

  @Test
  void aMessageThatWaitsForTheWindowExpiresThere() { // [MQTT-3.3.2-5] [MQTT-4.9.0-2]
    VirtualClient client = broker.client(1);
    client.connect(VirtualConnect.as("x").expiring(1000).with(PropertyId.RECEIVE_MAXIMUM, 1));
    client.subscribe(QOS_2, "t");
    publisher.say(message("t", QOS_1, 1, "in flight", expiry(10)));
    publisher.say(message("t", QOS_2, 2, "waits", expiry(10)));
    publisher.say(message("t", QOS_1, 3, "longer", expiry(20)));
    Publish first = client.hear(Publish.class);
    broker.pass(10_000);
    client.puback(first.packetId());
    Publish next = client.hear(Publish.class);
    assertThat(VirtualClient.text(next)).isEqualTo("longer");
    assertThat(interval(next)).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aMessageThatWasSentDoesNotExpire(int shard) { // [MQTT-4.3.3-7]
    VirtualClient client = lodger(broker, 0, "x");
    client.subscribe(QOS_2, "t");
    publisher.say(message("t", QOS_2, 1, "two", expiry(10)));
    publisher.say(message("t", QOS_1, 2, "one", expiry(10)));
    Publish two = client.hear(Publish.class);
    Publish one = client.hear(Publish.class);
    client.vanish();
    broker.pass(20_000);
    VirtualClient again = back(broker, shard, "x");
    Publish twoAgain = again.hear(Publish.class);
    assertThat(twoAgain.packetId()).isEqualTo(two.packetId());
    assertThat(interval(twoAgain)).isZero();
    assertThat(again.hear(Publish.class).packetId()).isEqualTo(one.packetId());
    again.pubrec(two.packetId());
    assertThat(again.hear(Pubrel.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    assertThat(broker.dropped(DropReason.EXPIRED)).isZero();
  }

  @Test
  void aMessageThatHasItsIdentifierButWasNeverSentExpires() { // [MQTT-3.3.2-5]
    VirtualClient client = lodger(broker, 0, "x");
    client.subscribe(QOS_2, "t");
    broker.holdJournal(); // its packet identifier is not durable: it is not sent
    publisher.say(message("t", QOS_2, 1, "two", expiry(10)));
    publisher.say(message("t", QOS_2, 2, "later", expiry(20)));
    broker.pass(10_000);
    broker.releaseJournal();
    assertThat(client.hearTexts()).containsExactly("later");
    assertThat(broker.dropped(DropReason.EXPIRED)).isEqualTo(1);
    assertThat(broker.broker().queuedBytes()).isPositive();
  }

  @Test
  void theSequenceOfQos2GoesOnWhenTheMessageHasExpired() { // [MQTT-4.3.3-13]
    away(1);
    publisher.say(message("t", QOS_2, 1, "short", expiry(10)));
    publisher.hear(Pubrec.class);
    broker.pass(20_000);
    back(broker, "x");
    assertThat(broker.dropped(DropReason.EXPIRED)).isEqualTo(1);
    publisher.pubrel(1);
    assertThat(publisher.hear(Pubcomp.class).reason()).isEqualTo(ReasonCode.SUCCESS);
  }

  @Test
  void aSubscriberOf311IsSparedWhatHasExpired() { // [MQTT-3.3.2-5]
    VirtualClient client = broker.client(1);
    client.connect311("old", false);
    client.subscribe(QOS_1, "t");
    client.vanish();
    publisher.say(message("t", QOS_1, 1, "short", expiry(10)));
    publisher.say(message("t", QOS_1, 2, "long", expiry(100)));
    broker.pass(10_000);
    VirtualClient again = broker.client(0);
    again.connect311("old", false);
    assertThat(again.hearTexts()).containsExactly("long");
  }

  @Test
  void messagesOfQos0ThatAreKeptExpireAsWell() { // [MQTT-3.3.2-5]
    VirtualBroker keeping =
        new VirtualBroker(1, VirtualLimits.with(l -> l.queueQos0Offline = true));
    VirtualClient client = lodger(keeping, "x");
    client.subscribe(QOS_0, "t");
    client.vanish();
    VirtualClient other = guest(keeping, "publisher");
    other.say(message("t", QOS_0, 0, "short", expiry(10)));
    other.say(message("t", QOS_0, 0, "long", expiry(100)));
    keeping.pass(10_000);
    VirtualClient again = back(keeping, "x");
    Publish left = again.hear(Publish.class);
    assertThat(VirtualClient.text(left)).isEqualTo("long");
    assertThat(interval(left)).isEqualTo(90);
  }

  @Test
  void theClockGoesOnOverACrash() { // [MQTT-3.3.2-5] [MQTT-3.3.2-6]
    away(1);
    publisher.say(message("t", QOS_1, 1, "short", expiry(10)));
    publisher.say(message("t", QOS_1, 2, "long", expiry(100)));
    broker.pass(9_000);
    VirtualBroker next =
        new VirtualBroker(
            2, VirtualBroker.limits(), new VirtualBroker.OpenAccess(), broker.durable());
    next.pass(1_000);
    VirtualClient again = back(next, "x");
    Publish left = again.hear(Publish.class);
    assertThat(VirtualClient.text(left)).isEqualTo("long");
    assertThat(interval(left)).isEqualTo(90);
  }
}

package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.again;
import static io.whimbrel.core.VirtualClient.message;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.port.Identity;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** QoS 2: exactly once delivery (4.3.3). */
final class Qos2Test {
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());
  private VirtualClient publisher;

  @BeforeEach
  void somebodyPublishes() {
    publisher = lodger(broker, 0, "publisher");
  }

  private VirtualClient subscriber(int shard) {
    VirtualClient client = lodger(broker, shard, "subscriber");
    client.subscribe(QOS_2, "#");
    return client;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void fourPacketsOnEachSideBringTheMessageOnce(int shard) {
    VirtualClient subscriber = subscriber(shard);
    publisher.publish("t", QOS_2, 4711, "once");
    Pubrec pubrec = publisher.hear(Pubrec.class); // [MQTT-4.3.3-8] [MQTT-3.3.4-1]
    assertThat(pubrec.packetId()).isEqualTo(4711); // [MQTT-2.2.1-5]
    assertThat(pubrec.reason()).isEqualTo(ReasonCode.SUCCESS); // [MQTT-3.5.2-1]
    Publish publish = subscriber.hear(Publish.class);
    assertThat(publish.qos()).isEqualTo(QOS_2);
    assertThat(publish.dup()).isFalse(); // [MQTT-4.3.3-2]
    assertThat(publish.packetId()).isNotZero(); // [MQTT-4.3.3-1]
    publisher.pubrel(4711);
    Pubcomp pubcomp = publisher.hear(Pubcomp.class); // [MQTT-4.3.3-11]
    assertThat(pubcomp.packetId()).isEqualTo(4711); // [MQTT-2.2.1-5]
    assertThat(pubcomp.reason()).isEqualTo(ReasonCode.SUCCESS); // [MQTT-3.7.2-1]
    assertThat(subscriber.hearAll()).isEmpty();
    subscriber.pubrec(publish.packetId());
    Pubrel pubrel = subscriber.hear(Pubrel.class); // [MQTT-4.3.3-4]
    assertThat(pubrel.packetId()).isEqualTo(publish.packetId());
    assertThat(pubrel.reason()).isEqualTo(ReasonCode.SUCCESS); // [MQTT-3.6.2-1]
    subscriber.pubcomp(publish.packetId());
    assertThat(subscriber.hearAll()).isEmpty();
    assertThat(publisher.hearAll()).isEmpty();
    assertThat(broker.broker().queuedBytes()).isZero();
  }

  @Test
  void in311ItIsTheSame() { // [3.1.1 MQTT-4.3.3-1] [3.1.1 MQTT-4.3.3-2]
    VirtualClient subscriber = broker.client(1);
    subscriber.connect311("sub", false);
    subscriber.subscribe(QOS_2, "t");
    VirtualClient old = broker.client(0);
    old.connect311("pub", false);
    Publish publish = message("t", QOS_2, 9, "once");
    old.say(publish, again(publish), again(publish));
    for (int i = 0; i < 3; i++) {
      assertThat(old.hear(Pubrec.class).packetId()).isEqualTo(9); // [3.1.1 MQTT-2.3.1-6]
    }
    old.pubrel(9).pubrel(9);
    assertThat(old.hear(Pubcomp.class).packetId()).isEqualTo(9);
    assertThat(old.hear(Pubcomp.class).packetId()).isEqualTo(9);
    Publish taken = subscriber.hear(Publish.class);
    assertThat(subscriber.hearAll()).isEmpty();
    subscriber.pubrec(taken.packetId()).pubrec(taken.packetId());
    assertThat(subscriber.hear(Pubrel.class).packetId()).isEqualTo(taken.packetId());
    assertThat(subscriber.hear(Pubrel.class).packetId()).isEqualTo(taken.packetId());
    subscriber.pubcomp(taken.packetId()).pubrec(taken.packetId());
    assertThat(subscriber.hear(Pubrel.class).packetId()).isEqualTo(taken.packetId());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void untilItIsReleasedTheSameIdentifierIsTheSameMessage(int shard) { // [MQTT-4.3.3-10]
    VirtualClient subscriber = subscriber(1);
    Publish publish = message("t", QOS_2, 7, "once");
    publisher.say(publish, again(publish), publish);
    for (int i = 0; i < 3; i++) {
      assertThat(publisher.hear(Pubrec.class).packetId()).isEqualTo(7);
    }
    publisher.vanish();
    VirtualClient publisherAgain = back(broker, shard, "publisher");
    publisherAgain.say(again(publish));
    assertThat(publisherAgain.hear(Pubrec.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    publisherAgain.pubrel(7);
    assertThat(publisherAgain.hear(Pubcomp.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    assertThat(subscriber.hearTexts()).containsExactly("once");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void thousandsOfRepetitionsTakeThePlaceOfOne(int shard) {
    VirtualClient subscriber = subscriber(shard);
    Publish publish = message("t", QOS_2, 7, "once");
    publisher.say(publish);
    publisher.hear(Pubrec.class);
    int records = broker.records().size();
    long bytes = broker.broker().queuedBytes();
    for (int i = 0; i < 5_000; i++) {
      publisher.say(i % 2 == 0 ? publish : again(publish));
      assertThat(publisher.hear(Pubrec.class).packetId()).isEqualTo(7);
    }
    assertThat(broker.records()).hasSize(records);
    assertThat(broker.broker().queuedBytes()).isEqualTo(bytes);
    publisher.pubrel(7);
    publisher.hear(Pubcomp.class);
    publisher.pubrel(7);
    assertThat(publisher.hear(Pubcomp.class).reason())
        .isEqualTo(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
    assertThat(subscriber.hearTexts()).containsExactly("once");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aRepetitionThatComesBeforeTheFirstIsDurableWaitsWithIt(int shard) { // [MQTT-4.3.3-10]
    VirtualClient subscriber = subscriber(shard);
    broker.holdJournal();
    Publish publish = message("t", QOS_2, 7, "once");
    publisher.say(publish, again(publish));
    assertThat(publisher.hearAll()).isEmpty();
    broker.releaseJournal();
    assertThat(publisher.hearAll()).hasSize(2).allMatch(Pubrec.class::isInstance);
    assertThat(subscriber.hearTexts()).containsExactly("once");
  }

  @Test
  void onceReleasedTheIdentifierIsFreeForANewMessage() { // [MQTT-4.3.3-12]
    VirtualClient subscriber = subscriber(1);
    publisher.publish("t", QOS_2, 7, "a");
    publisher.hear(Pubrec.class);
    publisher.pubrel(7);
    publisher.hear(Pubcomp.class);
    publisher.say(again(message("t", QOS_2, 7, "b")));
    publisher.hear(Pubrec.class);
    assertThat(subscriber.hearTexts()).containsExactly("a", "b");
  }

  @Test
  void aRefusedMessageDoesNotOccupyItsIdentifier() { // [MQTT-4.3.3-9]
    VirtualClient subscriber = subscriber(1);
    publisher.publish("secret/t", QOS_2, 7, "refused");
    assertThat(publisher.hear(Pubrec.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    publisher.publish("t", QOS_2, 7, "new");
    assertThat(publisher.hear(Pubrec.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    assertThat(subscriber.hearTexts()).containsExactly("new");
    publisher.publish("secret/t", QOS_2, 8, "refused");
    publisher.hear(Pubrec.class);
    publisher.pubrel(8);
    assertThat(publisher.hear(Pubcomp.class).reason())
        .isEqualTo(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
  }

  /** What was let in stays so, even if its repetition would be refused. */
  @Test
  void aRepetitionIsNotJudgedAgain() { // [MQTT-4.3.3-10]
    boolean[] closed = new boolean[1];
    VirtualBroker changing =
        new VirtualBroker(
            1,
            VirtualBroker.limits(),
            new VirtualBroker.OpenAccess() {
              @Override
              public ReasonCode mayPublish(Identity who, TopicName topic, Qos qos, boolean retain) {
                return closed[0] ? ReasonCode.NOT_AUTHORIZED : ReasonCode.SUCCESS;
              }
            });
    VirtualClient client = guest(changing, "x");
    Publish publish = message("t", QOS_2, 7, "once");
    client.say(publish);
    client.hear(Pubrec.class);
    closed[0] = true;
    client.say(again(publish));
    assertThat(client.hear(Pubrec.class).reason()).isEqualTo(ReasonCode.SUCCESS);
  }

  @Test
  void identifiersOfOneSideAreNoneOfTheOthers() { // 2.2.1: both sides assign independently
    VirtualClient both = lodger(broker, 1, "both");
    both.subscribe(QOS_2, "t");
    both.publish("t", QOS_2, 1, "to myself");
    Publish back = both.hear(Publish.class);
    both.hear(Pubrec.class);
    assertThat(back.packetId()).isEqualTo(1);
    both.pubrec(1);
    assertThat(both.hear(Pubrel.class).packetId()).isEqualTo(1);
    both.pubrel(1);
    assertThat(both.hear(Pubcomp.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    both.pubcomp(1);
    assertThat(broker.broker().queuedBytes()).isZero();
  }

  @Test
  void aPublishOfQos1WithTheIdentifierOfAQos2OneIsAMessageOfItsOwn() { // [MQTT-4.3.2-5]
    // The client breaks [MQTT-2.2.1-3] here; like Mosquitto, Whimbrel does not watch it.
    VirtualClient subscriber = subscriber(1);
    publisher.publish("t", QOS_2, 7, "two");
    publisher.hear(Pubrec.class);
    publisher.publish("t", QOS_1, 7, "one");
    assertThat(publisher.hear(Puback.class).packetId()).isEqualTo(7);
    publisher.pubrel(7);
    assertThat(publisher.hear(Pubcomp.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    assertThat(subscriber.hearTexts()).containsExactly("two", "one");
  }

  @Test
  void aReleaseOfNothingIsToldSo() {
    publisher.pubrel(99);
    Pubcomp pubcomp = publisher.hear(Pubcomp.class); // [MQTT-4.3.3-11]
    assertThat(pubcomp.packetId()).isEqualTo(99);
    assertThat(pubcomp.reason()).isEqualTo(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
  }

  @Test
  void aReceiptOfNothingIsToldSo() {
    publisher.pubrec(99);
    Pubrel pubrel = publisher.hear(Pubrel.class);
    assertThat(pubrel.packetId()).isEqualTo(99);
    assertThat(pubrel.reason()).isEqualTo(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
  }

  @Test
  void aSecondReceiptIsAnsweredWithTheReleaseAgain() { // [MQTT-4.3.3-4]
    VirtualClient subscriber = subscriber(1);
    publisher.publish("t", QOS_2, 7, "once");
    int id = subscriber.hear(Publish.class).packetId();
    subscriber.pubrec(id).pubrec(id);
    assertThat(subscriber.hear(Pubrel.class).packetId()).isEqualTo(id);
    assertThat(subscriber.hear(Pubrel.class).reason()).isEqualTo(ReasonCode.SUCCESS);
  }

  @Test
  void aSessionThatEndsForgetsWhatItReceived() { // [MQTT-4.1.0-2]
    VirtualClient subscriber = subscriber(1);
    VirtualClient passer = guest(broker, 0, "passer");
    passer.publish("t", QOS_2, 7, "a");
    passer.hear(Pubrec.class);
    passer.vanish();
    VirtualClient next = guest(broker, 0, "passer");
    next.publish("t", QOS_2, 7, "b");
    next.hear(Pubrec.class);
    assertThat(subscriber.hearTexts()).containsExactly("a", "b");
  }
}

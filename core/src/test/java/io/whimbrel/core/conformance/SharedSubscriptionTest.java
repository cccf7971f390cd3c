package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.text;
import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.assertEnded;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import io.whimbrel.core.VirtualLimits;
import io.whimbrel.core.port.DropReason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shared Subscriptions (4.8.2). */
final class SharedSubscriptionTest {
  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());
  private final VirtualClient publisher = guest(broker, "publisher");

  private void publish(int from, int to, Qos qos) {
    for (int i = from; i <= to; i++) {
      publisher.publish("t", qos, qos == QOS_0 ? 0 : 1, "m" + i);
      publisher.pubrel(1);
    }
  }

  private static List<String> payloads(VirtualClient client) {
    return client.hearAll().stream()
        .filter(Publish.class::isInstance)
        .map(p -> text((Publish) p))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(Qos.class)
  void eachMessageGoesToOneMember(Qos qos) {
    VirtualClient one = guest(broker, 0, "one");
    VirtualClient two = guest(broker, 1, "two");
    VirtualClient alone = guest(broker, 1, "alone");
    one.subscribe(QOS_2, "$share/g/t");
    two.subscribe(QOS_2, "$share/g/+");
    two.subscribe(QOS_2, "$share/g/t");
    two.unsubscribe("$share/g/+").hearAll();
    alone.subscribe(QOS_2, "$share/other/t");
    publish(1, 10, qos);
    List<String> first = payloads(one);
    List<String> second = payloads(two);
    assertThat(first).hasSize(5);
    assertThat(second).hasSize(5);
    assertThat(Stream.concat(first.stream(), second.stream())).doesNotHaveDuplicates();
    assertThat(payloads(alone)).hasSize(10);
  }

  @Test
  void eachMemberGetsTheQosItWasGranted() { // [MQTT-4.8.2-3]
    VirtualClient one = guest(broker, 0, "one");
    VirtualClient two = guest(broker, 1, "two");
    one.subscribe(QOS_0, "$share/g/t");
    two.subscribe(QOS_1, "$share/g/t");
    publish(1, 10, QOS_2);
    assertThat(one.hearAll()).isNotEmpty().allMatch(p -> ((Publish) p).qos() == QOS_0);
    assertThat(two.hearAll()).isNotEmpty().allMatch(p -> ((Publish) p).qos() == QOS_1);
  }

  @Test
  void itsFilterNamesAShareAndAFilter() { // [MQTT-4.8.2-1] [MQTT-4.8.2-2]
    for (String wrong : List.of("$share/", "$share//t", "$share/g", "$share/g/", "$share/+/t")) {
      VirtualClient client = guest(broker, "x");
      byte[] utf8 = wrong.getBytes(StandardCharsets.UTF_8);
      ByteWriter out = new ByteWriter(64);
      out.putBytes(new byte[] {(byte) 0x82, (byte) (6 + utf8.length), 0, 1, 0}, 0, 5);
      out.putBlock(utf8);
      out.putByte(0);
      client.sayBytes(out.toByteArray());
      assertEnded(client, ReasonCode.TOPIC_FILTER_INVALID);
    }
  }

  @Test
  void aQos2MessageUnderWayStaysWithItsMember() { // [MQTT-4.8.2-4]
    VirtualClient one = lodger(broker, 0, "one");
    one.subscribe(QOS_2, "$share/g/t");
    publish(1, 1, QOS_2);
    int id = one.hear(Publish.class).packetId();
    VirtualClient two = lodger(broker, 1, "two");
    two.subscribe(QOS_2, "$share/g/t");
    one.vanish();
    assertThat(two.hearAll()).isEmpty();
    one = back(broker, 1, "one");
    Publish resent = one.hear(Publish.class);
    assertThat(resent.packetId()).isEqualTo(id);
    assertThat(resent.dup()).isTrue();
  }

  @Test
  void andDiesWithIt() { // [MQTT-4.8.2-5]
    VirtualClient one = lodger(broker, 0, "one");
    one.subscribe(QOS_2, "$share/g/t");
    publish(1, 1, QOS_2);
    one.hear(Publish.class);
    VirtualClient two = lodger(broker, 1, "two");
    two.subscribe(QOS_2, "$share/g/t");
    one.vanish();
    broker.pass(2_000_000);
    assertThat(two.hearAll()).isEmpty();
  }

  @Test
  void aQos1MessageWithoutAnswerGoesToAnotherWhenItsMemberIsNoMore() {
    VirtualClient one = lodger(broker, 0, "one");
    one.subscribe(QOS_1, "$share/g/t");
    publish(1, 3, QOS_1);
    assertThat(payloads(one)).hasSize(3);
    VirtualClient two = lodger(broker, 1, "two");
    two.subscribe(QOS_1, "$share/g/t");
    one.vanish();
    assertThat(two.hearAll()).isEmpty();
    broker.pass(2_000_000);
    assertThat(two.hearTexts()).containsExactly("m1", "m2", "m3");
  }

  @Test
  void whatAMemberRefusesIsGone() { // [MQTT-4.8.2-6]
    VirtualClient one = guest(broker, 0, "one");
    one.subscribe(QOS_2, "$share/g/t");
    publish(1, 1, QOS_1);
    publish(2, 2, QOS_2);
    int first = one.hear(Publish.class).packetId();
    int second = one.hear(Publish.class).packetId();
    VirtualClient two = guest(broker, 1, "two");
    two.subscribe(QOS_2, "$share/g/t");
    one.say(new Puback(first, ReasonCode.NOT_AUTHORIZED));
    one.say(new Pubrec(second, ReasonCode.QUOTA_EXCEEDED));
    one.vanish();
    assertThat(two.hearAll()).isEmpty();
    assertThat(broker.dropped(DropReason.REFUSED_BY_CLIENT)).isEqualTo(2);
  }

  @Test
  void messagesForAGroupThatIsAwayAreKept() {
    VirtualClient one = lodger(broker, 0, "one");
    one.subscribe(QOS_1, "$share/g/t");
    one.vanish();
    publish(1, 3, QOS_1);
    assertThat(back(broker, 1, "one").hearTexts()).containsExactly("m1", "m2", "m3");
  }

  @Test
  void aMemberThatIsHereIsPreferred() {
    VirtualClient one = lodger(broker, 0, "one");
    one.subscribe(QOS_1, "$share/g/t");
    one.vanish();
    VirtualClient two = guest(broker, 1, "two");
    two.subscribe(QOS_1, "$share/g/t");
    publish(1, 4, QOS_1);
    assertThat(two.hearTexts()).hasSize(4);
  }

  @Test
  void aMessageThatMovesIsNotLostWhereTheOtherMemberHasNoRoom() {
    VirtualBroker small = new VirtualBroker(2, VirtualLimits.with(l -> l.queueMessagesMax = 2));
    VirtualClient one = small.client(0);
    one.connect(VirtualConnect.as("one").expiring(1000).with(PropertyId.RECEIVE_MAXIMUM, 1));
    one.subscribe(QOS_1, "$share/g/t");
    VirtualClient says = guest(small, "says");
    says.publish("t", QOS_1, 1, "m1");
    says.publish("t", QOS_1, 2, "m2"); // waits behind m1
    VirtualClient two = lodger(small, 1, "two");
    two.subscribe(QOS_1, "$share/g/t", "fill");
    says.publish("fill", QOS_1, 3, "x");
    says.publish("fill", QOS_1, 4, "x");
    one.vanish();
    one = small.client(1);
    one.connect(VirtualConnect.as("one").resuming().expiring(1000));
    assertThat(payloads(one)).containsExactly("m1", "m2");
    assertThat(small.dropped(DropReason.QUEUE_MESSAGES)).isZero();
  }
}

package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.message;
import static io.whimbrel.core.conformance.Talk.QOS_0;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.guest;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import io.whimbrel.core.VirtualConnect;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Message ordering (4.6). */
final class OrderTest {
  private static final int MANY = 60;

  private final VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());

  private static List<String> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
  }

  private static void acknowledge(VirtualClient client, Publish publish) {
    switch (publish.qos()) {
      case AT_MOST_ONCE -> {}
      case AT_LEAST_ONCE -> client.puback(publish.packetId());
      case EXACTLY_ONCE -> client.pubrec(publish.packetId()).pubcomp(publish.packetId());
    }
  }

  /** Hears and acknowledges until nothing more comes. */
  private static List<String> hearToTheEnd(VirtualClient client) {
    List<String> texts = new ArrayList<>();
    for (List<Packet> all = client.hearAll(); !all.isEmpty(); all = client.hearAll()) {
      for (Packet packet : all) {
        if (packet instanceof Publish publish) {
          texts.add(VirtualClient.text(publish));
          acknowledge(client, publish);
        }
      }
    }
    return texts;
  }

  @ParameterizedTest
  @CsvSource({
    "AT_MOST_ONCE, 0", "AT_MOST_ONCE, 1",
    "AT_LEAST_ONCE, 0", "AT_LEAST_ONCE, 1",
    "EXACTLY_ONCE, 0", "EXACTLY_ONCE, 1"
  })
  void messagesGoOnInTheOrderTheyCame(Qos qos, int shard) {
    // [MQTT-4.6.0-5] [MQTT-4.6.0-6] [3.1.1 MQTT-4.6.0-5] [3.1.1 MQTT-4.6.0-6]
    VirtualClient subscriber = lodger(broker, shard, "sub");
    subscriber.subscribe(qos, "t");
    VirtualClient publisher = guest(broker, 0, "pub");
    Packet[] all = new Packet[MANY];
    for (int i = 0; i < MANY; i++) {
      all[i] = message("t", qos, qos == QOS_0 ? 0 : i + 1, Integer.toString(i + 1));
    }
    publisher.say(all);
    assertThat(hearToTheEnd(subscriber)).isEqualTo(numbers(1, MANY));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 50})
  void aNarrowWindowChangesNothing(int receiveMaximum) { // [MQTT-4.6.0-5]
    VirtualClient subscriber = broker.client(1);
    subscriber.connect(
        VirtualConnect.as("sub").expiring(100).with(PropertyId.RECEIVE_MAXIMUM, receiveMaximum));
    subscriber.subscribe(QOS_2, "t");
    VirtualClient publisher = guest(broker, 0, "pub");
    for (int i = 1; i <= MANY; i++) {
      publisher.publish("t", i % 3 == 0 ? QOS_2 : QOS_1, i, Integer.toString(i));
    }
    assertThat(hearToTheEnd(subscriber)).isEqualTo(numbers(1, MANY));
  }

  @Test
  void ofOnePublisherQos1And2KeepTheirOrderAmongEachOther() {
    // More than is asked for: [MQTT-4.6.0-5] speaks of the same QoS alone.
    VirtualClient subscriber = lodger(broker, 1, "sub");
    subscriber.subscribe(QOS_2, "#");
    VirtualClient publisher = lodger(broker, 0, "pub");
    broker.holdJournal();
    for (int i = 1; i <= MANY; i++) {
      publisher.publish("t/" + i % 4, i % 3 == 0 ? QOS_2 : QOS_1, i, Integer.toString(i));
    }
    broker.releaseJournal();
    assertThat(hearToTheEnd(subscriber)).isEqualTo(numbers(1, MANY));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whatWaitedComesBeforeWhatIsNew(int shard) { // [MQTT-4.6.0-5]
    VirtualClient subscriber = lodger(broker, 0, "sub");
    subscriber.subscribe(QOS_1, "t");
    subscriber.vanish();
    VirtualClient publisher = guest(broker, 0, "pub");
    for (int i = 1; i <= 20; i++) {
      publisher.publish("t", QOS_1, i, Integer.toString(i));
    }
    VirtualClient again = back(broker, shard, "sub");
    for (int i = 21; i <= MANY; i++) {
      publisher.publish("t", QOS_1, i, Integer.toString(i));
    }
    assertThat(hearToTheEnd(again)).isEqualTo(numbers(1, MANY));
  }

  @Test
  void aSubscriberThatWandersBetweenEventLoopsHearsAllInOrder() { // [MQTT-4.6.0-5]
    VirtualClient subscriber = lodger(broker, 0, "sub");
    subscriber.subscribe(QOS_2, "t");
    VirtualClient publisher = lodger(broker, 0, "pub");
    List<String> heard = new ArrayList<>();
    for (int i = 1; i <= MANY; i++) {
      publisher.publish("t", i % 2 == 0 ? QOS_1 : QOS_2, i, Integer.toString(i));
      if (i % 7 == 0) {
        heard.addAll(hearToTheEnd(subscriber));
      }
      if (i % 5 == 0) {
        subscriber.vanish();
        publisher.publish("t", QOS_1, 1000 + i, i + ".5");
        subscriber = back(broker, i / 5 % 2, "sub");
      }
    }
    heard.addAll(hearToTheEnd(subscriber));
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= MANY; i++) {
      expected.add(Integer.toString(i));
      if (i % 5 == 0) {
        expected.add(i + ".5");
      }
    }
    assertThat(heard.stream().distinct().toList()).isEqualTo(expected);
  }

  @Test
  void acknowledgementsLeaveInTheOrderOfTheirMessages() {
    lodger(broker, 1, "far").subscribe(QOS_2, "far");
    lodger(broker, 0, "near").subscribe(QOS_2, "near");
    VirtualClient publisher = lodger(broker, 0, "pub");
    broker.holdJournal();
    publisher.say(
        message("far", QOS_1, 1, "x"),
        message("nobody", QOS_1, 2, "x"),
        message("near", QOS_2, 3, "x"),
        message("nobody", QOS_1, 4, "x"),
        message("far", QOS_2, 5, "x"),
        message("near", QOS_1, 6, "x"));
    assertThat(publisher.hearAll()).isEmpty(); // the first is not durable
    broker.releaseJournal();
    List<Packet> heard = publisher.hearAll();
    assertThat(heard) // [MQTT-4.6.0-2] [MQTT-4.6.0-3] [3.1.1 MQTT-4.6.0-2] [3.1.1 MQTT-4.6.0-3]
        .extracting(p -> p instanceof Puback a ? a.packetId() : -((Pubrec) p).packetId())
        .containsExactly(1, 2, -3, 4, -5, 6);
  }

  @Test
  void releasesLeaveInTheOrderOfPubrec() { // [MQTT-4.6.0-4] [3.1.1 MQTT-4.6.0-4]
    VirtualClient subscriber = lodger(broker, 1, "sub");
    subscriber.subscribe(QOS_2, "t");
    VirtualClient publisher = guest(broker, 0, "pub");
    for (int i = 1; i <= 3; i++) {
      publisher.publish("t", QOS_2, i, Integer.toString(i));
    }
    List<Integer> ids = new ArrayList<>();
    subscriber.hearAll().forEach(p -> ids.add(((Publish) p).packetId()));
    broker.holdJournal();
    subscriber.say(
        new Pubrec(ids.get(2), ReasonCode.SUCCESS),
        new Pubrec(ids.get(0), ReasonCode.SUCCESS),
        new Pubrec(ids.get(1), ReasonCode.SUCCESS));
    broker.releaseJournal();
    assertThat(subscriber.hearAll())
        .extracting(p -> ((Pubrel) p).packetId())
        .containsExactly(ids.get(2), ids.get(0), ids.get(1));
  }
}

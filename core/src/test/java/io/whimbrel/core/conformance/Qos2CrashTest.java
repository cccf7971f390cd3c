package io.whimbrel.core.conformance;

import static io.whimbrel.core.VirtualClient.again;
import static io.whimbrel.core.VirtualClient.message;
import static io.whimbrel.core.conformance.Talk.QOS_1;
import static io.whimbrel.core.conformance.Talk.QOS_2;
import static io.whimbrel.core.conformance.Talk.back;
import static io.whimbrel.core.conformance.Talk.lodger;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Qos;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.VirtualClient;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The broker crashes at every step of a conversation, after every batch that may have reached the
 * disk by then. The clients behave as the specification wants and remember their state: nothing
 * that was acknowledged is lost, nothing of QoS 2 is heard twice.
 */
final class Qos2CrashTest {
  private static final int STEPS_MAX = 40;

  /** A publisher and a subscriber with their session states. */
  private static final class Couple {
    private final int publisherShard;
    private final int subscriberShard;
    private VirtualBroker broker = new VirtualBroker(2, VirtualBroker.limits());
    private VirtualClient publisher;
    private VirtualClient subscriber;
    private final ArrayDeque<Packet> toPublisher = new ArrayDeque<>();
    private final ArrayDeque<Packet> toSubscriber = new ArrayDeque<>();

    // The publisher's session state.
    private final ArrayDeque<Publish> unsaid = new ArrayDeque<>();
    private final Map<Integer, Publish> unacknowledged = new TreeMap<>();
    private final Set<Integer> unreleased = new TreeSet<>();
    private final Set<String> acknowledged = new HashSet<>();

    // The subscriber's session state.
    private final Set<Integer> received = new HashSet<>();
    private final List<String> heard = new ArrayList<>();

    Couple(int publisherShard, int subscriberShard) {
      this.publisherShard = publisherShard;
      this.subscriberShard = subscriberShard;
      publisher = lodger(broker, publisherShard, "pub");
      subscriber = lodger(broker, subscriberShard, "sub");
      subscriber.subscribe(QOS_2, "t");
      for (int i = 1; i <= 4; i++) {
        Qos qos = i % 2 == 0 ? QOS_1 : QOS_2;
        unsaid.add(message("t", qos, i, (qos == QOS_2 ? "two-" : "one-") + i));
      }
    }

    /** One of them says one packet; false where neither has anything to say. */
    boolean step() {
      toPublisher.addAll(publisher.hearAll());
      toSubscriber.addAll(subscriber.hearAll());
      if (!toSubscriber.isEmpty()) {
        subscriberHears(toSubscriber.remove());
      } else if (!toPublisher.isEmpty()) {
        publisherHears(toPublisher.remove());
      } else if (!unsaid.isEmpty()) {
        Publish next = unsaid.remove();
        unacknowledged.put(next.packetId(), next);
        publisher.say(next);
      } else {
        return false;
      }
      return true;
    }

    private void subscriberHears(Packet packet) {
      if (packet instanceof Publish publish) {
        boolean isNew = publish.qos() != QOS_2 || received.add(publish.packetId());
        if (isNew) {
          heard.add(VirtualClient.text(publish));
        }
        if (publish.qos() == QOS_2) {
          subscriber.pubrec(publish.packetId());
        } else {
          subscriber.puback(publish.packetId());
        }
      } else {
        Pubrel pubrel = (Pubrel) packet;
        received.remove(pubrel.packetId());
        subscriber.pubcomp(pubrel.packetId());
      }
    }

    private void publisherHears(Packet packet) {
      if (packet instanceof Pubrec pubrec) {
        assertThat(pubrec.reason().isError()).isFalse();
        taken(pubrec.packetId());
        unreleased.add(pubrec.packetId());
        publisher.pubrel(pubrec.packetId());
      } else if (packet instanceof Puback puback) {
        assertThat(puback.reason().isError()).isFalse();
        taken(puback.packetId());
      } else {
        unreleased.remove(((Pubcomp) packet).packetId());
      }
    }

    private void taken(int packetId) {
      Publish publish = unacknowledged.remove(packetId);
      if (publish != null) {
        acknowledged.add(VirtualClient.text(publish));
      }
    }

    /** The broker is gone with what was not durable; another one takes its place. */
    void crash(int batchesMore, boolean publisherReturns) {
      broker =
          new VirtualBroker(
              2,
              VirtualBroker.limits(),
              new VirtualBroker.OpenAccess(),
              broker.durable(batchesMore));
      toPublisher.clear();
      toSubscriber.clear();
      subscriber = back(broker, publisherShard, "sub"); // the other way round
      if (!publisherReturns) {
        publisher = broker.client(0); // somebody who says nothing
        unsaid.clear();
        return;
      }
      publisher = back(broker, subscriberShard, "pub");
      for (Publish publish : List.copyOf(unacknowledged.values())) { // [MQTT-4.4.0-1]
        publisher.say(again(publish));
      }
      for (int id : List.copyOf(unreleased)) {
        publisher.pubrel(id);
      }
    }

    void finish() {
      for (int i = 0; step(); i++) {
        assertThat(i).isLessThan(10 * STEPS_MAX);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1", "1, 0", "1, 1"})
  void noCrashLosesWhatWasAcknowledgedOrRepeatsQos2(int publisherShard, int subscriberShard) {
    // [MQTT-4.3.3-10] [MQTT-4.3.3-6] [MQTT-4.4.0-1] [MQTT-4.5.0-1] [MQTT-3.1.2-23]
    int crashes = 0;
    for (int heldFrom = 0; heldFrom < STEPS_MAX; heldFrom++) {
      for (int crashedAt = heldFrom; crashedAt < STEPS_MAX; crashedAt++) {
        int pending = 0;
        for (int more = 0; more <= pending; more++) {
          for (boolean returns : new boolean[] {true, false}) {
            Couple couple = new Couple(publisherShard, subscriberShard);
            boolean reached = run(couple, heldFrom, crashedAt);
            pending = couple.broker.pendingBatches();
            couple.crash(more, returns);
            couple.finish();
            String when = heldFrom + ".." + crashedAt + " +" + more + " " + returns;
            assertAllThere(couple, returns, when);
            crashes++;
            if (!reached) {
              crashedAt = STEPS_MAX; // all quiet before: later crashes are the same
            }
          }
        }
      }
    }
    assertThat(crashes).isGreaterThan(200);
  }

  private static boolean run(Couple couple, int heldFrom, int crashedAt) {
    for (int step = 0; step < crashedAt; step++) {
      if (step == heldFrom) {
        couple.broker.holdJournal();
      }
      if (!couple.step()) {
        return false;
      }
    }
    return true;
  }

  private static void assertAllThere(Couple couple, boolean returns, String when) {
    List<String> two = couple.heard.stream().filter(text -> text.startsWith("two")).toList();
    assertThat(two).as(when).doesNotHaveDuplicates();
    assertThat(couple.heard).as(when).containsAll(couple.acknowledged);
    if (returns) {
      assertThat(couple.heard).as(when).contains("two-1", "one-2", "two-3", "one-4");
      assertThat(couple.unacknowledged).as(when).isEmpty();
      assertThat(couple.unreleased).as(when).isEmpty();
      assertThat(couple.broker.broker().queuedBytes()).as(when).isZero();
    }
  }
}

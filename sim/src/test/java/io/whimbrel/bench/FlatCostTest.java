package io.whimbrel.bench;

import static io.whimbrel.codec.ProtocolVersion.MQTT_3_1_1;
import static io.whimbrel.codec.Qos.AT_LEAST_ONCE;
import static io.whimbrel.codec.Qos.AT_MOST_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.whimbrel.codec.Qos;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What must not grow with what there is already, nor stall anybody while there is much to do. The
 * measure is garbage, packets and turns: the same on every machine. {@code -Dwhimbrel.flat=1000000}
 * takes as many subscriptions instead of a tenth of that.
 */
final class FlatCostTest {
  private static final int SUBSCRIPTIONS = Integer.getInteger("whimbrel.flat", 100_000);

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  // ---------------------------------------------------------------- subscriptions

  @Test
  void aSubscriptionCostsTheSameHoweverManyThereAre() {
    HotPath path = new HotPath();
    HotClient prober = HotClient.of(path, "prober");
    subscribe(path, 0, 1_000);
    for (int i = 0; i < 20; i++) {
      probe(prober); // compiled code may spare an object
    }
    final double few = probe(prober);
    subscribe(path, 1_000, SUBSCRIPTIONS);

    double many = probe(prober);

    assertThat(many)
        .as(
            "bytes for a subscription and its end beside %,d; %.0f beside 1,000",
            SUBSCRIPTIONS, few)
        .isLessThan(2 * few);
  }

  private static void subscribe(HotPath path, int from, int to) {
    for (int client = from; client < to; client += 100) {
      HotClient holder = HotClient.of(path, "holder" + client);
      String[] filters = new String[100];
      for (int i = 0; i < filters.length; i++) {
        filters[i] = filter(client + i);
      }
      holder.subscribe(AT_MOST_ONCE, filters).publishesTaken();
    }
  }

  /** A fifth with a wildcard. */
  private static String filter(int number) {
    String site = "site" + number % 100 + "/device" + number / 100;
    return number % 5 == 0 ? site + "/+/" + number : site + "/value/" + number;
  }

  /** What a subscription and its end cost. */
  private double probe(HotClient prober) {
    int times = 200;
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < times; i++) {
      String filter = "site" + i % 100 + "/device" + i + "/+/probe";
      prober.subscribe(AT_MOST_ONCE, filter);
      prober.unsubscribe(filter);
      prober.publishesTaken();
    }
    return (double) (threads.getCurrentThreadAllocatedBytes() - before) / times;
  }

  // ---------------------------------------------------------------- much at once

  @Test
  void retainedMessagesComeInSlicesBetweenWhichOthersAreServed() {
    HotPath path = new HotPath();
    HotClient keeper = HotClient.of(path, "keeper");
    int retained = 50_000;
    for (int i = 0; i < retained; i++) {
      keeper.retain("state/" + i, 16);
    }
    HotClient curious = HotClient.of(path, "curious");
    HotClient other = HotClient.of(path, "other").subscribe(AT_MOST_ONCE, "other");
    other.publishesTaken();
    int sliceMax = path.limits().sliceMax();

    curious.subscribe(AT_MOST_ONCE, "#");
    int came = curious.publishesTaken();
    assertThat(came).as("of the turn it subscribed in").isLessThanOrEqualTo(sliceMax + 1);
    for (int turns = 0; came < retained; turns++) {
      assertThat(turns).as("turns for " + came).isLessThan(3 * retained / sliceMax);
      keeper.publish("other", AT_MOST_ONCE, 16);
      assertThat(other.publishesTaken()).as("to others, in the same turn").isEqualTo(1);
      int slice = curious.publishesTaken();
      assertThat(slice).as("of one turn").isLessThanOrEqualTo(sliceMax + 1);
      came += slice;
    }
  }

  @Test
  void sessionsThatExpireTogetherEndInSlicesBetweenWhichOthersAreServed() {
    HotPath path = new HotPath();
    int sessions = 10_000;
    for (int i = 0; i < sessions; i++) {
      HotClient.lasting(path, "gone" + i, 60).subscribe(AT_MOST_ONCE, "gone/" + i).leave();
    }
    HotClient publisher = HotClient.of(path, "publisher");
    HotClient other = HotClient.of(path, "other").subscribe(AT_MOST_ONCE, "other");
    other.publishesTaken();
    int sliceMax = path.limits().sliceMax();
    assertThat(path.subscriptions()).isEqualTo(sessions + 1);

    path.passMillis(61_000);
    int before = path.subscriptions();
    for (int turns = 0; path.subscriptions() > 1; turns++) {
      assertThat(turns).as("turns").isLessThan(3 * sessions / sliceMax);
      publisher.publish("other", AT_MOST_ONCE, 16);
      assertThat(other.publishesTaken()).as("to others, in the same turn").isEqualTo(1);
      assertThat(before - path.subscriptions()).as("of one turn").isLessThanOrEqualTo(sliceMax + 1);
      before = path.subscriptions();
    }
  }

  // ---------------------------------------------------------------- many receivers

  @Test
  void aMessageForASharedGroupCostsTheSameHoweverManyMembersItHas() {
    double ten = sharedCost(10);
    double thousand = sharedCost(1_000);

    assertThat(thousand).as("bytes for a message; %.0f with ten", ten).isLessThan(1.5 * ten + 64);
  }

  private double sharedCost(int members) {
    HotPath path = new HotPath();
    HotClient[] all = new HotClient[members];
    for (int i = 0; i < members; i++) {
      all[i] = HotClient.of(path, "member" + i).subscribe(AT_MOST_ONCE, "$share/group/jobs");
    }
    HotPath.Peer publisher = path.peer("publisher", MQTT_3_1_1, "", AT_MOST_ONCE);
    byte[] jobs = HotPath.publishes(MQTT_3_1_1, "jobs", AT_MOST_ONCE, 16, 500);
    long before = 0;
    for (int round = 0; round < 12; round++) {
      if (round == 4) {
        before = threads.getCurrentThreadAllocatedBytes();
      }
      publisher.say(jobs, jobs.length);
    }
    double cost = (threads.getCurrentThreadAllocatedBytes() - before) / (8.0 * 500);
    int came = 0;
    for (HotClient member : all) {
      came += member.publishesTaken();
    }
    assertThat(came).isEqualTo(12 * 500);
    return cost;
  }

  @Test
  void oneWhoDoesNotReadCostsTheOthersNothingAndHoldsABoundedRest() {
    HotPath path = new HotPath(Map.of("limits.queue-messages-max", "1000"));
    HotClient[] readers = new HotClient[499];
    for (int i = 0; i < readers.length; i++) {
      readers[i] = HotClient.of(path, "reader" + i).subscribe(AT_LEAST_ONCE, "news");
      readers[i].publishesTaken();
    }
    HotClient slow = HotClient.of(path, "slow").subscribe(AT_LEAST_ONCE, "news");
    HotClient publisher = HotClient.of(path, "publisher");
    int messages = 3_000;
    for (int i = 0; i < messages; i++) {
      publisher.publish("news", AT_LEAST_ONCE, 1_000);
      for (HotClient reader : readers) {
        assertThat(reader.acknowledged()).as("message %d, to one who reads", i).isEqualTo(1);
      }
    }
    assertThat(publisher.pendingBytes()).as("all were acknowledged").isEqualTo(4L * messages);
    assertThat(slow.pendingBytes()).isLessThan(path.limits().outputBytesMax() + 10_000L);
    assertThat(path.queuedMessages()).as("kept for the one who does not read").isEqualTo(1000);
    assertThat(path.queuedMessages() + path.dropped()).isEqualTo(messages);
  }

  @Test
  void aLargePayloadIsOneArrayForAllWhoTakeIt() {
    HotPath path = new HotPath(Map.of("limits.packet-size-max", "64MiB"));
    HotPath.Peer[] readers = new HotPath.Peer[10];
    for (int i = 0; i < readers.length; i++) {
      readers[i] = path.peer("reader" + i, MQTT_3_1_1, "image", Qos.AT_MOST_ONCE);
    }
    HotPath.Peer publisher = path.peer("publisher", MQTT_3_1_1, "", AT_MOST_ONCE);
    int bytes = 32 * 1024 * 1024;
    byte[] packet = HotPath.publishes(MQTT_3_1_1, "image", AT_MOST_ONCE, bytes, 1);
    long before = threads.getCurrentThreadAllocatedBytes();

    for (int at = 0; at < packet.length; at += 256 * 1024) {
      publisher.say(packet, at, Math.min(packet.length, at + 256 * 1024));
    }

    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .as("it is gathered in an array that doubles, and copied once out of it")
        .isLessThan(4L * bytes);
    Set<byte[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
    for (HotPath.Peer reader : readers) {
      assertThat(reader.shared).hasSize(1);
      arrays.addAll(reader.shared);
    }
    assertThat(arrays).hasSize(1);
    assertThat(arrays.iterator().next()).hasSize(bytes);
  }
}

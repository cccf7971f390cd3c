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

import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Puback;
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
import io.whimbrel.core.port.Limits;
import io.whimbrel.core.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Queues that are longer than what is kept of them in memory. */
final class LongQueueTest {
  private static final int MANY = 100;

  private static Limits limits(Consumer<VirtualLimits> change) {
    return VirtualLimits.with(
        l -> {
          l.queueMessagesMax = 1000;
          l.queueResidentMessagesMax = 5;
          l.queuePageMessagesMax = 4;
          change.accept(l);
        });
  }

  private final Limits limits = limits(l -> {});
  private VirtualBroker broker = VirtualBroker.keepingQueues(2, limits);

  private void with(Consumer<VirtualLimits> change) {
    broker = VirtualBroker.keepingQueues(2, limits(change));
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(String::valueOf).toList();
  }

  private static void send(VirtualClient publisher, Qos qos, int from, int to) {
    for (int i = from; i <= to; i++) {
      publisher.publish("t", qos, i, String.valueOf(i));
      if (qos == QOS_2) {
        publisher.pubrel(i);
      }
    }
    publisher.hearAll();
  }

  /** Takes and acknowledges all there is. */
  private static List<String> takeAll(VirtualClient client) {
    List<String> texts = new ArrayList<>();
    for (List<Packet> heard = client.hearAll(); !heard.isEmpty(); heard = client.hearAll()) {
      for (Packet packet : heard) {
        if (packet instanceof Publish p) {
          texts.add(VirtualClient.text(p));
          if (p.qos() == QOS_1) {
            client.puback(p.packetId());
          } else if (p.qos() == QOS_2) {
            client.pubrec(p.packetId());
          }
        } else if (packet instanceof Pubrel p) {
          client.pubcomp(p.packetId());
        }
      }
    }
    return texts;
  }

  private Session session(String clientId) {
    return broker.broker().shards().stream()
        .flatMap(shard -> shard.sessions().stream())
        .filter(session -> session.ref().clientId().equals(clientId))
        .findFirst()
        .orElseThrow();
  }

  private void assertNothingIsLeft() {
    assertThat(session("x").queueMessages()).isZero();
    assertThat(session("x").queueBytes()).isZero();
    assertThat(session("x").spilled()).isEmpty();
    assertThat(broker.broker().queuedBytes()).isZero();
  }

  private VirtualClient away(Qos qos, String... filters) {
    VirtualClient client = lodger(broker, 0, "x");
    client.subscribe(qos, filters);
    client.vanish();
    return client;
  }

  // ---------------------------------------------------------------- delivered, all and in order

  @ParameterizedTest
  @CsvSource({"1, 0, 0", "2, 0, 0", "1, 1, 0", "2, 1, 0", "1, 0, 1", "2, 1, 1"})
  void whatCameWhileTheClientWasAwayIsDeliveredInOrder(int qos, int from, int returnsOn) {
    away(Qos.of(qos), "t");
    send(guest(broker, from, "pub"), Qos.of(qos), 1, MANY);
    assertThat(session("x").spilled()).hasSize(MANY);
    assertThat(session("x").residentBytes()).isZero();
    assertThat(broker.broker().queuedBytes()).isZero();
    assertThat(takeAll(back(broker, returnsOn, "x"))).isEqualTo(numbers(1, MANY));
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aSlowClientThatIsConnectedIsDeliveredAllInOrder(int qos) {
    VirtualClient client = broker.client(0);
    client.connect(VirtualConnect.as("x").expiring(1000).with(PropertyId.RECEIVE_MAXIMUM, 3));
    client.subscribe(Qos.of(qos), "t");
    send(guest(broker, 0, "pub"), Qos.of(qos), 1, MANY);
    assertThat(session("x").spilled()).hasSize(MANY - 3 - 5);
    assertThat(takeAll(client)).isEqualTo(numbers(1, MANY));
    assertNothingIsLeft();
  }

  @Test
  void aClientThatDoesNotReadIsDeliveredAllInOrderOnceItDoes() {
    with(l -> l.outputBytesMax = 50);
    VirtualClient client = lodger(broker, 0, "x");
    client.subscribe(QOS_1, "t");
    client.stopReading();
    send(guest(broker, 0, "pub"), QOS_1, 1, MANY);
    assertThat(session("x").spilled()).hasSizeGreaterThan(MANY / 2);
    client.readAgain();
    assertThat(takeAll(client)).isEqualTo(numbers(1, MANY));
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0", "1, 1", "2, 1"})
  void aClientThatLeavesInTheMiddleGetsTheRestLater(int qos, int returnsOn) {
    away(Qos.of(qos), "t");
    send(guest(broker, 0, "pub"), Qos.of(qos), 1, MANY);
    List<String> texts = new ArrayList<>();
    for (int i = 0; texts.size() < MANY; i++) {
      VirtualClient client = back(broker, i % 2 == 0 ? returnsOn : 0, "x");
      for (Packet packet : client.hearAll()) {
        if (packet instanceof Publish p && texts.size() < MANY) {
          if (!texts.contains(VirtualClient.text(p))) {
            texts.add(VirtualClient.text(p));
          }
          if (qos == 1) {
            client.puback(p.packetId());
          } else {
            client.pubrec(p.packetId());
          }
        } else if (packet instanceof Pubrel p) {
          client.pubcomp(p.packetId());
        }
      }
      client.vanish();
      assertThat(session("x").queue()).allMatch(delivery -> delivery.packetId() > 0);
    }
    assertThat(texts).isEqualTo(numbers(1, MANY));
    takeAll(back(broker, 0, "x"));
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whatComesWhileTheQueueIsReadBackStaysBehindIt(int qos) {
    away(Qos.of(qos), "t");
    VirtualClient publisher = guest(broker, 1, "pub");
    send(publisher, Qos.of(qos), 1, 20);
    broker.holdPages();
    VirtualClient client = back(broker, 0, "x");
    send(publisher, Qos.of(qos), 21, 40);
    assertThat(client.hearAll()).isEmpty();
    broker.releasePages();
    assertThat(takeAll(client)).isEqualTo(numbers(1, 40));
    assertNothingIsLeft();
  }

  // ---------------------------------------------------------------- pages that come late

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aPageThatComesLateIsVoid(int returnsOn) {
    away(QOS_1, "t");
    VirtualClient publisher = guest(broker, 1, "pub");
    send(publisher, QOS_1, 1, 10);
    broker.holdPages();
    back(broker, 0, "x").vanish();
    VirtualClient client = back(broker, returnsOn, "x");
    send(publisher, QOS_1, 11, 20);
    assertThat(client.hearAll()).isEmpty();
    broker.releasePages();
    assertThat(broker.marks()).contains("page came for a session that moved");
    assertThat(takeAll(client)).isEqualTo(numbers(1, 20));
    assertNothingIsLeft();
  }

  @Test
  void aPageForASessionThatEndedIsVoid() {
    away(QOS_1, "t");
    send(guest(broker, "pub"), QOS_1, 1, 10);
    broker.holdPages();
    back(broker, 0, "x");
    VirtualClient fresh = lodger(broker, 0, "x");
    broker.releasePages();
    assertThat(fresh.hearAll()).isEmpty();
    assertThat(broker.dropped(DropReason.SESSION_ENDED)).isEqualTo(10);
    assertNothingIsLeft();
  }

  @Test
  void nothingIsReadBeforeItIsWritten() {
    VirtualClient client = broker.client(0);
    client.connect(VirtualConnect.as("x").expiring(1000).with(PropertyId.RECEIVE_MAXIMUM, 1));
    client.subscribe(QOS_1, "t");
    VirtualClient publisher = guest(broker, 0, "pub");
    broker.holdJournal();
    send(publisher, QOS_1, 1, 7);
    for (int i = 1; i <= 6; i++) {
      Publish p = client.hear(Publish.class);
      assertThat(VirtualClient.text(p)).isEqualTo(String.valueOf(i));
      client.puback(p.packetId());
    }
    assertThat(client.hearAll()).isEmpty();
    broker.releaseJournal();
    assertThat(takeAll(client)).containsExactly("7");
    assertThat(broker.dropped(DropReason.UNREADABLE)).isZero();
    assertNothingIsLeft();
  }

  // ---------------------------------------------------------------- what has to stay in memory

  @Test
  void heldMessagesBetweenSpilledOnesKeepTheirPlaces() {
    away(QOS_2, "t");
    VirtualClient near = guest(broker, 0, "near");
    VirtualClient far = lodger(broker, 1, "far");
    send(near, QOS_1, 1, 3);
    broker.holdJournal();
    far.publish("t", QOS_2, 4, "4"); // a transaction that is not durable yet
    near.publish("t", QOS_1, 5, "5");
    far.publish("t", QOS_2, 6, "6");
    near.publish("t", QOS_1, 7, "7");
    assertThat(session("x").spilled()).containsExactly(1L, 2L, 3L, 5L, 7L);
    assertThat(session("x").queue()).extracting("sequence").containsExactly(4L, 6L);
    broker.releaseJournal();
    assertThat(session("x").spilled()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(session("x").queue()).isEmpty();
    assertThat(takeAll(back(broker, 0, "x"))).isEqualTo(numbers(1, 7));
    assertNothingIsLeft();
  }

  @Test
  void aHeldMessageStopsTheQueueBehindSpilledOnes() {
    VirtualClient client = broker.client(0);
    client.connect(VirtualConnect.as("x").expiring(1000).with(PropertyId.RECEIVE_MAXIMUM, 1));
    client.subscribe(QOS_2, "t");
    VirtualClient near = guest(broker, 0, "near");
    VirtualClient far = lodger(broker, 1, "far");
    send(near, QOS_1, 1, 8);
    broker.holdPages();
    for (int i = 1; i <= 5; i++) {
      client.puback(client.hear(Publish.class).packetId());
    }
    assertThat(broker.pagesOnTheirWay()).isPositive();
    broker.holdJournal();
    far.publish("t", QOS_2, 9, "9");
    near.publish("t", QOS_1, 10, "10");
    broker.releasePages();
    List<String> texts = takeAll(client);
    assertThat(texts).isEqualTo(numbers(6, 8));
    broker.releaseJournal();
    assertThat(takeAll(client)).containsExactly("9", "10");
    assertNothingIsLeft();
  }

  @Test
  void qosZeroStaysInMemoryAndInItsPlace() {
    with(l -> l.queueQos0Offline = true);
    away(QOS_1, "t");
    VirtualClient publisher = guest(broker, "pub");
    for (int i = 1; i <= 30; i++) {
      publisher.publish("t", i % 3 == 0 ? QOS_0 : QOS_1, i, String.valueOf(i));
    }
    assertThat(session("x").spilled()).hasSize(20);
    assertThat(session("x").queue()).hasSize(10);
    assertThat(takeAll(back(broker, 1, "x"))).isEqualTo(numbers(1, 30));
    assertNothingIsLeft();
  }

  @Test
  void messagesOfSharedSubscriptionsStayInMemoryAndMove() {
    VirtualClient client = broker.client(0);
    client.connect(VirtualConnect.as("x").expiring(1000).with(PropertyId.RECEIVE_MAXIMUM, 1));
    client.subscribe(QOS_1, "t", "$share/g/s");
    VirtualClient publisher = guest(broker, "pub");
    for (int i = 1; i <= 20; i++) {
      publisher.publish(i % 2 == 0 ? "s" : "t", QOS_1, i, String.valueOf(i));
    }
    assertThat(session("x").spilled()).isNotEmpty();
    VirtualClient other = lodger(broker, 1, "other");
    other.subscribe(QOS_1, "$share/g/s");
    client.vanish();
    assertThat(takeAll(other)).hasSize(10);
    List<String> texts = takeAll(back(broker, 1, "x"));
    assertThat(texts).isEqualTo(IntStream.range(0, 10).mapToObj(i -> "" + (2 * i + 1)).toList());
    assertNothingIsLeft();
  }

  @Test
  void aSharedMessageNobodyElseTakesIsBackInItsOldPlace() {
    away(QOS_1, "t", "$share/g/s");
    VirtualClient publisher = guest(broker, "pub");
    for (int i = 1; i <= 20; i++) {
      publisher.publish(i % 2 == 0 ? "s" : "t", QOS_1, i, String.valueOf(i));
    }
    VirtualClient other = guest(broker, 0, "other");
    other.subscribe(QOS_0, "$share/g/none"); // of another group
    assertThat(takeAll(back(broker, 0, "x"))).isEqualTo(numbers(1, 20));
    assertNothingIsLeft();
  }

  @Test
  void whatHasOtherSessionsThatEndStaysInMemory() {
    VirtualClient client = broker.client(0);
    client.connect(VirtualConnect.as("x").with(PropertyId.RECEIVE_MAXIMUM, 1));
    client.subscribe(QOS_1, "t");
    send(guest(broker, "pub"), QOS_1, 1, 20);
    assertThat(session("x").spilled()).isEmpty();
    assertThat(takeAll(client)).isEqualTo(numbers(1, 20));
  }

  // ---------------------------------------------------------------- limits and drops

  @Test
  void theOldestSpilledMessageIsDroppedUnread() {
    with(
        l -> {
          l.queueMessagesMax = 10;
          l.dropOldest = true;
        });
    away(QOS_1, "t");
    send(guest(broker, "pub"), QOS_1, 1, 30);
    assertThat(session("x").queueMessages()).isEqualTo(10);
    assertThat(broker.dropped(DropReason.QUEUE_MESSAGES)).isEqualTo(20);
    assertThat(broker.marks()).contains("spilled message dropped as oldest");
    assertThat(takeAll(back(broker, 0, "x"))).isEqualTo(numbers(21, 30));
    assertNothingIsLeft();
  }

  @Test
  void whatIsDroppedWhileItsPageIsReadIsNotDelivered() {
    with(
        l -> {
          l.queueMessagesMax = 10;
          l.dropOldest = true;
        });
    away(QOS_1, "t");
    VirtualClient publisher = guest(broker, "pub");
    send(publisher, QOS_1, 1, 10);
    broker.holdPages();
    VirtualClient client = back(broker, 0, "x");
    send(publisher, QOS_1, 11, 17);
    broker.releasePages();
    assertThat(takeAll(client)).isEqualTo(numbers(8, 17));
    assertThat(broker.dropped(DropReason.QUEUE_MESSAGES)).isEqualTo(7);
    assertNothingIsLeft();
  }

  @Test
  void theLimitInBytesHoldsForWhatIsOnDisk() {
    with(l -> l.queueBytesMax = 2000);
    away(QOS_1, "t");
    send(guest(broker, "pub"), QOS_1, 1, MANY);
    assertThat(session("x").queueBytes()).isBetween(1800L, 2000L);
    assertThat(broker.dropped(DropReason.QUEUE_BYTES)).isPositive();
  }

  @Test
  void whatIsOnDiskNeedsNoMemory() {
    with(l -> l.memoryBytesMax = 1000);
    away(QOS_1, "t");
    send(guest(broker, "pub"), QOS_1, 1, MANY);
    assertThat(broker.dropped(DropReason.MEMORY)).isZero();
    assertThat(takeAll(back(broker, 0, "x"))).isEqualTo(numbers(1, MANY));
  }

  @Test
  void spilledMessagesExpire() { // [MQTT-3.3.2-5]
    away(QOS_1, "t");
    VirtualClient publisher = guest(broker, "pub");
    for (int i = 1; i <= 20; i++) {
      publisher.say(
          i % 2 == 0
              ? message("t", QOS_1, i, String.valueOf(i), expiry(5))
              : message("t", QOS_1, i, String.valueOf(i)));
    }
    broker.pass(6_000);
    List<String> texts = takeAll(back(broker, 0, "x"));
    assertThat(texts).isEqualTo(IntStream.range(0, 10).mapToObj(i -> "" + (2 * i + 1)).toList());
    assertThat(broker.dropped(DropReason.EXPIRED)).isEqualTo(10);
    assertNothingIsLeft();
  }

  @Test
  void aSessionEndsWithItsSpilledMessages() {
    away(QOS_1, "t");
    send(guest(broker, "pub"), QOS_1, 1, MANY);
    broker.pass(2_000_000);
    assertThat(broker.dropped(DropReason.SESSION_ENDED)).isEqualTo(MANY);
    assertThat(broker.broker().queuedBytes()).isZero();
    assertThat(broker.after(2, limits).client(0).connect("x", false, 9).sessionPresent()).isFalse();
  }

  // ---------------------------------------------------------------- over a crash

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0", "1, 1", "2, 1"})
  void aCrashInTheMiddleLosesNothing(int qos, int returnsOn) {
    away(Qos.of(qos), "t");
    send(guest(broker, 0, "pub"), Qos.of(qos), 1, MANY);
    VirtualClient client = broker.client(0);
    client.connect(
        VirtualConnect.as("x").resuming().expiring(1000).with(PropertyId.RECEIVE_MAXIMUM, 10));
    List<Publish> first = new ArrayList<>();
    client.hearAll().forEach(p -> first.add((Publish) p));
    assertThat(first).hasSize(10);
    broker = broker.after(2, limits);
    assertThat(session("x").residentBytes()).isZero();
    assertThat(session("x").queueMessages()).isEqualTo(MANY);
    VirtualClient again = back(broker, returnsOn, "x");
    List<Publish> resent = new ArrayList<>();
    again.hearAll().forEach(p -> resent.add((Publish) p));
    assertThat(resent.subList(0, 10)).allMatch(Publish::dup); // [MQTT-4.4.0-1]
    assertThat(resent.subList(0, 10)).extracting(Publish::packetId).isEqualTo(ids(first));
    assertThat(resent).extracting(VirtualClient::text).isEqualTo(numbers(1, resent.size()));
    List<String> rest = new ArrayList<>();
    for (Publish p : resent) {
      var unused = qos == 1 ? again.puback(p.packetId()) : again.pubrec(p.packetId());
    }
    rest.addAll(takeAll(again));
    assertThat(rest).isEqualTo(numbers(resent.size() + 1, MANY));
    assertThat(broker.marks()).contains("in flight message read back");
    assertNothingIsLeft();
  }

  private static List<Integer> ids(List<Publish> publishes) {
    return publishes.stream().map(Publish::packetId).toList();
  }

  @Test
  void aReleasedMessageIsNotReadBackToSayPubrel() { // [MQTT-4.4.0-1]
    VirtualClient client = lodger(broker, 0, "x");
    client.subscribe(QOS_2, "t");
    send(guest(broker, 0, "pub"), QOS_2, 1, 3);
    List<Packet> first = client.hearAll();
    client.pubrec(((Publish) first.get(1)).packetId());
    client.hear(Pubrel.class);
    broker = broker.after(2, limits);
    broker.holdPages();
    VirtualClient again = back(broker, 1, "x");
    int released = again.hear(Pubrel.class).packetId();
    assertThat(released).isEqualTo(((Publish) first.get(1)).packetId());
    again.pubcomp(released);
    assertThat(again.hearAll()).isEmpty();
    broker.releasePages();
    assertThat(takeAll(again)).containsExactly("1", "3");
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whatTheClientAcknowledgesBeforeItIsReadBackIsDone(int qos) {
    VirtualClient client = lodger(broker, 0, "x");
    client.subscribe(Qos.of(qos), "t");
    send(guest(broker, 0, "pub"), Qos.of(qos), 1, 3);
    List<Packet> first = client.hearAll();
    int two = ((Publish) first.get(1)).packetId();
    broker = broker.after(2, limits);
    broker.holdPages();
    VirtualClient again = back(broker, 0, "x");
    if (qos == 1) {
      again.puback(two);
    } else {
      again.pubrec(two);
      assertThat(again.hear(Pubrel.class).packetId()).isEqualTo(two);
      again.pubcomp(two);
    }
    send(guest(broker, 0, "pub"), Qos.of(qos), 4, 4);
    broker.releasePages();
    List<Packet> heard = again.hearAll();
    assertThat(heard)
        .extracting(p -> VirtualClient.text((Publish) p))
        .containsExactly("1", "3", "4");
    assertThat(heard).extracting(p -> ((Publish) p).packetId()).doesNotHaveDuplicates();
  }

  @Test
  void anIdentifierOfAMessageNotReadBackYetIsInUse() { // [MQTT-2.2.1-4]
    VirtualClient client = lodger(broker, 0, "x");
    client.subscribe(QOS_1, "t");
    send(guest(broker, 0, "pub"), QOS_1, 1, 3);
    List<Integer> ids = new ArrayList<>();
    client.hearAll().forEach(p -> ids.add(((Publish) p).packetId()));
    client.puback(ids.get(2));
    broker = broker.after(2, limits);
    VirtualClient again = back(broker, 0, "x");
    VirtualClient publisher = guest(broker, 0, "pub");
    List<Packet> unread = again.hearAll();
    assertThat(unread).hasSize(2);
    for (int i = 0; i < 66_000; i++) {
      publisher.publish("t", QOS_1, 1, "");
      int id = again.hear(Publish.class).packetId();
      assertThat(ids.subList(0, 2)).doesNotContain(id);
      again.puback(id);
    }
  }

  @Test
  void aSecondCrashFindsWhatTheFirstLeft() {
    away(QOS_1, "t");
    send(guest(broker, "pub"), QOS_1, 1, 20);
    broker = broker.after(1, limits);
    VirtualClient client = back(broker, 0, "x");
    for (int i = 1; i <= 5; i++) {
      client.puback(client.hear(Publish.class).packetId());
    }
    broker = broker.after(2, limits);
    assertThat(takeAll(back(broker, 1, "x"))).isEqualTo(numbers(6, 20));
    assertNothingIsLeft();
  }

  // ---------------------------------------------------------------- acknowledged early

  @Test
  void whatIsAcknowledgedBeforeItIsSentAgainIsNotSentAgain() {
    VirtualClient client = lodger(broker, 0, "x");
    client.subscribe(QOS_1, "t");
    send(guest(broker, "pub"), QOS_1, 1, 3);
    List<Packet> first = client.hearAll();
    client.vanish();
    VirtualClient again = broker.client(0);
    again.connect(
        VirtualConnect.as("x").resuming().expiring(1000).with(PropertyId.RECEIVE_MAXIMUM, 1));
    Publish one = again.hear(Publish.class);
    again.say(new Puback(((Publish) first.get(1)).packetId(), ReasonCode.SUCCESS));
    again.puback(one.packetId());
    assertThat(again.hearText()).isEqualTo("3");
    again.puback(((Publish) first.get(2)).packetId());
    send(guest(broker, "pub"), QOS_1, 4, 4);
    assertThat(again.hearText()).isEqualTo("4");
  }

  @Test
  void whatIsReceivedBeforeItIsSentAgainIsReleasedAndNotSentAgain() {
    VirtualClient client = lodger(broker, 0, "x");
    client.subscribe(QOS_2, "t");
    send(guest(broker, "pub"), QOS_2, 1, 2);
    List<Packet> first = client.hearAll();
    int two = ((Publish) first.get(1)).packetId();
    client.vanish();
    VirtualClient again = broker.client(0);
    again.connect(
        VirtualConnect.as("x").resuming().expiring(1000).with(PropertyId.RECEIVE_MAXIMUM, 1));
    Publish one = again.hear(Publish.class);
    again.say(new Pubrec(two, ReasonCode.SUCCESS));
    again.hear(Pubrel.class);
    again.say(new Pubrec(one.packetId(), ReasonCode.SUCCESS));
    again.hear(Pubrel.class);
    again.say(new Pubcomp(one.packetId(), ReasonCode.SUCCESS));
    assertThat(again.hearAll()).isEmpty();
    again.pubcomp(two);
    assertThat(session("x").queueMessages()).isZero();
  }
}

package io.whimbrel.cli.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.cli.outside.Party.Heard;
import io.whimbrel.cli.outside.Party.Testament;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every client that others wrote must find, in every version and over every transport. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RealClientsTest {
  private static final String END = "end";

  private static BrokerProcess broker;

  private final List<Party> parties = new ArrayList<>();
  private String topic;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    broker = BrokerProcess.start(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    try (BrokerProcess ending = broker) {
      ending.stopInGoodOrder();
    }
  }

  @BeforeEach
  void name(TestInfo test) {
    topic =
        test.getDisplayName().replaceAll("[^A-Za-z0-9_]", "")
            + test.getTestMethod().get().getName();
  }

  @AfterEach
  void leave() throws Exception {
    for (Party party : parties) {
      party.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void hearsEveryQualityOfService(Library library) throws Exception {
    Party subscriber = connected(library, "subscriber");
    subscriber.subscribe(topic + "/+", 2);
    Party publisher = connected(library, "publisher");

    for (int qos = 0; qos <= 2; qos++) {
      publisher.publish(topic + "/" + qos, "payload " + qos, qos, false);
      assertThat(subscriber.next())
          .hasToString(topic + "/" + qos + "=payload " + qos + " qos " + qos);
    }
  }

  @ParameterizedTest
  @EnumSource
  void hearsAtMostTheQualityItSubscribedWith(Library library) throws Exception {
    Party party = connected(library, "both");
    party.subscribe(topic + "/0", 0);
    party.subscribe(topic + "/1", 1);

    party.publish(topic + "/0", "a", 2, false);
    assertThat(party.next().qos()).isZero();
    party.publish(topic + "/1", "b", 2, false);
    assertThat(party.next().qos()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void hearsNothingAfterUnsubscribing(Library library) throws Exception {
    Party party = connected(library, "both");
    party.subscribe(List.of(topic + "/a", topic + "/b"), 1);
    party.unsubscribe(topic + "/a");

    party.publish(topic + "/a", "lost", 1, false);
    party.publish(topic + "/b", "heard", 1, false);
    assertThat(party.next().text()).isEqualTo("heard");
  }

  @ParameterizedTest
  @EnumSource
  void findsTheRetainedMessageUntilItIsCleared(Library library) throws Exception {
    Party publisher = connected(library, "publisher");
    publisher.publish(topic, "old", 1, true);
    publisher.publish(topic, "new", 1, true);

    Party subscriber = connected(library, "subscriber");
    subscriber.subscribe(topic, 1);
    assertThat(subscriber.next()).hasToString(topic + "=new qos 1 retained");

    publisher.publish(topic, "", 1, true);
    assertThat(subscriber.next()).hasToString(topic + "= qos 1");
    Party late = connected(library, "late");
    late.subscribe(topic, 1);
    publisher.publish(topic, END, 1, false);
    assertThat(late.next()).hasToString(topic + "=" + END + " qos 1");
  }

  @ParameterizedTest
  @EnumSource
  void leavesItsWillWhenTakenOver(Library library) throws Exception {
    Party heir = connected(library, "heir");
    heir.subscribe(topic, 1);
    Party first = party(library, "same");
    first.connect(true, new Testament(topic, "gone"));
    connected(library, "same");

    assertThat(first.awaitDisconnect()).isEqualTo(library.isFive() ? 0x8E : 0);
    assertThat(heir.next()).hasToString(topic + "=gone qos 1");
  }

  @ParameterizedTest
  @EnumSource
  void leavesNoWillWhenItSaysGoodbye(Library library) throws Exception {
    Party heir = connected(library, "heir");
    heir.subscribe(topic, 1);
    Party first = party(library, "first");
    first.connect(true, new Testament(topic, "gone"));
    first.disconnect();
    heir.publish(topic, END, 1, false);

    assertThat(heir.next().text()).isEqualTo(END);
  }

  @ParameterizedTest
  @EnumSource
  void finds100MessagesThatCameWhileItWasAway(Library library) throws Exception {
    Party away = party(library, "away");
    away.connect(false, null);
    assertThat(away.sessionPresent()).isFalse();
    away.subscribe(topic, 2);
    away.disconnect();
    Party publisher = connected(library, "publisher");
    for (int i = 0; i < 100; i++) {
      publisher.publish(topic, Integer.toString(i), 1, false);
    }

    away.connect(false, null);
    assertThat(away.sessionPresent()).isTrue();
    for (int i = 0; i < 100; i++) {
      assertThat(away.next()).hasToString(topic + "=" + i + " qos 1");
    }
    away.disconnect();
    away.connect(true, null);
    assertThat(away.sessionPresent()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void sharesASubscriptionSoThatEachMessageIsHeardOnce(Library library) throws Exception {
    Party one = connected(library, "one");
    Party two = connected(library, "two");
    for (Party party : List.of(one, two)) {
      party.subscribe(List.of("$share/group/" + topic, topic + "/" + END), 1);
    }
    Party publisher = connected(library, "publisher");
    for (int i = 0; i < 40; i++) {
      publisher.publish(topic, Integer.toString(i), 1, false);
    }
    publisher.publish(topic + "/" + END, END, 1, false);

    List<String> first = untilEnd(one);
    List<String> second = untilEnd(two);
    assertThat(first).isNotEmpty();
    assertThat(second).isNotEmpty();
    first.addAll(second);
    assertThat(first)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 40).mapToObj(Integer::toString).toList());
  }

  @ParameterizedTest
  @EnumSource
  void carries10Megabytes(Library library) throws Exception {
    byte[] payload = new byte[10_000_000];
    new Random(1).nextBytes(payload);
    Party party = connected(library, "both");
    party.subscribe(topic, 1);
    party.publish(topic, payload, 1, false);

    assertThat(party.next().payload()).isEqualTo(payload);
  }

  @ParameterizedTest
  @EnumSource
  void subscribesTo2000Filters(Library library) throws Exception {
    Party party = connected(library, "both");
    List<String> filters = IntStream.range(0, 2_000).mapToObj(i -> topic + "/" + i + "/#").toList();
    for (int from = 0; from < 2_000; from += 500) {
      party.subscribe(filters.subList(from, from + 500), 1);
    }

    for (int i : new int[] {0, 999, 1_999}) {
      party.publish(topic + "/" + i + "/x", "here", 1, false);
      assertThat(party.next().topic()).isEqualTo(topic + "/" + i + "/x");
    }
  }

  private static List<String> untilEnd(Party party) throws Exception {
    List<String> heard = new ArrayList<>();
    for (Heard next = party.next(); !next.text().equals(END); next = party.next()) {
      heard.add(next.text());
    }
    return heard;
  }

  private Party connected(Library library, String name) throws Exception {
    Party party = party(library, name);
    party.connect();
    return party;
  }

  private Party party(Library library, String name) throws Exception {
    Party party = library.party(broker, topic + "-" + name);
    parties.add(party);
    return party;
  }
}

package io.whimbrel.core.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubscriptionIndexTest {
  private final SubscriptionIndex<Integer> index = new SubscriptionIndex<>();

  @Test
  void wildcardsAtTheBeginningPassDollarTopicsBy() { // [MQTT-4.7.2-1]
    Recorder.put(index, 1, "#");
    Recorder.put(index, 1, "+/monitor/Clients");
    Recorder.put(index, 2, "$SYS/#");
    Recorder.put(index, 3, "$SYS/monitor/+");
    assertThat(Recorder.match(index, "$SYS/monitor/Clients"))
        .containsExactlyInAnyOrder("2 $SYS/# 0", "3 $SYS/monitor/+ 0");
  }

  @Test
  void theMultiLevelWildcardIncludesItsParent() { // 4.7.1.2, [MQTT-4.7.1-1]
    Recorder.put(index, 1, "sport/tennis/#");
    assertThat(Recorder.match(index, "sport/tennis")).hasSize(1);
    assertThat(Recorder.match(index, "sport/tennis/player1/ranking")).hasSize(1);
    assertThat(Recorder.match(index, "sport")).isEmpty();
  }

  @Test
  void theSingleLevelWildcardMatchesAnEmptyLevelButNoneAtAll() { // [MQTT-4.7.1-2]
    Recorder.put(index, 1, "sport/+");
    assertThat(Recorder.match(index, "sport/")).hasSize(1);
    assertThat(Recorder.match(index, "sport")).isEmpty();
    Recorder.put(index, 2, "+/+");
    Recorder.put(index, 3, "/+");
    Recorder.put(index, 4, "+");
    assertThat(Recorder.match(index, "/finance")).containsExactlyInAnyOrder("2 +/+ 0", "3 /+ 0");
  }

  @Test
  void aSubscriberMayHoldAFilterPlainAndInTwoGroups() { // 4.8.2
    assertThat(Recorder.put(index, 1, "a")).isTrue();
    assertThat(Recorder.put(index, 1, "$share/g/a")).isTrue();
    assertThat(Recorder.put(index, 1, "$share/h/a")).isTrue();
    assertThat(Recorder.put(index, 1, "$share/h/a")).isFalse();
    assertThat(Recorder.match(index, "a"))
        .containsExactlyInAnyOrder("1 a 0", "1 $share/g/a 0", "1 $share/h/a 0");
    assertThat(Recorder.remove(index, 1, "$share/g/a")).isTrue();
    assertThat(Recorder.match(index, "a")).containsExactlyInAnyOrder("1 a 0", "1 $share/h/a 0");
    assertThat(Recorder.remove(index, 1, "a")).isTrue();
    assertThat(Recorder.match(index, "a")).containsExactly("1 $share/h/a 0");
  }

  @Test
  void aSubscriptionReplacesTheOneOfTheSameFilter() { // [MQTT-3.8.4-3]
    TopicFilter filter = TopicFilter.of("a/+");
    assertThat(index.put(filter, Recorder.entry(1, "a/+", 5))).isTrue();
    assertThat(index.put(filter, Recorder.entry(1, "a/+", 6))).isFalse();
    assertThat(Recorder.match(index, "a/b")).containsExactly("1 a/+ 6");
  }

  @Test
  void theSnapshotStaysWhileNothingChanges() {
    Recorder.put(index, 1, "a");
    SubscriptionIndex.Snapshot<Integer> before = index.snapshot();
    Recorder.put(index, 1, "a");
    Recorder.remove(index, 1, "b");
    assertThat(index.snapshot()).isSameAs(before);
    Recorder.put(index, 2, "a");
    assertThat(index.snapshot()).isNotSameAs(before);
  }

  @Test
  void turnsGoOnWhenMembersComeAndGo() {
    Recorder.put(index, 1, "$share/g/a");
    Recorder.put(index, 2, "$share/g/a");
    SharedGroup<Integer> two = group();
    assertThat(List.of(two.nextTurn(), two.nextTurn(), two.nextTurn())).containsExactly(0, 1, 0);
    Recorder.put(index, 3, "$share/g/a");
    SharedGroup<Integer> three = group();
    assertThat(three.isSameGroup(two)).isTrue();
    assertThat(three.nextTurn()).isZero(); // the fourth turn, of three members
    Recorder.remove(index, 1, "$share/g/a");
    assertThat(group().members())
        .extracting(SubscriptionIndex.Entry::subscriber)
        .containsExactly(2, 3);
    assertThat(group().isSameGroup(two)).isTrue();
    Recorder.remove(index, 2, "$share/g/a");
    Recorder.remove(index, 3, "$share/g/a");
    Recorder.put(index, 1, "$share/g/a");
    assertThat(group().isSameGroup(two)).isFalse();
  }

  @Test
  void oneFilterTakesAHundredThousandSubscribers() {
    for (int i = 0; i < 100_000; i++) {
      assertThat(Recorder.put(index, i, "news")).isTrue();
    }
    assertThat(Recorder.match(index, "news")).hasSize(100_000);
    for (int i = 0; i < 100_000; i++) {
      assertThat(Recorder.remove(index, i, "news")).isTrue();
    }
    assertThat(Recorder.match(index, "news")).isEmpty();
  }

  @Test
  void refusesAnEntryOfAnotherFilter() {
    assertThatThrownBy(() -> index.put(TopicFilter.of("a"), Recorder.entry(1, "b", 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private SharedGroup<Integer> group() {
    List<SharedGroup<Integer>> groups = new ArrayList<>();
    Recorder.tell(
        index,
        "a",
        new SubscriptionIndex.Matches<>() {
          @Override
          public void entry(SubscriptionIndex.Entry<Integer> entry) {}

          @Override
          public void shared(SharedGroup<Integer> group) {
            groups.add(group);
          }
        });
    assertThat(groups).hasSize(1);
    return groups.get(0);
  }
}

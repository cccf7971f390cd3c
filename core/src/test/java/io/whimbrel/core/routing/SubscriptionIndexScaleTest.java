package io.whimbrel.core.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Wide and deep: what must stay linear, and off the stack of the thread. */
class SubscriptionIndexScaleTest {
  private final SubscriptionIndex<Integer> index = new SubscriptionIndex<>(12345);

  @Test
  void topicsOfSixtyFiveThousandLevelsNeitherOverflowNorTakeLong() {
    String slashes = "/".repeat(65_000);
    String named = "a/".repeat(32_000) + "a";
    String plusses = "+/".repeat(32_000) + "+";
    assertTimeout(
        Duration.ofSeconds(5),
        () -> {
          for (String filter : List.of(slashes, named, plusses, named.substring(1) + "/#")) {
            assertThat(Recorder.put(index, 1, filter)).isTrue();
          }
          assertThat(Recorder.match(index, slashes).size()).isEqualTo(1);
          assertThat(Recorder.match(index, named).size()).isEqualTo(2);
          assertThat(Recorder.match(index, named.substring(1)).size()).isEqualTo(2);
          for (String filter : List.of(slashes, named, plusses, named.substring(1) + "/#")) {
            assertThat(Recorder.remove(index, 1, filter)).isTrue();
          }
        });
    assertThat(index.subscriptions()).isZero();
  }

  @Test
  void plusOnAllOfTwoHundredLevelsVisitsOnlyWhatExists() {
    String name = "a/".repeat(199) + "a";
    for (int level = 0; level < 200; level++) {
      String filter = "a/".repeat(level) + "+" + "/a".repeat(199 - level);
      assertThat(Recorder.put(index, level, filter)).isTrue();
      assertThat(Recorder.put(index, level, "+/".repeat(level) + "#")).isTrue();
    }
    assertTimeout(
        Duration.ofSeconds(5), () -> assertThat(Recorder.match(index, name)).hasSize(400));
  }

  @Test
  void aMillionFiltersComeAreMatchedAndGo() {
    int filters = 1_000_000;
    for (int i = 0; i < filters; i++) {
      assertThat(Recorder.put(index, i, filter(i))).isTrue();
    }
    assertThat(index.subscriptions()).isEqualTo(filters);
    for (int i = 0; i < filters; i += 97) {
      assertThat(Recorder.match(index, filter(i).replace("+", "any")))
          .contains(i + " " + filter(i) + " 0");
    }
    for (int i = 0; i < filters; i++) {
      assertThat(Recorder.remove(index, i, filter(i))).isTrue();
    }
    assertThat(index.subscriptions()).isZero();
    assertThat(Recorder.match(index, filter(1).replace("+", "any"))).isEmpty();
  }

  private static String filter(int i) {
    String tail = i % 3 == 0 ? "+" : "state";
    return "site" + i % 100 + "/line" + i / 100 % 100 + "/device" + i + "/" + tail;
  }
}

package io.whimbrel.codec;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which topics a filter asks for (4.7). */
final class TopicFilterMatchTest {
  @ParameterizedTest
  @CsvSource({
    "sport/tennis/player1/#, sport/tennis/player1, true",
    "sport/tennis/player1/#, sport/tennis/player1/ranking, true",
    "sport/tennis/player1/#, sport/tennis/player2, false",
    "sport/#, sport, true",
    "sport/#, sports, false",
    "#, a/b/c, true",
    "#, $SYS/a, false",
    "+/a, $SYS/a, false",
    "$SYS/#, $SYS/a, true",
    "$SYS/+, $SYS/a, true",
    "sport/tennis/+, sport/tennis/player1, true",
    "sport/tennis/+, sport/tennis/player1/ranking, false",
    "sport/+, sport, false",
    "sport/+, sport/, true",
    "+/+, /finance, true",
    "/+, /finance, true",
    "+, /finance, false",
    "a/b, a/b, true",
    "a/b, a/bc, false",
    "a/b, a, false",
    "$share/g/a/+, a/b, true",
  })
  void asTheExamplesOfTheSpecificationSay(String filter, String topic, boolean matches) {
    assertThat(TopicFilter.of(filter).matches(TopicName.of(topic))).isEqualTo(matches);
  }

  @Property
  void asSplittingIntoLevelsSays(@ForAll("filters") String filter, @ForAll("topics") String topic) {
    assertThat(TopicFilter.of(filter).matches(TopicName.of(topic)))
        .isEqualTo(naively(filter.split("/", -1), topic.split("/", -1), 0));
  }

  private static boolean naively(String[] filter, String[] topic, int level) {
    if (level == filter.length) {
      return level == topic.length;
    }
    if (filter[level].equals("#")) {
      return true;
    }
    return level < topic.length
        && (filter[level].equals("+") || filter[level].equals(topic[level]))
        && naively(filter, topic, level + 1);
  }

  @Provide
  Arbitrary<String> filters() {
    Arbitrary<String> front =
        Arbitraries.of("a", "b", "", "+", "ab").list().ofMaxSize(3).map(l -> String.join("/", l));
    return front
        .flatMap(f -> Arbitraries.of(f, f + "/#", f + "/+", f + "/"))
        .map(f -> f.isEmpty() ? "#" : f);
  }

  @Provide
  Arbitrary<String> topics() {
    return Arbitraries.of("a", "b", "", "ab")
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(l -> String.join("/", l))
        .filter(t -> !t.isEmpty());
  }
}

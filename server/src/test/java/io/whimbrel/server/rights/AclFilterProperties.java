package io.whimbrel.server.rights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A grant that covers a filter covers all that comes by it. */
class AclFilterProperties {
  @Provide
  Arbitrary<List<String>> topics() {
    return Arbitraries.of("a", "b", "", "$x").list().ofMinSize(1).ofMaxSize(4);
  }

  @Provide
  Arbitrary<List<String>> filters() {
    Arbitrary<List<String>> levels =
        Arbitraries.of("a", "b", "", "+", "$x").list().ofMinSize(1).ofMaxSize(4);
    return Combinators.combine(levels, Arbitraries.of(true, false))
        .as(
            (some, many) ->
                many
                    ? java.util.stream.Stream.concat(some.stream(), java.util.stream.Stream.of("#"))
                        .toList()
                    : some);
  }

  @Property(tries = 20_000)
  void coveredFiltersBringNothingElse(
      @ForAll("filters") List<String> grant,
      @ForAll("filters") List<String> asked,
      @ForAll("topics") List<String> topic) {
    if (new AclFilter(grant).covers(asked) && new AclFilter(asked).covers(topic)) {
      assertThat(new AclFilter(grant).covers(topic)).isTrue();
    }
  }

  @Property(tries = 20_000)
  void filtersThatDoNotMeetShareNoTopic(
      @ForAll("filters") List<String> refused,
      @ForAll("filters") List<String> asked,
      @ForAll("topics") List<String> topic) {
    if (new AclFilter(refused).covers(topic) && new AclFilter(asked).covers(topic)) {
      assertThat(new AclFilter(refused).meets(asked)).isTrue();
    }
  }

  @Property
  void everyFilterCoversAndMeetsItself(@ForAll("filters") List<String> filter) {
    assertThat(new AclFilter(filter).covers(filter)).isTrue();
    assertThat(new AclFilter(filter).meets(filter)).isTrue();
  }

  @Property(tries = 20_000)
  void bytesAreMatchedAsLevelsAre(
      @ForAll("filters") List<String> filter, @ForAll("topics") List<String> topic) {
    String text = String.join("/", topic);
    if (!text.isEmpty()) { // which no topic is [MQTT-4.7.3-1]
      AclFilter matching = new AclFilter(filter);
      assertThat(matching.matches(text.getBytes(UTF_8))).isEqualTo(matching.covers(topic));
    }
  }
}

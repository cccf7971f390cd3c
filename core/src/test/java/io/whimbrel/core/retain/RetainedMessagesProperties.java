package io.whimbrel.core.retain;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.routing.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The retained messages against a hash map that is searched from end to end. */
class RetainedMessagesProperties {
  record Step(String topic, String message, boolean puts) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Topics.names(),
            Arbitraries.strings().alpha().ofMaxLength(4),
            Arbitraries.of(true, true, false))
        .as(Step::new)
        .list()
        .ofMaxSize(150);
  }

  @Provide
  Arbitrary<List<String>> filters() {
    return Topics.filters().list().ofMinSize(1).ofMaxSize(20);
  }

  /** [MQTT-4.7.1-1], [MQTT-4.7.1-2], [MQTT-4.7.2-1], [MQTT-3.3.1-5], [MQTT-3.3.1-6]. */
  @Property(tries = 1_000)
  void cursorFindsWhatANaiveMatcherFindsWhateverTheSlices(
      @ForAll("steps") List<Step> steps,
      @ForAll("filters") List<String> filters,
      @ForAll @IntRange(min = 1, max = 10) int visitsMax) {
    RetainedMessages<String> retained = new RetainedMessages<>(String::length, steps.size());
    Map<String, String> model = new HashMap<>();
    long version = 0;
    for (Step step : steps) {
      version = apply(step, retained, model, version);
    }
    for (String filter : filters) {
      List<String> expected =
          model.keySet().stream().filter(topic -> Topics.matches(filter, topic)).toList();
      assertThat(walk(retained.matching(TopicFilter.of(filter)), visitsMax))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  private static long apply(
      Step step, RetainedMessages<String> retained, Map<String, String> model, long version) {
    TopicName topic = TopicName.of(step.topic());
    long next = version;
    if (step.puts()) {
      next = retained.put(topic, step.message());
      assertThat(next).isGreaterThan(version);
      assertThat(retained.version(topic)).isEqualTo(next);
      model.put(step.topic(), step.message());
    } else {
      assertThat(retained.remove(topic)).isEqualTo(model.remove(step.topic()) != null);
    }
    assertThat(retained.find(topic)).isEqualTo(model.get(step.topic()));
    assertThat(retained.count()).isEqualTo(model.size());
    assertThat(retained.bytes()).isEqualTo(model.values().stream().mapToLong(String::length).sum());
    return next;
  }

  private static List<String> walk(RetainedMessages.Cursor<String> cursor, int visitsMax) {
    List<String> found = new ArrayList<>();
    boolean finished = false;
    while (!finished) {
      int before = found.size();
      finished = cursor.advance(visitsMax, topic -> found.add(topic.toString()));
      assertThat(found.size() - before).isLessThanOrEqualTo(visitsMax);
    }
    return found;
  }
}

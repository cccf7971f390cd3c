package io.whimbrel.core.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.TopicFilter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The index against a list of all subscriptions that is searched from end to end. */
class SubscriptionIndexProperties {
  record Step(int subscriber, String filter, int id, boolean puts) {
    String key() {
      return subscriber + " " + filter;
    }
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<String> shares = Arbitraries.of("", "", "", "$share/g/", "$share/h/");
    Arbitrary<String> filters =
        Combinators.combine(shares, Topics.filters()).as((share, filter) -> share + filter);
    return Combinators.combine(
            Arbitraries.integers().between(0, 5),
            filters,
            Arbitraries.integers().between(0, 2),
            Arbitraries.of(true, true, true, false))
        .as(Step::new)
        .list()
        .ofMaxSize(120);
  }

  @Provide
  Arbitrary<List<String>> names() {
    return Topics.names().list().ofMinSize(1).ofMaxSize(30);
  }

  /** [MQTT-4.7.1-1], [MQTT-4.7.1-2], [MQTT-4.7.2-1], [MQTT-4.7.3-4]. */
  @Property(tries = 1_000)
  void matchesWhatANaiveMatcherMatches(
      @ForAll("steps") List<Step> steps, @ForAll("names") List<String> names) {
    SubscriptionIndex<Integer> index = new SubscriptionIndex<>(steps.size());
    Map<String, Step> model = new LinkedHashMap<>();
    for (Step step : steps) {
      apply(step, index, model);
    }
    for (String name : names) {
      List<String> expected =
          model.values().stream()
              .filter(step -> Topics.matches(inner(step.filter()), name))
              .map(step -> step.key() + " " + step.id())
              .toList();
      assertThat(Recorder.match(index, name)).containsExactlyInAnyOrderElementsOf(expected);
    }
    for (Step step : List.copyOf(model.values())) {
      assertThat(Recorder.remove(index, step.subscriber(), step.filter())).isTrue();
    }
    assertThat(index.subscriptions()).isZero();
    assertThat(index.sharedSubscriptions()).isZero();
    for (String name : names) {
      assertThat(Recorder.match(index, name)).isEmpty();
    }
  }

  /** What is put and removed twice is there once: [MQTT-3.8.4-3], [MQTT-3.10.4-1]. */
  private static void apply(Step step, SubscriptionIndex<Integer> index, Map<String, Step> model) {
    if (step.puts()) {
      boolean added =
          index.put(
              TopicFilter.of(step.filter()),
              Recorder.entry(step.subscriber(), step.filter(), step.id()));
      assertThat(added).isEqualTo(model.put(step.key(), step) == null);
    } else {
      boolean removed = Recorder.remove(index, step.subscriber(), step.filter());
      assertThat(removed).isEqualTo(model.remove(step.key()) != null);
    }
    long shared = model.values().stream().filter(s -> s.filter().startsWith("$share/")).count();
    assertThat((long) index.sharedSubscriptions()).isEqualTo(shared);
    assertThat((long) index.subscriptions()).isEqualTo(model.size() - shared);
    Step stands = model.get(step.key());
    SubscriptionIndex.Entry<Integer> found =
        index.snapshot().find(TopicFilter.of(step.filter()), step.subscriber());
    assertThat(found == null).isEqualTo(stands == null);
  }

  @Property(tries = 200)
  void reportsInTheSameOrderInEveryRun(
      @ForAll("steps") List<Step> steps, @ForAll("names") List<String> names) {
    SubscriptionIndex<Integer> one = new SubscriptionIndex<>(99);
    SubscriptionIndex<Integer> two = new SubscriptionIndex<>(99);
    Map<String, Step> modelOne = new LinkedHashMap<>();
    Map<String, Step> modelTwo = new LinkedHashMap<>();
    for (Step step : steps) {
      apply(step, one, modelOne);
      apply(step, two, modelTwo);
    }
    for (String name : names) {
      assertThat(Recorder.match(one, name)).isEqualTo(Recorder.match(two, name));
    }
  }

  private static String inner(String filter) {
    return filter.startsWith("$share/") ? filter.split("/", 3)[2] : filter;
  }
}

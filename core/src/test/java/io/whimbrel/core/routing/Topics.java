package io.whimbrel.core.routing;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Topic names and filters to test with, and a matcher that shares nothing with the one tested. */
public final class Topics {
  private static final String[] LEVELS = {"", "a", "b", "$a", "$", "sensors"};

  private Topics() {}

  /** Names of up to five levels out of few, so that filters meet them. */
  public static Arbitrary<String> names() {
    return Arbitraries.of(LEVELS)
        .list()
        .ofMinSize(1)
        .ofMaxSize(5)
        .map(levels -> String.join("/", levels))
        .filter(name -> !name.isEmpty());
  }

  /** Filters of up to five levels with wildcards in all places where they may stand. */
  public static Arbitrary<String> filters() {
    Arbitrary<List<String>> levels =
        Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.of(LEVELS)), Tuple.of(2, Arbitraries.just("+")))
            .list()
            .ofMinSize(0)
            .ofMaxSize(4);
    Arbitrary<String> last = Arbitraries.of("#", "+", "a", "b", "");
    return Combinators.combine(levels, last)
        .as((front, end) -> front.isEmpty() ? end : String.join("/", front) + "/" + end)
        .filter(filter -> !filter.isEmpty());
  }

  /** Whether a filter without {@code $share} matches a name, word for word as in 4.7. */
  public static boolean matches(String filter, String name) {
    String[] filters = filter.split("/", -1);
    String[] names = name.split("/", -1);
    boolean wildcardFirst = filters[0].equals("#") || filters[0].equals("+");
    if (wildcardFirst && name.startsWith("$")) {
      return false; // [MQTT-4.7.2-1]
    }
    for (int i = 0; i < filters.length; i++) {
      if (filters[i].equals("#")) {
        return names.length >= i; // [MQTT-4.7.1-1], and the parent level
      }
      if (i >= names.length || !(filters[i].equals("+") || filters[i].equals(names[i]))) {
        return false; // [MQTT-4.7.1-2]
      }
    }
    return filters.length == names.length;
  }
}

package io.whimbrel.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What waits on disk alone is a sorted map from sequences to sizes, at four bytes for each. */
class SpilledRunProperties {

  @Property
  void isAMapFromSequencesToSizes(@ForAll long seed, @ForAll @IntRange(min = 1, max = 400) int n) {
    Random random = new Random(seed);
    SpilledRun run = new SpilledRun();
    TreeMap<Long, Integer> model = new TreeMap<>();
    for (int i = 0; i < n; i++) {
      if (!model.isEmpty() && random.nextInt(5) < 2) {
        assertThat(run.removeFirst()).isEqualTo(model.pollFirstEntry().getValue());
      } else {
        long sequence = place(model, random);
        if (sequence > 0 && !model.containsKey(sequence)) {
          int size = 1 + random.nextInt(1000);
          run.add(sequence, size);
          model.put(sequence, size);
        }
      }
      assertSame(run, model);
    }
  }

  /** Mostly behind the last, at times before the first or somewhere between. */
  private static long place(TreeMap<Long, Integer> model, Random random) {
    if (model.isEmpty()) {
      return 1_000 + random.nextInt(1_000);
    }
    long first = model.firstKey();
    long last = model.lastKey();
    return switch (random.nextInt(6)) {
      case 0 -> first - 1 - random.nextInt(3);
      case 1 -> first + random.nextInt((int) (last - first + 1));
      case 2 -> last + 2 + random.nextInt(50);
      default -> last + 1;
    };
  }

  private static void assertSame(SpilledRun run, TreeMap<Long, Integer> model) {
    assertThat(run.count()).isEqualTo(model.size());
    assertThat(run.isEmpty()).isEqualTo(model.isEmpty());
    assertThat(run.bytes()).isEqualTo(model.values().stream().mapToLong(size -> size).sum());
    if (!model.isEmpty()) {
      Map.Entry<Long, Integer> first = model.firstEntry();
      assertThat(run.first()).isEqualTo(first.getKey());
      assertThat(run.last()).isEqualTo(model.lastKey());
    }
    Map<Long, Integer> visited = new LinkedHashMap<>();
    run.forEach(visited::put);
    assertThat(List.copyOf(visited.entrySet())).isEqualTo(List.copyOf(model.entrySet()));
  }

  @Example
  void aJumpCostsNextToNothing() {
    SpilledRun run = new SpilledRun();
    run.add(1, 100);
    run.add(1L << 40, 200);
    assertThat(run.places()).isLessThan(1_000);
    assertThat(run.removeFirst()).isEqualTo(100);
    assertThat(run.first()).isEqualTo(1L << 40);
    assertThat(run.places()).isLessThan(1_000);
  }

  @Example
  void aMillionMessagesTakeFiveMegabytesAtMostAndGiveThemBack() {
    SpilledRun run = new SpilledRun();
    for (int i = 1; i <= 1_000_000; i++) {
      run.add(i, 300);
    }
    assertThat(run.places()).isLessThanOrEqualTo(1_250_000);
    for (int i = 1; i <= 999_990; i++) {
      run.removeFirst();
    }
    assertThat(run.count()).isEqualTo(10);
    assertThat(run.places()).isLessThan(100);
  }

  @Example
  void whatIsThereDoesNotComeTwice() {
    SpilledRun run = new SpilledRun();
    run.add(5, 100);
    run.add(7, 100);
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> run.add(5, 1))
        .isInstanceOf(IllegalStateException.class);
  }
}

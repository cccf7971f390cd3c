package io.whimbrel.bench;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.routing.AtFilter;
import io.whimbrel.core.routing.SharedGroup;
import io.whimbrel.core.routing.SubscriptionIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One topic against many filters, a fifth of them with a wildcard; nothing is remembered. */
@State(Scope.Thread)
public class MatchBench implements SubscriptionIndex.Matches<Integer> {
  private static final int TOPICS = 4096;

  /** How many filters. */
  @Param({"1000", "100000", "1000000"})
  public int filters;

  private final SubscriptionIndex<Integer> index = new SubscriptionIndex<>(7);
  private final TopicName[] topics = new TopicName[TOPICS];
  private final List<AtFilter<Integer>> parts = new ArrayList<>();
  private int next;
  private int found;

  /** Subscribes. */
  @Setup
  public void prepare() {
    for (int i = 0; i < filters; i++) {
      subscribe(i, filter(i));
    }
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < TOPICS; i++) {
      int which = random.nextInt(filters);
      topics[i] = TopicName.of("site" + which % 100 + "/device" + which / 100 + "/value/" + which);
    }
  }

  private void subscribe(int who, String text) {
    TopicFilter filter = TopicFilter.of(text);
    index.put(
        filter,
        new SubscriptionIndex.Entry<>(who, Qos.AT_MOST_ONCE, 0, false, false, filter));
  }

  private static String filter(int number) {
    String site = "site" + number % 100 + "/device" + number / 100;
    return number % 5 == 0 ? site + "/+/" + number : site + "/value/" + number;
  }

  /** One topic, another each time. */
  @Benchmark
  public int match() {
    found = 0;
    next = (next + 1) % TOPICS;
    parts.clear();
    index.snapshot().match(topics[next], parts);
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).report(this);
    }
    return found;
  }

  /** A subscription that comes and goes. */
  @Benchmark
  public boolean subscribeAndUnsubscribe() {
    next = (next + 1) % TOPICS;
    TopicFilter filter = TopicFilter.of("site7/device" + next + "/+/x");
    index.put(
        filter, new SubscriptionIndex.Entry<>(-1, Qos.AT_MOST_ONCE, 0, false, false, filter));
    return index.remove(filter, -1);
  }

  @Override
  public void entry(SubscriptionIndex.Entry<Integer> entry) {
    found++;
  }

  @Override
  public void shared(SharedGroup<Integer> group) {
    found++;
  }
}

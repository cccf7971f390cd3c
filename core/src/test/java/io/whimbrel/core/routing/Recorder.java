package io.whimbrel.core.routing;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import java.util.ArrayList;
import java.util.List;

/** Writes down what an index reports, one line per subscription, shared ones per member. */
final class Recorder implements SubscriptionIndex.Matches<Integer> {
  final List<String> lines = new ArrayList<>();

  static List<String> match(SubscriptionIndex<Integer> index, String topic) {
    Recorder recorder = new Recorder();
    tell(index, topic, recorder);
    return recorder.lines;
  }

  /** Tells the sink of everything that matches. */
  static void tell(
      SubscriptionIndex<Integer> index, String topic, SubscriptionIndex.Matches<Integer> sink) {
    List<AtFilter<Integer>> found = new ArrayList<>();
    index.snapshot().match(TopicName.of(topic), found);
    found.forEach(each -> each.report(sink));
  }

  static SubscriptionIndex.Entry<Integer> entry(int subscriber, String filter, int id) {
    return new SubscriptionIndex.Entry<>(
        subscriber, Qos.AT_LEAST_ONCE, id, false, false, TopicFilter.of(filter));
  }

  static boolean put(SubscriptionIndex<Integer> index, int subscriber, String filter) {
    return index.put(TopicFilter.of(filter), entry(subscriber, filter, 0));
  }

  static boolean remove(SubscriptionIndex<Integer> index, int subscriber, String filter) {
    return index.remove(TopicFilter.of(filter), subscriber);
  }

  static String line(SubscriptionIndex.Entry<Integer> entry) {
    return entry.subscriber() + " " + entry.filter() + " " + entry.subscriptionId();
  }

  @Override
  public void entry(SubscriptionIndex.Entry<Integer> entry) {
    lines.add(line(entry));
  }

  @Override
  public void shared(SharedGroup<Integer> group) {
    for (SubscriptionIndex.Entry<Integer> member : group.members()) {
      lines.add(line(member));
    }
  }
}

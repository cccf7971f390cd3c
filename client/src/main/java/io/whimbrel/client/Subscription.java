package io.whimbrel.client;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.SubscriptionRequest;

/**
 * What a client subscribes to (3.8.3). Immutable.
 *
 * @param filter a Topic Filter, of a Shared Subscription too: {@code $share/NAME/filter}
 * @param qos the maximum of what is delivered
 * @param noLocal not what this client publishes itself; MQTT 5
 * @param retainAsPublished RETAIN as its publisher said it; MQTT 5
 * @param retainHandling which retained messages come at first; MQTT 5
 */
public record Subscription(
    String filter,
    Qos qos,
    boolean noLocal,
    boolean retainAsPublished,
    RetainHandling retainHandling) {
  /**
   * Checks the filter.
   *
   * @throws IllegalArgumentException that is no Topic Filter (4.7)
   */
  public Subscription {
    Words.filter(filter);
  }

  /** A filter with nothing special. */
  public static Subscription of(String filter, Qos qos) {
    return new Subscription(filter, qos, false, false, RetainHandling.SEND);
  }

  SubscriptionRequest request() {
    return new SubscriptionRequest(
        Words.filter(filter), qos, noLocal, retainAsPublished, retainHandling);
  }
}

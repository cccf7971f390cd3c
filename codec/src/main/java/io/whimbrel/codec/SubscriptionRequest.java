package io.whimbrel.codec;

/**
 * One filter of a SUBSCRIBE with its Subscription Options (3.8.3.1). In 3.x only the QoS is on the
 * wire; the other options have their zero values there.
 */
public record SubscriptionRequest(
    TopicFilter filter,
    Qos qos,
    boolean noLocal,
    boolean retainAsPublished,
    RetainHandling retainHandling) {

  /** The same with another QoS. */
  public SubscriptionRequest with(Qos other) {
    return other == qos
        ? this
        : new SubscriptionRequest(filter, other, noLocal, retainAsPublished, retainHandling);
  }
}

package io.whimbrel.core.session;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;

/**
 * What a session subscribed to, with its options.
 *
 * @param id Subscription Identifier, or 0 for none
 */
public record Subscription(
    TopicFilter filter, Qos qos, int id, boolean noLocal, boolean retainAsPublished) {}

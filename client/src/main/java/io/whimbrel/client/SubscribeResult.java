package io.whimbrel.client;

import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.UserProperty;
import java.util.List;

/**
 * What the server made of a SUBSCRIBE or UNSUBSCRIBE. A refusal is a result, not an exception.
 * Immutable.
 */
public final class SubscribeResult {
  private final List<ReasonCode> reasons;
  private final String explanation;
  private final List<UserProperty> userProperties;

  SubscribeResult(List<ReasonCode> reasons, String explanation, List<UserProperty> userProperties) {
    this.reasons = List.copyOf(reasons);
    this.explanation = explanation;
    this.userProperties = List.copyOf(userProperties);
  }

  /** For each filter in its order; empty for an UNSUBSCRIBE of 3.1.1. */
  public List<ReasonCode> reasons() {
    return reasons;
  }

  /** What the server says to it, or empty. */
  public String explanation() {
    return explanation;
  }

  /** The User Properties of its answer, in their order. */
  public List<UserProperty> userProperties() {
    return userProperties;
  }

  /** Whether all filters were granted. */
  public boolean isGranted() {
    return reasons.stream().noneMatch(ReasonCode::isError);
  }

  @Override
  public String toString() {
    return "SubscribeResult" + reasons + (explanation.isEmpty() ? "" : ": " + explanation);
  }
}

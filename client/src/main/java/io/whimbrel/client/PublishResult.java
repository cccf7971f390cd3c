package io.whimbrel.client;

import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.UserProperty;
import java.util.List;

/** How the publishing of a message ended. A refusal is a result, not an exception. Immutable. */
public final class PublishResult {
  private final ReasonCode reason;
  private final String explanation;
  private final List<UserProperty> userProperties;

  PublishResult(ReasonCode reason, String explanation, List<UserProperty> userProperties) {
    this.reason = reason;
    this.explanation = explanation;
    this.userProperties = List.copyOf(userProperties);
  }

  /** SUCCESS, NO_MATCHING_SUBSCRIBERS, or an error: the server does not want it. */
  public ReasonCode reason() {
    return reason;
  }

  /** What the server says to it, or empty. */
  public String explanation() {
    return explanation;
  }

  /** The User Properties of its answer, in their order. */
  public List<UserProperty> userProperties() {
    return userProperties;
  }

  /** Whether it was refused, by the server or because the server cannot take such a message. */
  public boolean isRefused() {
    return reason.isError();
  }

  @Override
  public String toString() {
    return "PublishResult[" + reason + (explanation.isEmpty() ? "]" : ": " + explanation + "]");
  }
}

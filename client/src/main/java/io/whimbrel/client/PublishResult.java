package io.whimbrel.client;

import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.UserProperty;
import java.util.List;

/**
 * How the publishing of a message ended. A refusal is a result, not an exception.
 *
 * @param reason SUCCESS, NO_MATCHING_SUBSCRIBERS, or an error: the server does not want it
 * @param explanation what the server says to it, or empty
 */
public record PublishResult(
    ReasonCode reason, String explanation, List<UserProperty> userProperties) {
  /** Copies the list. */
  public PublishResult {
    userProperties = List.copyOf(userProperties);
  }

  /** Whether it was refused, by the server or because the server cannot take such a message. */
  public boolean isRefused() {
    return reason.isError();
  }
}

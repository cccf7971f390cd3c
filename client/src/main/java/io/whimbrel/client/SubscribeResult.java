package io.whimbrel.client;

import io.whimbrel.codec.ReasonCode;
import java.util.List;

/**
 * What the server made of a SUBSCRIBE or UNSUBSCRIBE. A refusal is a result, not an exception.
 *
 * @param reasons for each filter in its order; empty for an UNSUBSCRIBE of 3.1.1
 * @param explanation what the server says to it, or empty
 */
public record SubscribeResult(List<ReasonCode> reasons, String explanation) {
  /** Copies the list. */
  public SubscribeResult {
    reasons = List.copyOf(reasons);
  }

  /** Whether all filters were granted. */
  public boolean isGranted() {
    return reasons.stream().noneMatch(ReasonCode::isError);
  }
}

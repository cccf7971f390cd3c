package io.whimbrel.server.rights;

import io.whimbrel.codec.Qos;

/**
 * What rules come to.
 *
 * @param qosMax of a grant, the highest QoS
 * @param reason the rule with its place, or that there is none
 */
public record Decision(boolean granted, Qos qosMax, String reason) {
  static final Decision UNSAID = new Decision(false, Qos.AT_MOST_ONCE, "no rule grants all of it");

  /** Whether no rule speaks of it. */
  public boolean isUnsaid() {
    return equals(UNSAID);
  }
}

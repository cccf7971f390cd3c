package io.whimbrel.server.rights;

import io.whimbrel.codec.Qos;

/** What an authorizer refused to one client, counted and told as what rules refuse. */
public final class PluginDenials {
  private final Denials denials;
  private final Subject who;
  private final Decision decision;

  /**
   * @param name of the authorizer
   */
  public PluginDenials(Denials denials, Subject who, String name) {
    this.denials = denials;
    this.who = who;
    this.decision = new Decision(false, Qos.AT_MOST_ONCE, "refused by '" + name + "'");
  }

  /** A message or a will. */
  public void publish(byte[] topic) {
    denials.publish(who, topic, decision);
  }

  /** A filter. */
  public void subscribe(byte[] filter) {
    denials.subscribe(who, filter, decision);
  }
}

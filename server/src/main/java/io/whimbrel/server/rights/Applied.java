package io.whimbrel.server.rights;

import io.whimbrel.codec.Qos;

/** A rule as it is for one client, with every place filled in. Immutable. */
final class Applied {
  private final Rule rule;
  private final AclFilter filter;
  private final Decision decision;
  private final Decision tooMuch;

  Applied(Rule rule, AclFilter filter) {
    this.rule = rule;
    this.filter = filter;
    this.decision = new Decision(!rule.denies(), rule.qosMax(), rule.cited());
    this.tooMuch = new Decision(false, rule.qosMax(), "above what is granted by " + rule.cited());
  }

  boolean denies() {
    return rule.denies();
  }

  boolean isOfReading() {
    return rule.read();
  }

  boolean isOfWriting() {
    return rule.write();
  }

  AclFilter filter() {
    return filter;
  }

  Decision decision() {
    return decision;
  }

  /** What a grant says of a message that is more than it allows. */
  Decision tooMuch() {
    return tooMuch;
  }

  boolean allows(Qos qos, boolean retain) {
    return qos.number() <= rule.qosMax().number() && (!retain || rule.retain());
  }
}

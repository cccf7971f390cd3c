package io.whimbrel.server.rights;

import io.whimbrel.codec.Qos;

/**
 * A right that a client brings with it, as a token may, beside what the rules say. Immutable.
 *
 * @param cited where it comes from, for people
 * @param denies whether it refuses instead
 * @param read whether it is about subscribing and receiving
 * @param write whether it is about publishing
 * @param filter in which nothing is left to be filled in
 * @param qosMax the highest QoS
 * @param retain whether messages may be retained
 */
public record Grant(
    String cited,
    boolean denies,
    boolean read,
    boolean write,
    AclFilter filter,
    Qos qosMax,
    boolean retain) {

  Applied applied() {
    return new Applied(
        new Rule(cited, Condition.ANYBODY, denies, read, write, qosMax, retain, false, filter),
        filter);
  }
}

package io.whimbrel.server.rights;

import io.whimbrel.codec.Qos;
import java.util.Optional;

/**
 * One rule: for whom, what, and whether that is granted or refused. Immutable.
 *
 * @param cited where it stands and what it says, for people
 * @param read whether it is about subscribing and receiving
 * @param write whether it is about publishing
 * @param qosMax of a grant, the highest QoS
 * @param retain of a grant to publish, whether messages may be retained
 * @param pattern whether {@code %u} and {@code %c} stand for names
 */
record Rule(
    String cited,
    Condition when,
    boolean denies,
    boolean read,
    boolean write,
    Qos qosMax,
    boolean retain,
    boolean pattern,
    AclFilter filter) {
  private static final String USER = "%u";
  private static final String CLIENT = "%c";

  /** A rule without ceilings. */
  static Rule of(
      String cited,
      Condition when,
      boolean denies,
      boolean read,
      boolean write,
      boolean pattern,
      AclFilter filter) {
    return new Rule(cited, when, denies, read, write, Qos.EXACTLY_ONCE, true, pattern, filter);
  }

  /**
   * What it comes to for a client; empty where it is not about this one. What is filled in may not
   * bring wildcards or levels of its own: then a grant is not about this client, and a refusal
   * about every name.
   */
  Optional<Applied> appliedTo(Subject subject, Groups groups) {
    if (!when.holds(subject, groups)) {
      return Optional.empty();
    }
    if (!pattern) {
      return Optional.of(new Applied(this, filter));
    }
    String user = subject.user();
    String clientId = subject.clientId();
    boolean plain =
        (!filter.has(USER) || isPlain(user)) && (!filter.has(CLIENT) || isPlain(clientId));
    if (plain) {
      return Optional.of(new Applied(this, filter.filled(level -> fill(level, user, clientId))));
    }
    return denies
        ? Optional.of(new Applied(this, filter.everythingFrom(Rule::hasName)))
        : Optional.empty();
  }

  private static boolean hasName(String level) {
    return level.contains(USER) || level.contains(CLIENT);
  }

  /** In one go: what is filled in is not looked at again. */
  private static String fill(String level, String user, String clientId) {
    StringBuilder filled = new StringBuilder();
    for (int i = 0; i < level.length(); i++) {
      if (level.startsWith(USER, i)) {
        filled.append(user);
        i++;
      } else if (level.startsWith(CLIENT, i)) {
        filled.append(clientId);
        i++;
      } else {
        filled.append(level.charAt(i));
      }
    }
    return filled.toString();
  }

  private static boolean isPlain(String name) {
    return !name.isEmpty()
        && name.charAt(0) != '$' // else it could reach what no wildcard does [MQTT-4.7.2-1]
        && name.indexOf('+') < 0
        && name.indexOf('#') < 0
        && name.indexOf('/') < 0;
  }
}

package io.whimbrel.server.rights;

import io.whimbrel.core.port.Origin;
import io.whimbrel.server.config.AddressRange;
import io.whimbrel.server.config.Glob;
import io.whimbrel.server.guard.AddressBlock;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whom a rule is about. Each part that is empty is about everybody; of the others each has to hold.
 * Immutable.
 *
 * @param users names; the empty one is a client without a user name
 * @param groups a client is in one of them at least
 * @param clients of Client Identifiers
 * @param certificates of subjects that were shown
 * @param listeners by what is spoken there, such as {@code tls}
 * @param addresses of the peer
 */
record Condition(
    Set<String> users,
    Set<String> groups,
    List<Glob> clients,
    List<SubjectPattern> certificates,
    Set<String> listeners,
    List<AddressRange> addresses) {
  /** About everybody. */
  static final Condition ANYBODY =
      new Condition(Set.of(), Set.of(), List.of(), List.of(), Set.of(), List.of());

  /** About one user, or about clients without a user name. */
  static Condition user(String name) {
    return new Condition(Set.of(name), Set.of(), List.of(), List.of(), Set.of(), List.of());
  }

  /**
   * Whether it holds. Where a client came from, if that is not known any more, holds: a grant was
   * examined when it came, and a refusal is not to be escaped by a restart. Groups that a plugin
   * gave are not known then, and do not hold: only those of the rules' own file outlive a restart.
   *
   * @param members of the groups
   */
  boolean holds(Subject subject, Groups members) {
    return holdsOfName(subject, members)
        && (subject.isForgotten() || holdsOfOrigin(subject.origin()));
  }

  private boolean holdsOfName(Subject subject, Groups members) {
    return (users.isEmpty() || users.contains(subject.user()))
        && (clients.isEmpty()
            || clients.stream().anyMatch(glob -> glob.matches(subject.clientId())))
        && (groups.isEmpty()
            || groups.stream()
                .anyMatch(
                    group ->
                        subject.groups().contains(group) || members.has(group, subject.user())));
  }

  private boolean holdsOfOrigin(Origin origin) {
    return (listeners.isEmpty() || listeners.contains(origin.transport()))
        && (certificates.isEmpty()
            || certificates.stream().anyMatch(pattern -> pattern.matches(origin.certificate())))
        && (addresses.isEmpty()
            || address(origin.address())
                .map(at -> addresses.stream().anyMatch(range -> range.contains(at)))
                .orElse(false));
  }

  /** The address of {@code 192.0.2.1:1883} or {@code [2001:db8::1]:1883}; empty for other texts. */
  private static Optional<InetAddress> address(String text) {
    return AddressRange.of(AddressBlock.host(text)).map(AddressRange::first);
  }
}

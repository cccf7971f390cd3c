package io.whimbrel.server.auth;

import io.whimbrel.core.port.Proof;
import io.whimbrel.server.rights.Grant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who a client was found to be.
 *
 * @param user empty for an anonymous client
 * @param method how that was found out
 * @param groups that it is in beside those of the rules' own file
 * @param grants rights that it brings itself; present: it has no others but those of rules, also
 *     where there are none
 * @param issuer who says so, empty where that is nobody else
 * @param subject whom it is to the issuer
 * @param id of what says so, empty where it has none
 * @param expiresMillis the time of day from which on it does not count; {@link #NEVER}: it does
 */
public record Verified(
    String user,
    String method,
    Set<String> groups,
    Optional<List<Grant>> grants,
    String issuer,
    String subject,
    String id,
    long expiresMillis) {
  /** No end. */
  public static final long NEVER = Long.MAX_VALUE;

  /** How long it still counts at a time of day; not at all: 0 or less. */
  public long lastsMillis(long dayMillis) {
    return expiresMillis == NEVER ? Proof.ALWAYS : expiresMillis - dayMillis;
  }

  /** The same until a time of day. */
  public Verified until(long endMillis) {
    return new Verified(user, method, groups, grants, issuer, subject, id, endMillis);
  }

  /** One of whom nothing else is known. */
  public static Verified of(String user, String method, Set<String> groups) {
    return new Verified(user, method, groups, Optional.empty(), "", "", "", NEVER);
  }
}

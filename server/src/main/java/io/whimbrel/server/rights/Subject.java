package io.whimbrel.server.rights;

import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Origin;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A client as rules see it.
 *
 * @param user empty for one without a user name
 * @param groups that it is in beside those of the rules' own file
 * @param grants rights that it brings itself; present: it has no others but those of rules
 */
public record Subject(
    String clientId, String user, Set<String> groups, Optional<List<Grant>> grants, Origin origin) {

  /** One that brings no rights itself. */
  public Subject(String clientId, String user, Set<String> groups, Origin origin) {
    this(clientId, user, groups, Optional.empty(), origin);
  }

  /** One that is in no other groups. */
  public static Subject of(Identity who) {
    return new Subject(who.clientId(), who.user(), Set.of(), who.origin());
  }

  /** One that would come from there. */
  public static Subject of(String clientId, String user, String address, String listener) {
    String at = address.indexOf(':') >= 0 ? "[" + address + "]:0" : address + ":0";
    return new Subject(clientId, user, Set.of(), new Origin(at, listener));
  }

  /** Whether nobody knows any more where it came from. */
  boolean isForgotten() {
    return origin.equals(Origin.FORGOTTEN);
  }
}

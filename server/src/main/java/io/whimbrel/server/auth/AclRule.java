package io.whimbrel.server.auth;

import java.util.List;
import java.util.Locale;

/**
 * One line of an {@link AclFile}. Immutable.
 *
 * @param line where it stands
 * @param text as it stands there
 * @param filter with places to fill in where it is a pattern
 */
record AclRule(int line, String text, Access access, boolean pattern, AclFilter filter) {
  private static final String USER = "%u";
  private static final String CLIENT = "%c";

  /** What a client wants to do. */
  enum Right {
    READ,
    WRITE
  }

  /** What a line says of it. */
  enum Access {
    READ,
    WRITE,
    READWRITE,
    DENY
  }

  /**
   * Reads what stands behind {@code topic} or {@code pattern}.
   *
   * @throws IllegalArgumentException it is none; the message says what is allowed
   */
  static AclRule of(int line, String text, String rest, boolean pattern) {
    Access access = Access.READWRITE;
    String filter = rest;
    String[] words = rest.split("\\s+", 2);
    for (Access each : Access.values()) {
      if (words.length == 2 && words[0].equals(each.name().toLowerCase(Locale.ROOT))) {
        access = each;
        filter = words[1];
      }
    }
    if (words.length == 2 && filter.equals(rest)) {
      throw new IllegalArgumentException(
          "allowed: read, write, readwrite or deny before a topic filter that has spaces");
    }
    try {
      return new AclRule(line, text, access, pattern, AclFilter.of(filter));
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "allowed: read, write, readwrite or deny, and a topic filter: " + wrong.getMessage(),
          wrong);
    }
  }

  /** Where it stands, and what it says. */
  String cited() {
    return "line " + line + ": " + text;
  }

  boolean denies() {
    return access == Access.DENY;
  }

  boolean gives(Right right) {
    return access == Access.READWRITE || access.name().equals(right.name());
  }

  /**
   * Whether it is about this: a grant has to cover all of it, a refusal only to meet it. What is
   * filled in may not bring wildcards or levels of its own: then a grant is not about this client,
   * and a refusal about every name.
   */
  boolean concerns(String user, String clientId, List<String> levels) {
    if (!pattern) {
      return denies() ? filter.meets(levels) : filter.covers(levels);
    }
    boolean plain =
        (!filter.has(USER) || isPlain(user)) && (!filter.has(CLIENT) || isPlain(clientId));
    if (denies() && !plain) {
      return filter.everythingFrom(AclRule::hasName).meets(levels);
    }
    if (denies()) {
      return filter.filled(level -> fill(level, user, clientId)).meets(levels);
    }
    return plain && filter.filled(level -> fill(level, user, clientId)).covers(levels);
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
        && name.indexOf('+') < 0
        && name.indexOf('#') < 0
        && name.indexOf('/') < 0;
  }
}

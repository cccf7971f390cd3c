package io.whimbrel.server.rights;

import java.util.Map;
import java.util.Set;

/** Which users are in which groups. Immutable. */
record Groups(Map<String, Set<String>> members) {
  static final Groups NONE = new Groups(Map.of());

  boolean has(String group, String user) {
    return !user.isEmpty() && members.getOrDefault(group, Set.of()).contains(user);
  }
}

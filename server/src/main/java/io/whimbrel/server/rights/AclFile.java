package io.whimbrel.server.rights;

import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.files.TextLines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Rights in the form of Mosquitto's {@code acl_file}:
 *
 * <pre>
 * topic read news/#
 * user alice
 * topic readwrite alice/#
 * topic deny alice/private/#
 * pattern write sensors/%c/#
 * </pre>
 *
 * <p>What stands before the first user is for clients without a name; a pattern is for everybody,
 * {@code %u} is the user name and {@code %c} the Client Identifier.
 *
 * <p>What no rule grants is refused; a deny beats every grant.
 */
final class AclFile {
  /** What a line says of reading and writing. */
  private enum Access {
    READ(false, true, false),
    WRITE(false, false, true),
    READWRITE(false, true, true),
    DENY(true, true, true);

    private final boolean denies;
    private final boolean read;
    private final boolean write;

    Access(boolean denies, boolean read, boolean write) {
      this.denies = denies;
      this.read = read;
      this.write = write;
    }
  }

  private AclFile() {}

  /** Reads a file. */
  static List<Rule> read(Path file) throws AuthFileException {
    return of(file.toString(), TextLines.of(file));
  }

  static List<Rule> of(String name, List<String> lines) throws AuthFileException {
    List<Rule> rules = new ArrayList<>();
    String user = "";
    int number = 0;
    for (String line : lines) {
      number++;
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      String[] words = text.split("\\s+", 2);
      String rest = words.length == 1 ? "" : words[1];
      String cited = name + ", line " + number + ": " + text;
      try {
        switch (words[0]) {
          case "user" -> user = named(rest);
          case "topic" -> rules.add(rule(cited, rest, Condition.user(user), false));
          case "pattern" -> rules.add(rule(cited, rest, Condition.ANYBODY, true));
          default ->
              throw new IllegalArgumentException(
                  "allowed: user, topic or pattern at the beginning");
        }
      } catch (IllegalArgumentException refused) {
        throw new AuthFileException(
            name + ":" + number + ": found '" + text + "', " + refused.getMessage(), refused);
      }
    }
    return rules;
  }

  private static String named(String rest) {
    if (rest.isEmpty()) {
      throw new IllegalArgumentException("allowed: a user name behind user");
    }
    return rest;
  }

  /** Reads what stands behind {@code topic} or {@code pattern}. */
  private static Rule rule(String cited, String rest, Condition when, boolean pattern) {
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
      AclFilter read = AclFilter.of(filter);
      return Rule.of(cited, when, access.denies, access.read, access.write, pattern, read);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "allowed: read, write, readwrite or deny, and a topic filter: " + wrong.getMessage(),
          wrong);
    }
  }
}

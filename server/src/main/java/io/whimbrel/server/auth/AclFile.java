package io.whimbrel.server.auth;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
 * <p>What no rule grants is refused; a deny beats every grant. Immutable.
 */
public final class AclFile {
  private final Map<String, List<AclRule>> byUser = new HashMap<>();
  private final List<AclRule> patterns = new ArrayList<>();

  private AclFile() {}

  /** Reads a file. */
  public static AclFile read(Path file) throws AuthFileException {
    return of(file.toString(), PasswordFile.lines(file));
  }

  static AclFile of(String name, List<String> lines) throws AuthFileException {
    AclFile acl = new AclFile();
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
      try {
        switch (words[0]) {
          case "user" -> user = named(rest);
          case "topic" ->
              acl.byUser
                  .computeIfAbsent(user, u -> new ArrayList<>())
                  .add(AclRule.of(number, text, rest, false));
          case "pattern" -> acl.patterns.add(AclRule.of(number, text, rest, true));
          default ->
              throw new IllegalArgumentException(
                  "allowed: user, topic or pattern at the beginning");
        }
      } catch (IllegalArgumentException refused) {
        throw new AuthFileException(
            name + ":" + number + ": found '" + text + "', " + refused.getMessage(), refused);
      }
    }
    return acl;
  }

  private static String named(String rest) {
    if (rest.isEmpty()) {
      throw new IllegalArgumentException("allowed: a user name behind user");
    }
    return rest;
  }

  /**
   * What is decided, and why.
   *
   * @param reason the rule with its line, or that there is none
   */
  public record Verdict(boolean granted, String reason) {}

  /** What a client may do with a topic, or a filter without its share. */
  public Verdict explain(String user, String clientId, boolean publish, String topic) {
    AclRule.Right right = publish ? AclRule.Right.WRITE : AclRule.Right.READ;
    List<String> levels = AclFilter.levels(topic.getBytes(StandardCharsets.UTF_8));
    return deciding(user, clientId, right, levels)
        .map(rule -> new Verdict(!rule.denies(), rule.cited()))
        .orElse(new Verdict(false, "no rule grants all of it"));
  }

  /**
   * Which rule grants or refuses; empty where none speaks of it, which refuses.
   *
   * @param user empty for a client without a user name
   * @param levels of the topic, or of the whole filter without its share
   */
  Optional<AclRule> deciding(
      String user, String clientId, AclRule.Right right, List<String> levels) {
    List<AclRule> own = byUser.getOrDefault(user, List.of());
    for (List<AclRule> rules : List.of(own, patterns)) {
      for (AclRule rule : rules) {
        if (rule.denies() && rule.concerns(user, clientId, levels)) {
          return Optional.of(rule);
        }
      }
    }
    for (List<AclRule> rules : List.of(own, patterns)) {
      for (AclRule rule : rules) {
        if (!rule.denies() && rule.gives(right) && rule.concerns(user, clientId, levels)) {
          return Optional.of(rule);
        }
      }
    }
    return Optional.empty();
  }
}

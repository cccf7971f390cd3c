package io.whimbrel.server.rights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The rules for rights written down once more, slowly and in other words: filters are regular
 * expressions, and what one filter says of another is tried out on topics. Immutable.
 */
final class NaiveRights {
  private static final Pattern RULE =
      Pattern.compile("(user|topic|pattern)\\s+(?:(read|write|readwrite|deny)\\s+)?(.*)");
  private static final Pattern NAME = Pattern.compile("%[uc]");

  /** A level that no file has. */
  private static final String OTHER = "\u0001other";

  private record Rule(String owner, boolean pattern, String access, String filter) {}

  private final List<Rule> rules = new ArrayList<>();

  /** Lines that are right. */
  NaiveRights(List<String> lines) {
    String owner = "";
    for (String line : lines) {
      Matcher rule = RULE.matcher(line.strip());
      if (!rule.matches()) {
        continue; // empty, or a remark
      }
      String access = rule.group(2);
      String rest = rule.group(3);
      switch (rule.group(1)) {
        case "user" -> owner = access == null ? rest : line.strip().split("\\s+", 2)[1];
        case "topic" -> rules.add(new Rule(owner, false, access, rest));
        default -> rules.add(new Rule("", true, access, rest));
      }
    }
  }

  /** Whether a message may be published. */
  boolean publishes(String user, String client, String topic) {
    return judges(user, client, "write", filter -> matches(filter, topic));
  }

  /** Whether a message may be received. */
  boolean receives(String user, String client, String topic) {
    return judges(user, client, "read", filter -> matches(filter, topic));
  }

  private boolean judges(String user, String client, String right, Predicate<String> about) {
    return rules.stream().noneMatch(rule -> isDenial(rule, user, client, about))
        && grants(user, client, right).anyMatch(about);
  }

  /** Whether a filter may be subscribed to. */
  boolean subscribes(String user, String client, String filter, boolean shared) {
    Predicate<String> refused =
        denial -> covers(denial, filter) || (shared && meet(denial, filter));
    return rules.stream().noneMatch(rule -> isDenial(rule, user, client, refused))
        && grants(user, client, "read").anyMatch(grant -> covers(grant, filter));
  }

  private static boolean isDenial(Rule rule, String user, String client, Predicate<String> about) {
    return "deny".equals(rule.access)
        && isFor(rule, user)
        && about.test(filled(rule, user, client));
  }

  private Stream<String> grants(String user, String client, String right) {
    return rules.stream()
        .filter(rule -> rule.access == null || rule.access.matches("readwrite|" + right))
        .filter(rule -> isFor(rule, user) && isPlain(rule, user, client))
        .map(rule -> filled(rule, user, client));
  }

  private static boolean isFor(Rule rule, String user) {
    return rule.pattern || rule.owner.equals(user);
  }

  /** Whether the names that are filled in have no structure. */
  private static boolean isPlain(Rule rule, String user, String client) {
    return !rule.pattern
        || ((!rule.filter.contains("%u") || user.matches("(?s)[^$+#/][^+#/]*"))
            && (!rule.filter.contains("%c") || client.matches("(?s)[^$+#/][^+#/]*")));
  }

  private static String filled(Rule rule, String user, String client) {
    if (!rule.pattern) {
      return rule.filter;
    }
    if (!isPlain(rule, user, client)) { // everything from that level on
      int name = rule.filter.lastIndexOf('/', firstName(rule.filter)) + 1;
      return rule.filter.substring(0, name) + "#";
    }
    return NAME.matcher(rule.filter)
        .replaceAll(found -> Matcher.quoteReplacement(found.group().equals("%u") ? user : client));
  }

  private static int firstName(String filter) {
    Matcher name = NAME.matcher(filter);
    return name.find() ? name.start() : 0;
  }

  // ---------------------------------------------------------------- filters

  /** Whether a filter matches a topic (4.7). */
  private static boolean matches(String filter, String topic) {
    return topics(filter).matcher(topic).matches();
  }

  private static Pattern topics(String filter) {
    StringBuilder expression = new StringBuilder();
    if (filter.matches("(?s)[+#].*")) {
      expression.append("(?!\\$)");
    }
    String[] levels = filter.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      String slash = i == 0 ? "" : "/";
      switch (levels[i]) {
        case "#" -> expression.append(i == 0 ? ".*" : "(/.*)?");
        case "+" -> expression.append(slash).append("[^/]*");
        default -> expression.append(slash).append(Pattern.quote(levels[i]));
      }
    }
    return Pattern.compile(expression.toString(), Pattern.DOTALL);
  }

  /** Whether all topics of one filter are the other one's, judged by those that tell most. */
  private static boolean covers(String grant, String asked) {
    Pattern all = topics(asked);
    Pattern granted = topics(grant);
    return candidates(asked, grant, asked)
        .filter(topic -> all.matcher(topic).matches())
        .allMatch(topic -> granted.matcher(topic).matches());
  }

  /** Whether there is a topic of both, judged by those made of the levels of both. */
  private static boolean meet(String one, String other) {
    Pattern first = topics(one);
    Pattern second = topics(other);
    return candidates(one, other, one, other)
        .anyMatch(topic -> first.matcher(topic).matches() && second.matcher(topic).matches());
  }

  /** Topics of every length that tells something. */
  private static Stream<String> candidates(String one, String other, String... filters) {
    int depth = Math.max(depth(one), depth(other)) + 1;
    return IntStream.rangeClosed(1, depth).mapToObj(levels -> topic(levels, filters));
  }

  private static int depth(String filter) {
    return filter.split("/", -1).length;
  }

  /** So many levels, each from the first filter that says which. */
  private static String topic(int count, String... filters) {
    String[] topic = new String[count];
    Arrays.fill(topic, OTHER);
    for (int i = 0; i < count; i++) {
      for (String filter : filters) {
        String[] levels = filter.split("/", -1);
        boolean said = i < levels.length && !levels[i].equals("+") && !levels[i].equals("#");
        if (said && topic[i].equals(OTHER)) {
          topic[i] = levels[i];
        }
      }
    }
    return String.join("/", topic);
  }
}

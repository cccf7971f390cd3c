package io.whimbrel.server.rights;

import io.whimbrel.codec.Qos;
import io.whimbrel.server.config.AddressRange;
import io.whimbrel.server.config.Glob;
import io.whimbrel.server.config.ListenerKind;
import io.whimbrel.server.files.AuthFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads one rule of a {@link RulesFile}.
 *
 * @param file its name, for people
 * @param groups that there are
 */
record RuleReader(String file, Set<String> groups) {
  private static final String[] KEYS = {
    "allow",
    "deny",
    "topic",
    "user",
    "group",
    "client-id",
    "certificate",
    "listener",
    "address",
    "qos-max",
    "retain"
  };

  /** One rule for each of its topics. */
  List<Rule> read(YamlNode node) throws AuthFileException {
    Map<String, YamlNode> said = node.entries(KEYS);
    boolean denies = said.containsKey("deny");
    YamlNode access = said.get(denies ? "deny" : "allow");
    YamlNode topics = said.get("topic");
    if (access == null || topics == null || (denies && said.containsKey("allow"))) {
      throw node.mistake("a rule with either allow or deny, and topic");
    }
    String what = access.text();
    if (!Set.of("read", "write", "readwrite").contains(what)) {
      throw access.mistake("read, write or readwrite");
    }
    YamlNode ceiling = said.get("qos-max");
    YamlNode retain = said.get("retain");
    if (denies && (ceiling != null || retain != null)) {
      throw node.mistake("qos-max and retain where something is granted");
    }
    Condition when = condition(said);
    List<Rule> rules = new ArrayList<>();
    for (YamlNode topic : topics.scalars()) {
      rules.add(
          new Rule(
              cited(node, denies, what, topic.text()),
              when,
              denies,
              !what.equals("write"),
              !what.equals("read"),
              qos(ceiling),
              retain == null || flag(retain),
              topic.text().contains("%u") || topic.text().contains("%c"),
              read(topic, AclFilter::of)));
    }
    return rules;
  }

  private String cited(YamlNode node, boolean denies, String what, String topic) {
    return file
        + ", line "
        + node.line()
        + ": "
        + (denies ? "deny " : "allow ")
        + what
        + ' '
        + topic;
  }

  private Condition condition(Map<String, YamlNode> said) throws AuthFileException {
    return new Condition(
        new HashSet<>(all(said.get("user"), name -> name)),
        new HashSet<>(all(said.get("group"), this::group)),
        all(said.get("client-id"), Glob::new),
        all(said.get("certificate"), SubjectPattern::of),
        new HashSet<>(all(said.get("listener"), RuleReader::listener)),
        all(said.get("address"), RuleReader::addresses));
  }

  private String group(String name) {
    if (!groups.contains(name)) {
      throw new IllegalArgumentException("one of the groups above the rules: " + groups);
    }
    return name;
  }

  private static String listener(String name) {
    return Stream.of(ListenerKind.values())
        .map(ListenerKind::word)
        .filter(name::equals)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("one of " + listeners()));
  }

  private static String listeners() {
    return Stream.of(ListenerKind.values())
        .map(ListenerKind::word)
        .collect(Collectors.joining(", "));
  }

  private static AddressRange addresses(String text) {
    return AddressRange.of(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "an address or a network of them, such as 10.0.0.0/8"));
  }

  private static Qos qos(@Nullable YamlNode node) throws AuthFileException {
    if (node == null) {
      return Qos.EXACTLY_ONCE;
    }
    if (!node.text().matches("[0-2]")) {
      throw node.mistake("0, 1 or 2");
    }
    return Qos.of(node.text().charAt(0) - '0');
  }

  private static boolean flag(YamlNode node) throws AuthFileException {
    if (!node.text().equals("true") && !node.text().equals("false")) {
      throw node.mistake("true or false");
    }
    return node.text().equals("true");
  }

  private static <T> List<T> all(@Nullable YamlNode node, Function<String, T> reader)
      throws AuthFileException {
    List<T> values = new ArrayList<>();
    if (node != null) {
      for (YamlNode each : node.scalars()) {
        values.add(read(each, reader));
      }
      if (values.isEmpty()) { // which would be about everybody
        throw node.mistake("one at least");
      }
    }
    return values;
  }

  private static <T> T read(YamlNode node, Function<String, T> reader) throws AuthFileException {
    try {
      return reader.apply(node.text());
    } catch (IllegalArgumentException refused) {
      throw node.mistake(String.valueOf(refused.getMessage()));
    }
  }
}

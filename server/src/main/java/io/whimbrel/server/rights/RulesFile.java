package io.whimbrel.server.rights;

import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.files.TextLines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rules in our own form, which knows more than {@link AclFile}:
 *
 * <pre>
 * groups:
 *   operators: [alice, bob]
 * rules:
 *   - allow: write
 *     topic: sensors/%c/#
 *     client-id: sensor-*
 *     listener: tls
 *     qos-max: 1
 *     retain: false
 *   - allow: readwrite
 *     topic: [plant/#, alarms/#]
 *     group: operators
 *     address: 10.0.0.0/8
 *   - deny: readwrite
 *     topic: plant/secret/#
 * </pre>
 *
 * <p>Each line of a rule narrows down whom it is about; lists say "one of these". What no rule
 * grants is refused; a deny beats every grant.
 */
record RulesFile(List<Rule> rules, Groups groups) {

  /** Reads a file. */
  static RulesFile read(Path file) throws AuthFileException {
    return of(file.toString(), String.join("\n", TextLines.of(file)));
  }

  static RulesFile of(String name, String text) throws AuthFileException {
    YamlNode root = YamlNode.read(name, text);
    Map<String, Set<String>> groups = new HashMap<>();
    List<Rule> rules = new ArrayList<>();
    if (root.shape() == YamlNode.Shape.NOTHING) {
      return new RulesFile(rules, new Groups(groups)); // which refuses everything
    }
    Map<String, YamlNode> parts = root.entries("groups", "rules");
    YamlNode named = parts.get("groups");
    if (named != null) {
      for (Map.Entry<String, YamlNode> group : named.entries().entrySet()) {
        groups.put(group.getKey(), new HashSet<>(group.getValue().texts()));
      }
    }
    YamlNode listed = parts.get("rules");
    if (listed != null) {
      for (YamlNode each : listed.items()) {
        rules.addAll(new RuleReader(name, groups.keySet()).read(each));
      }
    }
    return new RulesFile(rules, new Groups(groups));
  }
}

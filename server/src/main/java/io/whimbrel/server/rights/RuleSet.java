package io.whimbrel.server.rights;

import io.whimbrel.codec.Qos;
import io.whimbrel.server.files.AuthFileException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All rules that are in force, of one file or of two. Immutable. */
public final class RuleSet {
  /** No rules at all, for who brings rights of its own. */
  static final RuleSet NONE = new RuleSet(List.of(), Groups.NONE);

  private final List<Rule> rules;
  private final Groups groups;

  RuleSet(List<Rule> rules, Groups groups) {
    this.rules = List.copyOf(rules);
    this.groups = groups;
  }

  /**
   * Reads the files there are; empty where there is none, and everybody may do everything.
   *
   * @param aclFile in Mosquitto's form
   * @param rulesFile in our own
   */
  public static Optional<RuleSet> read(Optional<Path> aclFile, Optional<Path> rulesFile)
      throws AuthFileException {
    if (aclFile.isEmpty() && rulesFile.isEmpty()) {
      return Optional.empty();
    }
    List<Rule> all = new ArrayList<>();
    Groups groups = Groups.NONE;
    if (aclFile.isPresent()) {
      all.addAll(AclFile.read(aclFile.get()));
    }
    if (rulesFile.isPresent()) {
      RulesFile own = RulesFile.read(rulesFile.get());
      all.addAll(own.rules());
      groups = own.groups();
    }
    return Optional.of(new RuleSet(all, groups));
  }

  ClientRules of(Subject subject) {
    List<Applied> about = new ArrayList<>();
    for (Rule rule : rules) {
      rule.appliedTo(subject, groups).ifPresent(about::add);
    }
    subject.grants().ifPresent(own -> own.forEach(grant -> about.add(grant.applied())));
    return new ClientRules(about);
  }

  /** Whether a client may publish, and which rule decides. */
  public Decision publish(Subject subject, String topic, Qos qos, boolean retain) {
    return of(subject).publish(topic.getBytes(StandardCharsets.UTF_8), qos, retain);
  }

  /**
   * Whether a client may subscribe, and which rule decides.
   *
   * @param filter without its share
   */
  public Decision subscribe(Subject subject, String filter, boolean shared, Qos qos) {
    return of(subject).subscribe(AclFilter.split(filter), shared, qos);
  }

  /** The rules by which messages that match a filter are withheld. */
  public List<String> withholding(Subject subject, String filter) {
    return of(subject).withholding(AclFilter.split(filter));
  }

  /** A rule that grants a part of a filter that is not granted. */
  public Optional<String> partOf(Subject subject, String filter) {
    return of(subject).partOf(AclFilter.split(filter));
  }
}

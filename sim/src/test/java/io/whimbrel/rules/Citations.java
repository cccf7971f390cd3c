package io.whimbrel.rules;

import io.whimbrel.rules.SourceText.Kind;
import io.whimbrel.rules.SourceText.Member;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the sources cite statements. A citation in a test counts for it; one in a helper or a field
 * counts for the tests of that file that use it; one at the head of a class with tests for the
 * class; one in a table of wire cases for the test that runs the tables. What a {@code @code} tag
 * has is an example.
 */
final class Citations {
  private static final Pattern CITATION =
      Pattern.compile(
          "(\\{@code\\s+(?:\\*\\s+)?)?\\b(3\\.1\\.1\\s+(?:\\*\\s+|//\\s+)?)?"
              + "(MQTT-\\d+(?:\\.\\d+)+-\\d+)\\b");
  private static final String WIRE_TABLE = "List<WireCase> ALL";

  /** By statement: names of main files. */
  private final SortedMap<String, SortedSet<String>> code = new TreeMap<>();

  /** By statement: tests. */
  private final SortedMap<String, SortedSet<String>> tests = new TreeMap<>();

  /** By statement, in every tree: paths of files, to find a slip of the pen. */
  private final SortedMap<String, SortedSet<String>> files = new TreeMap<>();

  /** Of all modules; what the simulator's main tree cites is about its model, not the broker. */
  static Citations ofHouse() {
    Citations citations = new Citations();
    for (Path module : House.modules()) {
      for (Path file : House.javaFiles(module, "main")) {
        citations.read(file, module.endsWith("sim") ? Tree.MODEL : Tree.MAIN);
      }
      for (Path file : House.javaFiles(module, "test")) {
        citations.read(file, Tree.TEST);
      }
    }
    return citations;
  }

  enum Tree {
    MAIN,
    MODEL,
    TEST
  }

  private void read(Path file, Tree tree) {
    if (file.getParent().endsWith("rules")) {
      return;
    }
    read(new SourceText(file), House.name(file), tree);
  }

  void read(SourceText source, String path, Tree tree) {
    Matcher matcher = CITATION.matcher(source.text());
    while (matcher.find()) {
      if (matcher.group(1) != null) {
        continue;
      }
      String id = (matcher.group(2) == null ? "" : "3.1.1 ") + matcher.group(3);
      put(files, id, List.of(path));
      switch (tree) {
        case MAIN -> put(code, id, List.of(source.fileName()));
        case MODEL -> {}
        case TEST -> put(tests, id, testsAt(source, matcher.start()));
      }
    }
  }

  SortedSet<String> code(String id) {
    return code.getOrDefault(id, new TreeSet<>());
  }

  SortedSet<String> tests(String id) {
    return tests.getOrDefault(id, new TreeSet<>());
  }

  SortedMap<String, SortedSet<String>> files() {
    return files;
  }

  /** Whether tests hold the statement, or each one it restates. */
  boolean hold(Clause clause) {
    return !tests(clause.id()).isEmpty()
        || (!clause.restates().isEmpty()
            && clause.restates().stream().noneMatch(id -> tests(id).isEmpty()));
  }

  private static Set<String> testsAt(SourceText source, int offset) {
    if (!source.hasTests()) {
      String table = source.fileName().replace(".java", "");
      return source.text().contains(WIRE_TABLE)
          ? Set.of("WireCasesTest (" + table + ")")
          : Set.of();
    }
    Set<String> found = new TreeSet<>();
    source.memberAt(offset).ifPresent(m -> collect(source, m, found, new HashSet<>()));
    return found;
  }

  private static void collect(
      SourceText source, Member member, Set<String> found, Set<String> seen) {
    if (member.kind() == Kind.TEST) {
      found.add(member.owner() + "." + member.name());
    } else if (member.kind() == Kind.TYPE) {
      found.add(member.owner());
    } else if (!member.name().isEmpty() && seen.add(member.name())) {
      source.mentioning(member.name()).stream()
          .filter(user -> user.kind() != Kind.TYPE)
          .forEach(user -> collect(source, user, found, seen));
    }
  }

  private static void put(
      SortedMap<String, SortedSet<String>> map, String id, Iterable<String> places) {
    for (String place : places) {
      map.computeIfAbsent(id, key -> new TreeSet<>()).add(place);
    }
  }
}

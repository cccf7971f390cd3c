package io.whimbrel.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.rules.SourceText.Kind;
import io.whimbrel.rules.SourceText.Member;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every weakness of docs/weaknesses.md is held by tests that exist, or it says why not. */
final class WeaknessesTest {
  private static final int ROWS = 41;
  private static final Pattern ROW =
      Pattern.compile("\\| (\\d+) \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|");
  private static final Pattern NAMED = Pattern.compile("`(\\w+Test|\\w+Properties)(?:#(\\w+))?`");

  private final List<String> lines = House.lines(House.root().resolve("docs/weaknesses.md"));

  @Test
  void eachHasItsRow() {
    List<Integer> numbers = rows().stream().map(row -> Integer.valueOf(row.group(1))).toList();

    assertThat(numbers).isEqualTo(IntStream.rangeClosed(1, ROWS).boxed().toList());
  }

  @Test
  void eachIsHeldByATestOrSaysWhyNot() {
    for (Matcher row : rows()) {
      boolean excused = row.group(4).matches("(No case|Not yet)\\b.*");
      boolean named = NAMED.matcher(row.group(5)).find();

      assertThat(named || excused).as("row " + row.group(1)).isTrue();
      assertThat(named || row.group(5).equals("no test")).as("row " + row.group(1)).isTrue();
    }
  }

  @Test
  void theTestsItNamesExist() {
    Set<String> tests = tests();
    List<String> missing = new ArrayList<>();
    for (String line : lines) {
      Matcher named = NAMED.matcher(line);
      while (named.find()) {
        String test = named.group(1) + (named.group(2) == null ? "" : "#" + named.group(2));
        if (!tests.contains(test)) {
          missing.add(test);
        }
      }
    }

    assertThat(missing).as("Name the test by what it is called now").isEmpty();
  }

  private List<Matcher> rows() {
    return lines.stream().map(ROW::matcher).filter(Matcher::matches).toList();
  }

  private static Set<String> tests() {
    Set<String> tests = new HashSet<>();
    for (Path file : House.javaFiles("test")) {
      String type = file.getFileName().toString().replace(".java", "");
      tests.add(type);
      for (Member member : new SourceText(file).members()) {
        if (member.kind() == Kind.TEST) {
          tests.add(type + "#" + member.name());
        }
      }
    }
    return tests;
  }
}

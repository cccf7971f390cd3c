package io.whimbrel.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What can be seen by reading the sources as text. */
final class TidyTest {
  private static final int LINES_MAX = 500;
  private static final int COLUMNS_MAX = 100;
  private static final Pattern PROMISE = Pattern.compile("\\b(T[O]DO|F[I]XME)\\b");
  private static final Pattern MONITOR = Pattern.compile("^\\s*synchronized\\s*\\(");
  private static final Pattern PARENT = Pattern.compile("(?s)<parent>.*?</parent>");
  private static final Pattern PROFILES = Pattern.compile("(?s)<profiles>.*?</profiles>");

  @Test
  void mainFilesAreAThoughtLong() {
    List<String> offenders =
        House.javaFiles("main").stream()
            .filter(file -> House.lines(file).size() > LINES_MAX)
            .map(file -> House.name(file) + ": " + House.lines(file).size() + " lines")
            .toList();

    assertThat(offenders)
        .as("Over %s lines: find the second thought in it and give it a class", LINES_MAX)
        .isEmpty();
  }

  @Test
  void linesFitThePage() {
    assertThat(offences(line -> line.length() > COLUMNS_MAX && !line.startsWith("import ")))
        .as("Over %s columns: mvn spotless:apply, then break strings by hand", COLUMNS_MAX)
        .isEmpty();
  }

  @Test
  void promisesAreKeptInIssues() {
    assertThat(offences(line -> PROMISE.matcher(line).find()))
        .as("Do it, or open an issue; the source says what is")
        .isEmpty();
  }

  @Test
  void codecAndCoreHoldNoMonitors() {
    List<String> offenders = new ArrayList<>();
    for (String module : List.of("codec", "core")) {
      for (Path file : House.javaFiles(House.root().resolve(module), "main")) {
        collect(file, line -> MONITOR.matcher(line).find(), offenders);
      }
    }

    assertThat(offenders)
        .as("A shard is owned by one thread: send it a message instead of locking it")
        .isEmpty();
  }

  @Test
  void everyMainPackageIsNullMarked() {
    List<String> offenders =
        House.javaFiles("main").stream()
            .map(Path::getParent)
            .distinct()
            .filter(directory -> !isNullMarked(directory.resolve("package-info.java")))
            .map(House::name)
            .toList();

    assertThat(offenders).as("Add a package-info.java with @NullMarked").isEmpty();
  }

  @Test
  void versionsStandInTheRootPomAlone() {
    List<String> offenders =
        House.modules().stream()
            .map(module -> module.resolve("pom.xml"))
            .filter(pom -> PARENT.matcher(text(pom)).replaceFirst("").contains("<version>"))
            .map(House::name)
            .toList();

    assertThat(offenders)
        .as("Move the version to dependencyManagement or pluginManagement of the root pom")
        .isEmpty();
  }

  @Test
  void theScriptCanBuildWithoutTests() {
    List<String> offenders =
        House.modules().stream()
            .map(module -> module.resolve("pom.xml"))
            .filter(pom -> PROFILES.matcher(text(pom)).replaceAll("").contains(">test-jar</type>"))
            .map(House::name)
            .toList();

    assertThat(offenders)
        .as("Move the test-jar to a profile as in cli: ./whimbrel skips tests, and so makes none")
        .isEmpty();
  }

  private static boolean isNullMarked(Path packageInfo) {
    return Files.exists(packageInfo) && House.lines(packageInfo).contains("@NullMarked");
  }

  private static String text(Path file) {
    return String.join("\n", House.lines(file));
  }

  private static List<String> offences(Predicate<String> offends) {
    List<String> offenders = new ArrayList<>();
    Stream.of("main", "test")
        .flatMap(tree -> House.javaFiles(tree).stream())
        .forEach(file -> collect(file, offends, offenders));
    return offenders;
  }

  private static void collect(Path file, Predicate<String> offends, List<String> offenders) {
    List<String> lines = House.lines(file);
    for (int i = 0; i < lines.size(); i++) {
      if (offends.test(lines.get(i))) {
        offenders.add(House.name(file) + ":" + (i + 1) + ": " + lines.get(i).strip());
      }
    }
  }
}

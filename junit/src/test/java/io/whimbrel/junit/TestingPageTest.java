package io.whimbrel.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What docs/testing.md shows is what runs. */
final class TestingPageTest {
  private static final String BEGIN = "```java\n";
  private static final String END = "```\n";

  @Test
  void theExampleOfThePageIsTheTestThatRuns() throws IOException {
    Path root = root();
    String page = Files.readString(root.resolve("docs/testing.md"));
    Path source = Path.of("junit/src/test/java/io/whimbrel/junit/ThermostatTest.java");
    String test = Files.readString(root.resolve(source));
    int begin = page.indexOf(BEGIN) + BEGIN.length();

    String shown = page.substring(begin, page.indexOf(END, begin));

    assertThat(shown)
        .as("Between %s and %s of the page belongs what follows package in %s", BEGIN, END, source)
        .isEqualTo(test.substring(test.indexOf("import ")));
  }

  private static Path root() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("mvnw"))) {
        return at;
      }
    }
    throw new IllegalStateException("no root of the project above " + Path.of("").toAbsolutePath());
  }
}

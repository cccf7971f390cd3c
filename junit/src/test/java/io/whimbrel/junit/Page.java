package io.whimbrel.junit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A page of the documentation, or a source that it shows, as a text. */
final class Page {
  private static final String BEGIN = "```java\n";
  private static final String END = "```\n";
  private static final Path SOURCES = Path.of("junit/src/test/java");

  private Page() {}

  /** The Java code of a page, block by block. */
  static List<String> codeOf(String page) throws IOException {
    String text = Files.readString(root().resolve("docs").resolve(page));
    List<String> blocks = new ArrayList<>();
    for (int at = text.indexOf(BEGIN); at >= 0; at = text.indexOf(BEGIN, at)) {
      int begin = at + BEGIN.length();
      at = text.indexOf(END, begin);
      blocks.add(text.substring(begin, at));
    }
    return blocks;
  }

  /** What follows the package in a test of this module. */
  static String sourceOf(Class<?> test) throws IOException {
    String name = test.getName().replace('.', '/') + ".java";
    String source = Files.readString(root().resolve(SOURCES).resolve(name));
    return source.substring(source.indexOf("import "));
  }

  /** The same at the left margin, since a page does not stand where its code does. */
  static String flush(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n"));
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

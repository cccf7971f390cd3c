package io.whimbrel.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checkout as the rules see it: its modules, their sources and their compiled classes. */
final class House {
  private static final Path ROOT = findRoot();

  private House() {}

  /** The directory of the root pom. */
  static Path root() {
    return ROOT;
  }

  /** The directories of the modules. */
  static List<Path> modules() {
    try (Stream<Path> children = Files.list(ROOT)) {
      return children.filter(child -> Files.exists(child.resolve("pom.xml"))).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All Java files of a source tree ("main" or "test") of all modules. */
  static List<Path> javaFiles(String tree) {
    return modules().stream().flatMap(module -> javaFiles(module, tree).stream()).toList();
  }

  /** The Java files of a source tree of one module. */
  static List<Path> javaFiles(Path module, String tree) {
    Path sources = module.resolve("src").resolve(tree).resolve("java");
    if (!Files.isDirectory(sources)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(sources)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lines of a file. */
  static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A path as it is written in messages: from the root on. */
  static String name(Path file) {
    return ROOT.relativize(file).toString();
  }

  private static Path findRoot() {
    Path here = Path.of("").toAbsolutePath();
    for (Path at = here; at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("mvnw"))) {
        return at;
      }
    }
    throw new IllegalStateException("No root of the project above " + here);
  }
}

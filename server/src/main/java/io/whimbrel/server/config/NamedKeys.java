package io.whimbrel.server.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sections that people give names to, all with the same keys: {@code sn-links.hall.kind}.
 *
 * @param section the one they stand in
 * @param table the keys of one of them, called NAME
 */
record NamedKeys(String section, KeyTable table, Pattern path) {
  /** What a name may be. */
  static final String NAMES = "a name of up to 32 of a to z, 0 to 9 and -";

  NamedKeys(String section, KeyTable table) {
    this(
        section,
        table,
        Pattern.compile(
            Pattern.quote(section) + "\\.([a-z0-9][a-z0-9-]{0,31})(?:\\.([a-z0-9-]+))?"));
  }

  /** The keys of one called NAME, in the order of their declarations. */
  List<ConfigKey<?>> templates() {
    return table.all();
  }

  /** The keys of one of them. */
  List<ConfigKey<?>> of(String name) {
    List<ConfigKey<?>> keys = new ArrayList<>();
    for (ConfigKey<?> template : templates()) {
      keys.add(at(name, template));
    }
    return keys;
  }

  /** A key of one of them. */
  <T> ConfigKey<T> at(String name, ConfigKey<T> template) {
    return template.at(path(name, template));
  }

  /** Where one of them says what a key of this name means. */
  String path(String name, ConfigKey<?> key) {
    return section + "." + name + "." + key.name();
  }

  /** The key of a path, if it is one of theirs. */
  Optional<ConfigKey<?>> find(String wanted) {
    Matcher matcher = path.matcher(wanted);
    if (matcher.matches() && matcher.group(2) != null) {
      for (ConfigKey<?> key : of(matcher.group(1))) {
        if (key.path().equals(wanted)) {
          return Optional.of(key);
        }
      }
    }
    return Optional.empty();
  }

  /** The key of an environment variable, if it is one of theirs. */
  Optional<ConfigKey<?>> ofVariable(String variable) {
    String begin = "WHIMBREL_" + upper(section) + "_";
    List<ConfigKey<?>> longestFirst = new ArrayList<>(templates());
    longestFirst.sort(Comparator.comparingInt(key -> -key.name().length()));
    for (ConfigKey<?> template :
        variable.startsWith(begin) ? longestFirst : List.<ConfigKey<?>>of()) {
      String end = "_" + upper(template.name());
      int nameEnd = variable.length() - end.length();
      if (variable.endsWith(end) && nameEnd > begin.length()) {
        String name = variable.substring(begin.length(), nameEnd);
        Optional<ConfigKey<?>> key =
            find(path(name.toLowerCase(Locale.ROOT).replace('_', '-'), template));
        if (key.isPresent()) {
          return key;
        }
      }
    }
    return Optional.empty();
  }

  private static String upper(String name) {
    return name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** Whether it is the section of all of them, or of one. */
  boolean isSection(String wanted) {
    Matcher matcher = path.matcher(wanted);
    return wanted.equals(section) || (matcher.matches() && matcher.group(2) == null);
  }

  /** Whether it stands where one would, and has no name for one. */
  boolean isMisnamed(String wanted) {
    return wanted.startsWith(section + ".")
        && wanted.indexOf('.', section.length() + 1) < 0
        && !isSection(wanted);
  }

  /** The name of the one that the path is a key of; empty for others. */
  String name(String wanted) {
    Matcher matcher = path.matcher(wanted);
    return matcher.matches() ? matcher.group(1) : "";
  }

  /** The names of all of them that these paths are keys of. */
  Set<String> names(Iterable<String> paths) {
    Set<String> names = new TreeSet<>();
    paths.forEach(each -> names.add(name(each)));
    names.remove("");
    return names;
  }
}

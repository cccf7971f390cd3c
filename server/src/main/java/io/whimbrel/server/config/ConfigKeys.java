package io.whimbrel.server.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every key of the configuration with its default and its documentation: the one place where they
 * stand. Parsing, error messages, {@code --print-config} and {@code docs/configuration.md} all come
 * from these tables, so they cannot disagree. The order of the declarations is the order
 * everywhere, section by section.
 */
final class ConfigKeys {
  private static final List<ConfigKey<?>> TABLE =
      bySection(
          Stream.of(
                  ListenerKeys.all(),
                  AuthKeys.all(),
                  HttpAuthKeys.all(),
                  OauthKeys.all(),
                  LimitKeys.all(),
                  RateKeys.all(),
                  SnKeys.all(),
                  ServiceKeys.all())
              .flatMap(List::stream));

  private static final List<NamedKeys> NAMED = List.of(SnLinkKeys.LINKS, IssuerKeys.ISSUERS);

  private ConfigKeys() {}

  /** The keys of a section stand together, where its first one does. */
  private static List<ConfigKey<?>> bySection(Stream<ConfigKey<?>> keys) {
    Map<String, List<ConfigKey<?>>> sections = new LinkedHashMap<>();
    keys.forEach(key -> sections.computeIfAbsent(key.section(), s -> new ArrayList<>()).add(key));
    return sections.values().stream().<ConfigKey<?>>flatMap(List::stream).toList();
  }

  /** The sections that people give names to, in the order in which they are shown. */
  static List<NamedKeys> named() {
    return NAMED;
  }

  /** All keys but those of sections that have names; in the order of their declarations. */
  static List<ConfigKey<?>> all() {
    return TABLE;
  }

  static Optional<ConfigKey<?>> find(String path) {
    for (ConfigKey<?> key : TABLE) {
      if (key.path().equals(path)) {
        return Optional.of(key);
      }
    }
    return NAMED.stream().map(named -> named.find(path)).flatMap(Optional::stream).findFirst();
  }

  /** Whether keys stand below it. */
  static boolean isSection(String path) {
    return sections().contains(path) || NAMED.stream().anyMatch(named -> named.isSection(path));
  }

  /** The sections, in the order of their first keys. */
  static List<String> sections() {
    return TABLE.stream().map(ConfigKey::section).filter(s -> !s.isEmpty()).distinct().toList();
  }

  /** All that may stand before a colon in a file: keys and sections. */
  static List<String> names() {
    Stream<String> sections =
        Stream.concat(sections().stream(), NAMED.stream().map(NamedKeys::section));
    return Stream.concat(TABLE.stream().map(ConfigKey::path), sections).toList();
  }
}

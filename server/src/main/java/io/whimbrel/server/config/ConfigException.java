package io.whimbrel.server.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration nobody can run: all of its mistakes at once, one line each. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<ConfigMistake> mistakes;

  ConfigException(List<ConfigMistake> mistakes) {
    super(mistakes.stream().map(ConfigMistake::line).collect(Collectors.joining("\n")));
    this.mistakes = List.copyOf(mistakes);
  }

  /** At least one, in the order of the sources and of the lines in them. */
  public List<ConfigMistake> mistakes() {
    return mistakes;
  }
}

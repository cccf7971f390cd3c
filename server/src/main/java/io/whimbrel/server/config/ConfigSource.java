package io.whimbrel.server.config;

import java.nio.file.Path;
import java.util.List;

/** Where the configuration of a running broker comes from. Used by one thread at a time. */
public interface ConfigSource {
  /** Reads it again, from all that it came from at the start, in the same order. */
  EffectiveConfig read() throws ConfigException;

  /** The files in it that are to be looked at for changes. */
  default List<Path> files() {
    return List.of();
  }

  /** What is logged is another from now on. */
  default void log(ServerConfig.Log log) {}

  /** One that never changes. */
  static ConfigSource of(EffectiveConfig config) {
    return () -> config;
  }
}

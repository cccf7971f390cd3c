package io.whimbrel.server;

import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.files.Readied;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A part of a running broker that can be made anew from the configuration and from files.
 *
 * @param what it is, as people call it
 * @param files that it is read from, and that are looked at for changes; may be none
 * @param reading reads and checks what it needs, and changes nothing yet
 */
record Part(String what, Function<ServerConfig, List<Path>> files, Reading reading) {
  /** Reads a part; the message of what it throws says which file is wrong, and how. */
  @FunctionalInterface
  interface Reading {
    Readied ready(ServerConfig config) throws Exception;
  }

  /** One that is made from the configuration alone, and cannot be wrong. */
  static Part of(String what, Consumer<ServerConfig> apply) {
    return new Part(what, config -> List.of(), config -> () -> apply.accept(config));
  }
}

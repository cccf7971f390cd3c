package io.whimbrel.cli;

import io.whimbrel.server.config.ConfigException;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.control.Answer;
import io.whimbrel.server.control.ControlCall;
import io.whimbrel.server.control.ControlException;
import io.whimbrel.server.control.Request;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Where a running broker is asked, found as it finds the place itself; and how asking ends. */
final class BrokerPlace {
  /** More than a broker takes that is there. */
  private static final long WAIT_MILLIS = 40_000;

  private final Map<String, String> environment;
  private final Path directory;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "The broker's data directory; else the one that a broker would use.")
  private @Nullable String dataDirectory;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file; else ./" + BrokerFlags.CONFIG_FILE + " if there is one.")
  private @Nullable String file;

  @Option(
      names = "--socket",
      paramLabel = "FILE",
      description = "The broker's control socket; else the one of the configuration.")
  private @Nullable Path socket;

  BrokerPlace(Map<String, String> environment, Path directory) {
    this.environment = environment;
    this.directory = directory;
  }

  /**
   * Asks; what goes wrong is told in a line.
   *
   * @param onAnswer gives the exit code of an answer that is no error
   */
  int ask(CommandSpec spec, Request request, ToIntFunction<Answer> onAnswer) {
    PrintWriter err = spec.commandLine().getErr();
    try {
      Optional<Path> place = place();
      if (place.isEmpty()) {
        err.println("whimbrel: control.socket is none: a broker with this configuration has none");
        return ExitCode.SOFTWARE;
      }
      Answer answer = ControlCall.ask(place.get(), request, WAIT_MILLIS);
      if (answer.error().isEmpty()) {
        return onAnswer.applyAsInt(answer);
      }
      err.println("whimbrel: the broker refused: " + Printable.text(answer.error().get()));
    } catch (ConfigException refused) {
      refused.mistakes().forEach(mistake -> err.println(mistake.line()));
      return ExitCode.USAGE;
    } catch (ControlException nobody) {
      err.println("whimbrel: " + Printable.text(String.valueOf(nobody.getMessage())));
    }
    return ExitCode.SOFTWARE;
  }

  private Optional<Path> place() throws ConfigException {
    if (socket != null) {
      return Optional.of(socket);
    }
    BrokerFlags flags = new BrokerFlags();
    if (file != null) {
      flags.add(BrokerFlag.CONFIG, file);
    }
    if (dataDirectory != null) {
      flags.add(BrokerFlag.DATA_DIR, dataDirectory);
    }
    ServerConfig config = flags.read(environment, directory).config();
    return config.control().socket();
  }
}

package io.whimbrel.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.whimbrel.server.config.ConfigException;
import io.whimbrel.server.config.ConfigReader;
import io.whimbrel.store.StoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The data directory of a tool, found as the broker finds its own; and how a tool ends. */
final class StorePlace {
  private final Map<String, String> environment;
  private final Path directory;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "The data directory; else the one that the broker would use.")
  private @Nullable String dataDirectory;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file; else ./" + BrokerFlags.CONFIG_FILE + " if there is one.")
  private @Nullable Path file;

  StorePlace(Map<String, String> environment, Path directory) {
    this.environment = environment;
    this.directory = directory;
  }

  /** What a tool does. */
  interface Work {
    /** Gives the exit code. */
    int run(Path dataDirectory, ToolProgress progress) throws StoreException, IOException;
  }

  /** Does it; what goes wrong is told in a line. */
  int run(CommandSpec spec, Work work) {
    PrintWriter err = spec.commandLine().getErr();
    Path place;
    try {
      place = read();
    } catch (ConfigException refused) {
      refused.mistakes().forEach(mistake -> err.println(mistake.line()));
      return ExitCode.USAGE;
    }
    beQuiet();
    ToolProgress progress = new ToolProgress(err);
    try {
      return work.run(place, progress);
    } catch (StoreException refused) {
      progress.clear();
      err.println("whimbrel: " + refused.getMessage());
    } catch (FileSystemException refused) {
      progress.clear();
      String reason = refused.getReason();
      String why = reason == null ? refused.getClass().getSimpleName() : reason;
      err.println("whimbrel: " + refused.getFile() + ": " + why);
    } catch (IOException refused) {
      progress.clear();
      err.println("whimbrel: " + refused.getMessage());
    } finally {
      progress.clear();
    }
    return ExitCode.SOFTWARE;
  }

  private Path read() throws ConfigException {
    ConfigReader reader = new ConfigReader();
    Path usual = directory.resolve(BrokerFlags.CONFIG_FILE);
    if (file != null) {
      reader.file(file);
    } else if (Files.exists(usual)) {
      reader.file(usual);
    }
    reader.environment(environment);
    if (dataDirectory != null) {
      reader.flag("--data-dir", "data-dir", dataDirectory);
    }
    return reader.finish().config().storage().directory();
  }

  /** The log goes where an export goes: a tool says itself what there is to say. */
  private static void beQuiet() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
    context.getLogger("io.whimbrel").setLevel(Level.OFF);
  }
}

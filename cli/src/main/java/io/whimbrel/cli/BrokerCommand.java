package io.whimbrel.cli;

import io.whimbrel.server.Listening;
import io.whimbrel.server.StartException;
import io.whimbrel.server.config.ConfigException;
import io.whimbrel.server.config.ConfigMistake;
import io.whimbrel.server.config.ConfigReader;
import io.whimbrel.server.config.EffectiveConfig;
import io.whimbrel.server.config.ServerConfig;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code whimbrel broker}: reads the configuration, then runs a broker until it is told to stop.
 */
@Command(
    name = "broker",
    description = {
      "Runs a broker until Ctrl-C or SIGTERM.",
      "",
      "Flags beat environment variables (WHIMBREL_LISTENERS_TCP_PORT=1884), which beat the"
          + " configuration file, which beats the defaults. All keys: --print-config.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:stopped in good order, or nothing wrong with the configuration",
      "1:failed while running, a port in use for example",
      "2:a mistake on the command line or in the configuration"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  whimbrel broker --port 1884 --ws-port 0",
      "  whimbrel broker --limit queue-messages-max=1000 --limit packet-size-max=1MiB",
      "  whimbrel broker --durability memory",
      "  whimbrel broker --print-config > broker.yaml"
    })
final class BrokerCommand implements Callable<Integer> {
  static final String CONFIG_FILE = "whimbrel.yaml";

  private final Map<String, String> environment;
  private final Path directory;

  @Spec private CommandSpec spec;

  @Option(names = "--bind", paramLabel = "ADDRESS", description = "Address to listen on.")
  private @Nullable String bind;

  @Option(names = "--port", paramLabel = "N", description = "Port of MQTT over TCP, 0: off.")
  private @Nullable String port;

  @Option(names = "--ws-port", paramLabel = "N", description = "Port of WebSocket, 0: off.")
  private @Nullable String websocketPort;

  @Option(
      names = "--http-port",
      paramLabel = "N",
      description = "Port of health and metrics, 0: off.")
  private @Nullable String httpPort;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Directory of all that outlives a restart.")
  private @Nullable String dataDirectory;

  @Option(
      names = "--durability",
      paramLabel = "LEVEL",
      description =
          "What acknowledgements wait for on every listener: disk (the default), os or memory.")
  private @Nullable String durability;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file; else ./" + CONFIG_FILE + " if there is one.")
  private @Nullable Path file;

  @Option(
      names = "--limit",
      paramLabel = "KEY=VALUE",
      description = "Sets a key of the section limits; may be repeated.")
  private List<String> limits = List.of();

  @Option(names = "--check-config", description = "Checks the configuration and exits.")
  private boolean checkOnly;

  @Option(
      names = "--print-config",
      description = "Prints every key, its value and where that came from, and exits.")
  private boolean printOnly;

  BrokerCommand(Map<String, String> environment, Path directory) {
    this.environment = environment;
    this.directory = directory;
    this.spec = CommandSpec.create(); // Until picocli sets the real one.
  }

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    EffectiveConfig effective;
    try {
      effective = read();
    } catch (ConfigException refused) {
      refused.mistakes().forEach(mistake -> err.println(mistake.line()));
      return ExitCode.USAGE;
    }
    PrintWriter out = spec.commandLine().getOut();
    if (printOnly) {
      out.print(effective.settings().toYaml());
      out.flush();
      return ExitCode.OK;
    }
    if (checkOnly) {
      out.println("The configuration is in order.");
      return ExitCode.OK;
    }
    try {
      return run(effective.config(), out);
    } catch (StartException refused) {
      err.println("whimbrel: " + refused.getMessage());
      return ExitCode.SOFTWARE;
    }
  }

  private EffectiveConfig read() throws ConfigException {
    ConfigReader reader = new ConfigReader();
    Path usual = directory.resolve(CONFIG_FILE);
    if (file != null) {
      reader.file(file);
    } else if (Files.exists(usual)) {
      reader.file(usual);
    }
    reader.environment(environment);
    flag(reader, "--bind", "listeners.bind", bind);
    flag(reader, "--port", "listeners.tcp-port", port);
    flag(reader, "--ws-port", "listeners.websocket-port", websocketPort);
    flag(reader, "--http-port", "http.port", httpPort);
    flag(reader, "--data-dir", "data-dir", dataDirectory);
    if (durability != null) {
      reader.flag("--durability", ConfigReader.DURABILITIES, durability);
    }
    for (String limit : limits) {
      int equals = limit.indexOf('=');
      if (equals < 1) {
        String problem = "found '" + limit + "', allowed: KEY=VALUE, as in slice-max=1000";
        reader.mistake(new ConfigMistake("flag --limit", "", problem));
      } else {
        reader.flag("--limit", "limits." + limit.substring(0, equals), limit.substring(equals + 1));
      }
    }
    return reader.finish();
  }

  private static void flag(ConfigReader reader, String flag, String key, @Nullable String text) {
    if (text != null) {
      reader.flag(flag, key, text);
    }
  }

  /** Runs until the JVM is told to end, or this thread is interrupted. */
  private static int run(ServerConfig config, PrintWriter out) throws StartException {
    Logging.start(config.log());
    RunningBroker broker = new RunningBroker();
    Runtime.getRuntime().addShutdownHook(new Thread(broker::stopAndHalt, "shutdown"));
    List<Listening> listening = broker.start(config);
    out.print(StartMessage.of(config, listening));
    out.flush();
    try {
      String why = broker.awaitFailure();
      broker.stop();
      throw new StartException(
          "stopped, because the store in "
              + config.storage().directory()
              + " failed: "
              + why
              + "; what was acknowledged is there when it is started again");
    } catch (InterruptedException told) {
      broker.stop();
    }
    return ExitCode.OK;
  }
}

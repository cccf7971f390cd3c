package io.whimbrel.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/**
 * {@code whimbrel broker}: reads the configuration, then runs a broker until it is told to stop.
 */
@Command(
    name = BrokerCommand.NAME,
    description = {
      "Runs a broker until Ctrl-C or SIGTERM.",
      "",
      "Flags beat environment variables (WHIMBREL_LISTENERS_TCP_PORT=1884), which beat the"
          + " configuration file, which beats the defaults. All keys: --print-config.",
      ""
    },
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
  static final String NAME = "broker";

  private static final String CHECK = "--check-config";
  private static final String PRINT = "--print-config";

  private final Map<String, String> environment;
  private final Path directory;

  @Spec private CommandSpec spec;

  private BrokerCommand(Map<String, String> environment, Path directory) {
    this.environment = environment;
    this.directory = directory;
    this.spec = CommandSpec.create(); // Until picocli sets the real one.
  }

  /** The command with all its flags. */
  static CommandLine commandLine(Map<String, String> environment, Path directory) {
    CommandLine line = new CommandLine(new BrokerCommand(environment, directory));
    CommandSpec spec = line.getCommandSpec();
    for (BrokerFlag flag : BrokerFlag.values()) {
      if (flag.isSwitch()) {
        spec.addOption(alone(flag.word(), flag.description()));
        continue;
      }
      OptionSpec.Builder option =
          OptionSpec.builder(flag.word())
              .paramLabel(flag.label())
              .description(flag.description())
              .type(flag.mayBeRepeated() ? List.class : String.class)
              .auxiliaryTypes(String.class);
      spec.addOption(option.build());
    }
    spec.addOption(alone(CHECK, "Checks the configuration and exits."));
    spec.addOption(
        alone(PRINT, "Prints every key, its value and where that came from, and exits."));
    spec.mixinStandardHelpOptions(true); // last in the help
    return line;
  }

  private static OptionSpec alone(String word, String description) {
    return OptionSpec.builder(word).type(boolean.class).description(description).build();
  }

  @Override
  public Integer call() {
    BrokerFlags flags = new BrokerFlags();
    for (BrokerFlag flag : BrokerFlag.values()) {
      OptionSpec option = spec.findOption(flag.word());
      if (!flag.isSwitch()) {
        option.originalStringValues().forEach(value -> flags.add(flag, value));
      } else if (isSet(option)) {
        flags.add(flag, BrokerFlags.SET);
      }
    }
    BrokerRun.Aim aim =
        isSet(spec.findOption(PRINT))
            ? BrokerRun.Aim.PRINT
            : isSet(spec.findOption(CHECK)) ? BrokerRun.Aim.CHECK : BrokerRun.Aim.RUN;
    CommandLine line = spec.commandLine();
    return new BrokerRun(environment, directory, Ahead.nothing(), line.getOut(), line.getErr())
        .run(flags, aim);
  }

  private static boolean isSet(OptionSpec option) {
    return Boolean.TRUE.equals(option.getValue());
  }
}

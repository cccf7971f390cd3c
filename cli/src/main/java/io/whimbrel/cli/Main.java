package io.whimbrel.cli;

import io.whimbrel.server.config.Closest;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code whimbrel}; alone it says what it can do. */
@Command(
    name = "whimbrel",
    description = "An MQTT broker whose acknowledgements mean something.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class,
    subcommands = CommandLine.HelpCommand.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done, or stopped in good order",
      "1:failed while running, a port in use for example",
      "2:a mistake on the command line or in the configuration"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  whimbrel broker                            for programs on this machine",
      "  whimbrel broker --port 1884 --ws-port 0",
      "  whimbrel broker --config broker.yaml --check-config",
      "  whimbrel store check                       while no broker runs",
      "  whimbrel help broker                       everything about a command"
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  private Main() {
    spec = CommandSpec.create(); // Until picocli sets the real one.
  }

  /** Runs the command line and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(run(commandLine(System.getenv(), Path.of("")), args));
  }

  /**
   * Gives the exit code, also where the JVM itself could not go on: other threads may still run.
   */
  static int run(CommandLine command, String... args) {
    try {
      return command.execute(args);
    } catch (OutOfMemoryError e) {
      String why = "not enough memory: " + e.getMessage();
      command.getErr().println("whimbrel: " + why + "; WHIMBREL_JAVA_OPTS=-Xmx4g gives it 4 GiB");
    } catch (LinkageError e) {
      command.getErr().println("whimbrel: this installation is not complete: " + e);
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  /**
   * The command line in its surroundings.
   *
   * @param environment variables by name
   * @param directory where {@code whimbrel.yaml} is looked for
   */
  static CommandLine commandLine(Map<String, String> environment, Path directory) {
    return new CommandLine(new Main())
        .addSubcommand(new BrokerCommand(environment, directory))
        .addSubcommand(StoreCommand.commandLine(environment, directory))
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(Main::onUsageMistake)
        .setExecutionExceptionHandler(Main::onFailure);
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Says what is wrong in a line and where to read on, instead of a page of help. */
  private static int onUsageMistake(ParameterException mistake, String[] args) {
    CommandLine command = mistake.getCommandLine();
    String problem = String.valueOf(mistake.getMessage());
    if (mistake instanceof UnmatchedArgumentException unmatched) {
      problem = unknown(unmatched.getUnmatched().get(0), command);
    }
    command.getErr().println("whimbrel: " + problem.replaceAll("\\s+", " "));
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println("Try '" + name + " --help'.");
    return CommandLine.ExitCode.USAGE;
  }

  private static String unknown(String argument, CommandLine command) {
    Set<String> known = new HashSet<>(command.getCommandSpec().optionsMap().keySet());
    known.addAll(command.getSubcommands().keySet());
    known.removeIf(name -> !name.startsWith("--") && name.startsWith("-")); // Near every other.
    String guess = Closest.to(argument, known).map(n -> ", did you mean " + n + "?").orElse("");
    if (!argument.startsWith("-") && command.getSubcommands().isEmpty()) {
      return "unexpected argument: '" + argument + "'";
    }
    String what = argument.startsWith("-") ? "option" : "command";
    return "no such " + what + ": '" + argument + "'" + guess;
  }

  /** A failure nobody foresaw is ours: the log has all of it, the terminal one line. */
  private static int onFailure(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    LoggerFactory.getLogger(Main.class).error("Unforeseen failure", failure);
    command.getErr().println("whimbrel: failed unexpectedly, which is a mistake of Whimbrel");
    return CommandLine.ExitCode.SOFTWARE;
  }
}

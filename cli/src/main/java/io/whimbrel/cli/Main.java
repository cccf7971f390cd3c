package io.whimbrel.cli;

import io.whimbrel.cli.mqtt.Tool;
import io.whimbrel.cli.mqtt.Tools;
import io.whimbrel.server.config.Closest;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
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
      "  whimbrel sub -t 'home/#' -v                as mosquitto_sub; pub and request likewise",
      "  whimbrel sn sub -t 'home/#' -v             the same by MQTT-SN, as devices speak it",
      "  whimbrel doctor -h broker.example          what is wrong with a connection",
      "  whimbrel tls self-signed                   certificates for a first try",
      "  whimbrel user add alice                    then broker --password-file passwords",
      "  whimbrel store check                       while no broker runs",
      "  whimbrel disconnect --user alice           sends clients of a running broker away",
      "  whimbrel help broker                       everything about a command"
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  private Main() {
    spec = CommandSpec.create(); // Until picocli sets the real one.
  }

  /** Runs the command line and ends the JVM with its exit code. */
  public static void main(String[] args) {
    Map<String, String> environment = System.getenv();
    Path directory = Path.of("");
    Tool tool = Tool.of(List.of(args));
    if (tool != null) {
      PrintWriter err = writer(System.err, "stderr.encoding");
      ToolRun run = new ToolRun(tool, args, environment, err);
      System.exit(guarded(run::run, err, Ahead.nothing()));
    }
    boolean broker = args.length > 0 && args[0].equals(BrokerCommand.NAME);
    BrokerFlags plain = broker ? BrokerFlags.plain(args, 1) : null;
    if (plain == null) {
      System.exit(run(commandLine(environment, directory), args));
    } else {
      Ahead ahead = Ahead.begin();
      PrintWriter err = writer(System.err, "stderr.encoding");
      PrintWriter out = writer(System.out, "stdout.encoding");
      BrokerRun run = new BrokerRun(environment, directory, ahead, out, err);
      System.exit(guarded(() -> run.run(plain, BrokerRun.Aim.RUN), err, ahead));
    }
  }

  private static PrintWriter writer(PrintStream to, String property) {
    String usual = System.getProperty("native.encoding", "UTF-8");
    String name = System.getProperty(property, usual);
    Charset charset = Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
    return new PrintWriter(to, true, charset);
  }

  /** Gives the exit code. */
  static int run(CommandLine command, String... args) {
    return guarded(() -> command.execute(args), command.getErr(), Ahead.nothing());
  }

  /** The same, also where the JVM itself could not go on: other threads may still run. */
  private static int guarded(IntSupplier action, PrintWriter err, Ahead ahead) {
    try {
      return action.getAsInt();
    } catch (OutOfMemoryError e) {
      String why = "not enough memory: " + e.getMessage();
      err.println("whimbrel: " + why + "; WHIMBREL_JAVA_OPTS=-Xmx4g gives it 4 GiB");
    } catch (LinkageError e) {
      err.println("whimbrel: this installation is not complete: " + e);
    } catch (RuntimeException e) {
      ahead.awaitLog();
      unforeseen(e, err);
    }
    return ExitCode.SOFTWARE;
  }

  /**
   * The command line in its surroundings.
   *
   * @param environment variables by name
   * @param directory where {@code whimbrel.yaml} is looked for
   */
  static CommandLine commandLine(Map<String, String> environment, Path directory) {
    CommandLine line =
        new CommandLine(new Main())
            .addSubcommand(BrokerCommand.commandLine(environment, directory));
    CommandLine devices = SnCommand.commandLine();
    for (Tool tool : Tool.values()) {
      (tool.isOfDevices() ? devices : line)
          .addSubcommand(Tools.commandLine(tool, new VersionLine()));
    }
    return line.addSubcommand(devices)
        .addSubcommand(StoreCommand.commandLine(environment, directory))
        .addSubcommand(UserCommand.commandLine(System.in))
        .addSubcommand(TlsCommand.commandLine())
        .addSubcommand(new ExplainCommand(environment, directory))
        .addSubcommand(new DisconnectCommand(environment, directory))
        .addSubcommand(new CompletionCommand())
        .addSubcommand(new ManCommand())
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
    return ExitCode.USAGE;
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

  private static int onFailure(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    unforeseen(failure, command.getErr());
    return ExitCode.SOFTWARE;
  }

  /** A failure nobody foresaw is ours: the log has all of it, the terminal one line. */
  private static void unforeseen(Exception failure, PrintWriter err) {
    LoggerFactory.getLogger(Main.class).error("Unforeseen failure", failure);
    err.println("whimbrel: failed unexpectedly, which is a mistake of Whimbrel");
  }
}

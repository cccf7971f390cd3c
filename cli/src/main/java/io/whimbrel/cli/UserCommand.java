package io.whimbrel.cli;

import java.io.InputStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code whimbrel user}: a file of users and their passwords; alone it says what it can do. */
@Command(
    name = "user",
    description = {
      "Adds, removes, lists and checks the users of a password file, as Mosquitto has them too,",
      "or with --scram of a file for SCRAM.",
      "A running broker takes on what has changed by itself.",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  whimbrel user add alice --file passwords",
      "  whimbrel broker --password-file passwords",
      "  whimbrel user add alice --scram --file scram-users",
      "  WHIMBREL_AUTH_SCRAM_FILE=scram-users whimbrel broker"
    })
final class UserCommand implements Runnable {
  @Spec private CommandSpec spec;

  private UserCommand() {
    spec = CommandSpec.create(); // Until picocli sets the real one.
  }

  /**
   * The command with all that belong to it.
   *
   * @param in where a password is read from where the command line says so
   */
  static CommandLine commandLine(InputStream in) {
    return new CommandLine(new UserCommand())
        .addSubcommand(new UserAddCommand(new Passwords(in)))
        .addSubcommand(new UserRemoveCommand())
        .addSubcommand(new UserListCommand())
        .addSubcommand(new UserCheckCommand(new Passwords(in)));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}

package io.whimbrel.cli;

import io.whimbrel.server.auth.AuthFileException;
import io.whimbrel.server.auth.PasswordFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code whimbrel user check}: whether a password is a user's. */
@Command(
    name = "check",
    description = "Says whether a password is the user's; exit code 0 if it is, 1 if it is not.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class)
final class UserCheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create(); // Until picocli sets the real one.
  @Mixin private Passwords passwords;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "The password file (${DEFAULT-VALUE}).")
  private Path file = Path.of("passwords");

  @Parameters(paramLabel = "USER", description = "The user's name.")
  private String user = "";

  UserCheckCommand(Passwords passwords) {
    this.passwords = passwords;
  }

  @Override
  public Integer call() {
    try {
      boolean right = PasswordFile.read(file).isRight(user, passwords.read(spec, false));
      String verdict =
          right ? " has this password" : " does not have this password, or is not there";
      spec.commandLine().getOut().println(Printable.text(user) + verdict + ": " + file);
      return right ? ExitCode.OK : ExitCode.SOFTWARE;
    } catch (AuthFileException refused) {
      spec.commandLine().getErr().println("whimbrel: " + refused.getMessage());
      return ExitCode.SOFTWARE;
    }
  }
}

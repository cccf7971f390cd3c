package io.whimbrel.cli;

import io.whimbrel.server.files.AuthFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

  @Mixin private final UserFile userFile = new UserFile();

  @Parameters(paramLabel = "USER", description = "The user's name.")
  private String user = "";

  UserCheckCommand(Passwords passwords) {
    this.passwords = passwords;
  }

  @Override
  public Integer call() {
    return userFile.use(spec, this::on);
  }

  private int on(Path file) throws AuthFileException {
    boolean right = userFile.isRight(user, passwords.read(spec, false));
    String verdict = right ? " has this password" : " does not have this password, or is not there";
    spec.commandLine().getOut().println(Printable.text(user) + verdict + ": " + file);
    return right ? ExitCode.OK : ExitCode.SOFTWARE;
  }
}

package io.whimbrel.cli;

import io.whimbrel.server.auth.AuthFileException;
import io.whimbrel.server.auth.PasswordFileEditor;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code whimbrel user list}: who is in a file. */
@Command(
    name = "list",
    description = "Lists the users of a file, a line each.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class)
final class UserListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create(); // Until picocli sets the real one.

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "The password file (${DEFAULT-VALUE}).")
  private Path file = Path.of("passwords");

  @Override
  public Integer call() {
    try {
      for (String user : PasswordFileEditor.open(file).users()) {
        spec.commandLine().getOut().println(Printable.text(user));
      }
      return ExitCode.OK;
    } catch (AuthFileException refused) {
      spec.commandLine().getErr().println("whimbrel: " + refused.getMessage());
      return ExitCode.SOFTWARE;
    }
  }
}

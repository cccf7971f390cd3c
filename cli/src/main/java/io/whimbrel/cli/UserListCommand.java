package io.whimbrel.cli;

import io.whimbrel.server.files.AuthFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code whimbrel user list}: who is in a file. */
@Command(
    name = "list",
    description = "Lists the users of a file, a line each.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class)
final class UserListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create(); // Until picocli sets the real one.

  @Mixin private final UserFile userFile = new UserFile();

  @Override
  public Integer call() {
    return userFile.use(spec, this::on);
  }

  private int on(Path file) throws AuthFileException {
    for (String user : userFile.open().users()) {
      spec.commandLine().getOut().println(Printable.text(user));
    }
    return ExitCode.OK;
  }
}

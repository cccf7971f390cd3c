package io.whimbrel.cli;

import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.files.UserEditor;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code whimbrel user remove}: takes a user out of a file. */
@Command(
    name = "remove",
    description = {
      "Removes a user. Who is connected stays connected, and cannot come again.",
      "",
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class)
final class UserRemoveCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create(); // Until picocli sets the real one.

  @Mixin private final UserFile userFile = new UserFile();

  @Parameters(paramLabel = "USER", description = "The user's name.")
  private String user = "";

  @Override
  public Integer call() {
    return userFile.use(spec, this::on);
  }

  private int on(Path file) throws AuthFileException {
    UserEditor editor = userFile.open();
    if (!editor.remove(user)) {
      spec.commandLine()
          .getErr()
          .println("whimbrel: " + file + ": there is no user " + Printable.text(user));
      return ExitCode.SOFTWARE;
    }
    editor.save();
    spec.commandLine().getOut().println(Printable.text(user) + " was removed: " + file);
    return ExitCode.OK;
  }
}

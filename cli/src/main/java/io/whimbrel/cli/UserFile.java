package io.whimbrel.cli;

import io.whimbrel.server.files.AuthFileException;
import java.nio.file.Path;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Which password file a command is about, and what it says where that cannot be used. */
final class UserFile {
  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "The password file (${DEFAULT-VALUE}).")
  private Path file = Path.of("passwords");

  /** Something done with the file. */
  interface Use {
    /** Gives the exit code. */
    int with(Path file) throws AuthFileException;
  }

  int use(CommandSpec spec, Use use) {
    try {
      return use.with(file);
    } catch (AuthFileException refused) {
      spec.commandLine().getErr().println("whimbrel: " + refused.getMessage());
      return ExitCode.SOFTWARE;
    }
  }
}

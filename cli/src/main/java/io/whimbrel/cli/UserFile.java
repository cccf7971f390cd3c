package io.whimbrel.cli;

import io.whimbrel.server.auth.PasswordFile;
import io.whimbrel.server.auth.PasswordFileEditor;
import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.files.UserEditor;
import io.whimbrel.server.scram.ScramFile;
import io.whimbrel.server.scram.ScramFileEditor;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Which file of users a command is about, and what it says where that cannot be used. */
final class UserFile {
  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "The file of users (passwords; with --scram: scram-users).")
  private @Nullable Path file;

  @Option(names = "--scram", description = "The file is one of users for SCRAM (auth.scram-file).")
  private boolean scram;

  /** Something done with the file. */
  interface Use {
    /** Gives the exit code. */
    int with(Path file) throws AuthFileException;
  }

  int use(CommandSpec spec, Use use) {
    try {
      return use.with(file());
    } catch (AuthFileException refused) {
      spec.commandLine().getErr().println("whimbrel: " + refused.getMessage());
      return ExitCode.SOFTWARE;
    }
  }

  private Path file() {
    Path said = file;
    return said != null ? said : Path.of(scram ? "scram-users" : "passwords");
  }

  boolean isScram() {
    return scram;
  }

  /** The file, which is there and right. */
  UserEditor open() throws AuthFileException {
    return scram ? ScramFileEditor.open(file()) : PasswordFileEditor.open(file());
  }

  /**
   * The file, which may be new.
   *
   * @param iterations of SCRAM
   */
  UserEditor openOrMake(int iterations) throws AuthFileException {
    return scram
        ? ScramFileEditor.openOrMake(file(), iterations)
        : PasswordFileEditor.openOrMake(file());
  }

  /** Whether this is the user's password. */
  boolean isRight(String user, byte[] password) throws AuthFileException {
    return scram
        ? ScramFile.read(file()).isRight(user, password)
        : PasswordFile.read(file()).isRight(user, password);
  }
}

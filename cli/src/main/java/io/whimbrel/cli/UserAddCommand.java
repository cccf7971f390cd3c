package io.whimbrel.cli;

import io.whimbrel.server.auth.PasswordFileEditor;
import io.whimbrel.server.files.AuthFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code whimbrel user add}: gives a user a password. */
@Command(
    name = "add",
    description = "Adds a user, or gives one that is there another password.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  whimbrel user add alice",
      "  pass show mqtt/alice | whimbrel user add alice --password-stdin --file /etc/whimbrel/users"
    })
final class UserAddCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create(); // Until picocli sets the real one.
  @Mixin private Passwords passwords;

  @Mixin private final UserFile passwordFile = new UserFile();

  @Parameters(paramLabel = "USER", description = "The user's name.")
  private String user = "";

  UserAddCommand(Passwords passwords) {
    this.passwords = passwords;
  }

  @Override
  public Integer call() {
    return passwordFile.use(spec, this::on);
  }

  private int on(Path file) throws AuthFileException {
    try {
      PasswordFileEditor editor = PasswordFileEditor.openOrMake(file);
      boolean isNew = editor.put(user, passwords.read(spec, true));
      editor.save();
      String what = isNew ? "is a user now" : "has another password now";
      spec.commandLine().getOut().println(Printable.text(user) + " " + what + ": " + file);
      return ExitCode.OK;
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()), wrong);
    }
  }
}

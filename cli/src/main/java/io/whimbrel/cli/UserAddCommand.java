package io.whimbrel.cli;

import io.whimbrel.codec.scram.ScramHash;
import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.files.UserEditor;
import io.whimbrel.server.scram.ScramFileEditor;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
      "  pass show mqtt/alice | whimbrel user add alice --password-stdin --file /etc/whimbrel/pw",
      "  whimbrel user add alice --scram --iterations 100000"
    })
final class UserAddCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create(); // Until picocli sets the real one.
  @Mixin private Passwords passwords;

  @Mixin private final UserFile userFile = new UserFile();

  @Option(
      names = "--iterations",
      paramLabel = "COUNT",
      description =
          "How much work a guess is, and each connection of the user's client, with --scram; "
              + ScramHash.ITERATIONS_MIN
              + " to "
              + ScramHash.ITERATIONS_MAX
              + " ("
              + ScramFileEditor.ITERATIONS
              + ").")
  private @Nullable Integer iterations;

  @Parameters(paramLabel = "USER", description = "The user's name.")
  private String user = "";

  UserAddCommand(Passwords passwords) {
    this.passwords = passwords;
  }

  @Override
  public Integer call() {
    return userFile.use(spec, this::on);
  }

  private int on(Path file) throws AuthFileException {
    try {
      UserEditor editor = userFile.openOrMake(iterations());
      boolean isNew = editor.put(user, passwords.read(spec, true));
      editor.save();
      String what = isNew ? "is a user now" : "has another password now";
      spec.commandLine().getOut().println(Printable.text(user) + " " + what + ": " + file);
      return ExitCode.OK;
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()), wrong);
    }
  }

  private int iterations() {
    Integer said = iterations;
    if (said == null) {
      return ScramFileEditor.ITERATIONS;
    }
    if (!userFile.isScram()) {
      throw new ParameterException(spec.commandLine(), "--iterations goes with --scram");
    }
    if (said < ScramHash.ITERATIONS_MIN || said > ScramHash.ITERATIONS_MAX) {
      throw new ParameterException(
          spec.commandLine(),
          "--iterations: found "
              + said
              + ", allowed: "
              + ScramHash.ITERATIONS_MIN
              + " to "
              + ScramHash.ITERATIONS_MAX);
    }
    return said;
  }
}

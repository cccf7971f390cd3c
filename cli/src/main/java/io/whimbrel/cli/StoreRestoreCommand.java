package io.whimbrel.cli;

import io.whimbrel.store.StoreBackup;
import io.whimbrel.store.StoreException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code whimbrel store restore}: a backup in a data directory again. */
@Command(
    name = "restore",
    description = {
      "Puts a copy of a backup in a data directory, whole or not at all.",
      "The directory is absent or empty, and no broker uses it.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed, or the backup is damaged",
      "2:a mistake on the command line or in the configuration"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  whimbrel store restore /backup/monday --data-dir /srv/whimbrel",
      "  whimbrel store restore /backup/monday --force"
    })
final class StoreRestoreCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StorePlace place;

  @Parameters(paramLabel = "FROM", description = "The backup; it stays as it is.")
  private Path from = Path.of("");

  @Option(
      names = "--force",
      description = "Moves the store that is there to the directory salvage first.")
  private boolean force;

  StoreRestoreCommand(StorePlace place) {
    this.place = place;
    this.spec = CommandSpec.create(); // Until picocli sets the real one.
  }

  @Override
  public Integer call() {
    return place.run(spec, this::restore);
  }

  private int restore(Path directory, ToolProgress progress) throws StoreException {
    StoreBackup.Present present =
        force ? StoreBackup.Present.PUT_ASIDE : StoreBackup.Present.REFUSE;
    long batch = StoreBackup.restore(from, directory, present, progress);
    progress.clear();
    spec.commandLine()
        .getOut()
        .println(directory + " holds what " + from + " holds, up to batch " + batch + ".");
    return ExitCode.OK;
  }
}

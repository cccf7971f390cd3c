package io.whimbrel.cli;

import io.whimbrel.store.StoreBackup;
import io.whimbrel.store.StoreException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code whimbrel store backup}: a copy of a store, which is a data directory itself. */
@Command(
    name = "backup",
    description = {
      "Copies a store, whole or not at all. The copy is a data directory.",
      "A running broker goes on meanwhile; the copy has all that it acknowledged before.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed, or damage found",
      "2:a mistake on the command line or in the configuration"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  whimbrel store backup /backup/monday",
      "  whimbrel store check --data-dir /backup/monday"
    })
final class StoreBackupCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StorePlace place;

  @Parameters(paramLabel = "TO", description = "A directory that does not exist.")
  private Path to = Path.of("");

  StoreBackupCommand(StorePlace place) {
    this.place = place;
    this.spec = CommandSpec.create(); // Until picocli sets the real one.
  }

  @Override
  public Integer call() {
    return place.run(spec, this::backup);
  }

  private int backup(Path directory, ToolProgress progress) throws StoreException {
    long batch = StoreBackup.make(directory, to, progress);
    progress.clear();
    spec.commandLine().getOut().println(to + " is a backup up to batch " + batch + ".");
    return ExitCode.OK;
  }
}

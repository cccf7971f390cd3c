package io.whimbrel.cli;

import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code whimbrel store}: tools for a data directory; alone it says which. */
@Command(
    name = "store",
    description = "Looks at, checks, repairs and copies what a broker keeps on disk.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done, or nothing wrong",
      "1:failed, or damage found",
      "2:a mistake on the command line or in the configuration"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  whimbrel store stats                            beside a running broker too",
      "  whimbrel store check --data-dir /srv/whimbrel   while no broker runs",
      "  whimbrel store backup /backup/monday            beside a running broker too",
      "  whimbrel store export | gzip > store.jsonl.gz"
    })
final class StoreCommand implements Runnable {
  @Spec private CommandSpec spec;

  private StoreCommand() {
    spec = CommandSpec.create(); // Until picocli sets the real one.
  }

  /** The command with all that belong to it. */
  static CommandLine commandLine(Map<String, String> environment, Path directory) {
    return new CommandLine(new StoreCommand())
        .addSubcommand(new StoreCheckCommand(new StorePlace(environment, directory)))
        .addSubcommand(new StoreStatsCommand(new StorePlace(environment, directory)))
        .addSubcommand(new StoreBackupCommand(new StorePlace(environment, directory)))
        .addSubcommand(new StoreRestoreCommand(new StorePlace(environment, directory)))
        .addSubcommand(new StoreExportCommand(new StorePlace(environment, directory)))
        .addSubcommand(new StoreImportCommand(new StorePlace(environment, directory)));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}

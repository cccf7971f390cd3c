package io.whimbrel.cli;

import io.whimbrel.store.StoreCheck;
import io.whimbrel.store.StoreException;
import io.whimbrel.store.StoreRepair;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code whimbrel store check}: whether all that was promised is there. */
@Command(
    name = "check",
    description = {
      "Reads all of a store that no broker uses: every checksum, the logs, every row.",
      "It changes nothing, unless it finds damage and was asked to repair it.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all is there, or it was repaired",
      "1:damage was found, or the check failed",
      "2:a mistake on the command line or in the configuration"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  whimbrel store check --data-dir /srv/whimbrel",
      "  whimbrel store check --data-dir /backup/monday    a backup is a data directory",
      "  whimbrel store check --repair"
    })
final class StoreCheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StorePlace place;

  @Option(
      names = "--repair",
      description = {
        "Makes a new database of every row that can be read, where there is damage.",
        "The damaged one is moved to the directory salvage; nothing is deleted."
      })
  private boolean repair;

  StoreCheckCommand(StorePlace place) {
    this.place = place;
    this.spec = CommandSpec.create(); // Until picocli sets the real one.
  }

  @Override
  public Integer call() {
    return place.run(spec, this::check);
  }

  private int check(Path directory, ToolProgress progress) throws StoreException {
    PrintWriter out = spec.commandLine().getOut();
    StoreCheck.Report report = StoreCheck.run(directory, progress);
    progress.clear();
    lines(out, "Found in " + directory + ":", report.found());
    if (report.isSound()) {
      out.println("All that was promised is there.");
      return ExitCode.OK;
    }
    lines(out, "Damaged:", report.damage());
    if (repair) {
      return repair(directory, out, progress);
    }
    out.println("Nothing was changed. To keep what can be read, repeat it with --repair.");
    return ExitCode.SOFTWARE;
  }

  private static int repair(Path directory, PrintWriter out, ToolProgress progress)
      throws StoreException {
    StoreRepair.Report report = StoreRepair.run(directory, progress);
    progress.clear();
    lines(out, "Kept:", report.kept());
    lines(out, "Lost, as far as can be known:", report.lost());
    out.println("The damaged database is in " + directory.resolve("salvage") + ".");
    boolean sound = StoreCheck.run(directory, progress).isSound();
    progress.clear();
    out.println(sound ? "The store is sound now." : "The store is still damaged.");
    return sound ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private static void lines(PrintWriter out, String title, List<String> lines) {
    out.println(title);
    lines.forEach(line -> out.println("  " + Printable.text(line)));
  }
}

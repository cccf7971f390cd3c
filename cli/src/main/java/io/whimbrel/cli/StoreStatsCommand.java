package io.whimbrel.cli;

import io.whimbrel.store.StoreException;
import io.whimbrel.store.StoreStats;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code whimbrel store stats}: what a store holds. */
@Command(
    name = "stats",
    description = {
      "Counts what a store holds, beside a running broker too; writes nothing.",
      "The figures are those of the batch that is named.",
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
    footer = {"  whimbrel store stats", "  whimbrel store stats --data-dir /srv/whimbrel"})
final class StoreStatsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StorePlace place;

  StoreStatsCommand(StorePlace place) {
    this.place = place;
    this.spec = CommandSpec.create(); // Until picocli sets the real one.
  }

  @Override
  public Integer call() {
    return place.run(spec, this::count);
  }

  private int count(Path directory, ToolProgress progress) throws StoreException {
    StoreStats stats = StoreStats.read(directory, progress);
    progress.clear();
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        directory
            + " at batch "
            + stats.batch()
            + ", written "
            + Instant.ofEpochMilli(stats.timeMillis())
            + stats.heldBy().map(who -> "; in use by " + who).orElse("; not in use"));
    line(out, "sessions", stats.sessions(), connected(stats));
    line(out, "subscriptions", stats.subscriptions(), "");
    line(out, "queued messages", stats.messages(), bytes(stats.messageBytes()));
    line(out, "of them in flight", stats.inFlight(), "");
    line(out, "retained messages", stats.retained(), bytes(stats.retainedBytes()));
    line(out, "bytes on disk", stats.diskBytes(), "");
    if (!stats.longest().isEmpty()) {
      out.println("Longest queues:");
    }
    for (StoreStats.Queue queue : stats.longest()) {
      line(out, "  " + Printable.text(queue.clientId()), queue.messages(), bytes(queue.bytes()));
    }
    out.flush();
    return ExitCode.OK;
  }

  private static String connected(StoreStats stats) {
    return String.format(Locale.ROOT, ", %,d connected", stats.connected());
  }

  private static String bytes(long bytes) {
    return String.format(Locale.ROOT, ", %,d bytes", bytes);
  }

  private static void line(PrintWriter out, String what, long count, String more) {
    out.println(String.format(Locale.ROOT, "%-22s %,12d%s", what, count, more));
  }
}

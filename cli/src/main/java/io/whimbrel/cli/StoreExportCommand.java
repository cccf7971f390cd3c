package io.whimbrel.cli;

import io.whimbrel.store.StoreException;
import io.whimbrel.store.StoreReading;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code whimbrel store export}: all that a store holds as JSON Lines. */
@Command(
    name = "export",
    description = {
      "Writes all that a store holds, a record a line, as JSON.",
      "No broker uses the store; make a backup of one that does, and export that.",
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
      "  whimbrel store export store.jsonl",
      "  whimbrel store export | grep '\"kind\":\"retained\"'"
    })
final class StoreExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StorePlace place;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "A file that does not exist; else standard output.")
  private @Nullable Path file;

  StoreExportCommand(StorePlace place) {
    this.place = place;
    this.spec = CommandSpec.create(); // Until picocli sets the real one.
  }

  @Override
  public Integer call() {
    return place.run(spec, this::export);
  }

  private int export(Path directory, ToolProgress progress) throws StoreException, IOException {
    Path to = file;
    if (to == null) {
      PrintWriter out = spec.commandLine().getOut();
      export(directory, out, progress, ExportLines.Letters.ofStandardOutput());
      if (out.checkError()) {
        throw new IOException("standard output was closed before the end");
      }
      return ExitCode.OK;
    }
    if (Files.exists(to)) {
      throw new FileAlreadyExistsException(to.toString(), null, "it exists already");
    }
    Path partial = to.resolveSibling(to.getFileName() + ".partial");
    boolean done = false;
    try {
      try (Writer writer = Files.newBufferedWriter(partial, StandardCharsets.UTF_8)) {
        export(directory, writer, progress, ExportLines.Letters.ALL);
      }
      Files.move(partial, to);
      done = true;
    } finally {
      if (!done) {
        Files.deleteIfExists(partial);
      }
    }
    return ExitCode.OK;
  }

  private static void export(
      Path directory, Writer to, ToolProgress progress, ExportLines.Letters letters)
      throws StoreException, IOException {
    try (StoreReading reading = StoreReading.open(directory);
        ExportLines lines = new ExportLines(to, letters)) {
      lines.store(reading.moment());
      reading.load(lines::record, progress);
      lines.end();
    }
  }
}

package io.whimbrel.cli;

import io.whimbrel.store.StoreException;
import io.whimbrel.store.StoreWriting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code whimbrel store import}: a store of what was exported. */
@Command(
    name = "import",
    description = {
      "Makes a store of the lines that an export wrote, whole or not at all.",
      "The data directory is absent or empty.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed, or a line is wrong",
      "2:a mistake on the command line or in the configuration"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  whimbrel store import store.jsonl --data-dir /srv/whimbrel",
      "  gunzip < store.jsonl.gz | whimbrel store import"
    })
final class StoreImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StorePlace place;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "What an export wrote; else standard input.")
  private @Nullable Path file;

  StoreImportCommand(StorePlace place) {
    this.place = place;
    this.spec = CommandSpec.create(); // Until picocli sets the real one.
  }

  @Override
  public Integer call() {
    return place.run(spec, this::read);
  }

  private int read(Path directory, ToolProgress progress) throws StoreException, IOException {
    Path from = file;
    String name = from == null ? "standard input" : from.toString();
    try (BufferedReader lines = reader(from == null ? System.in : Files.newInputStream(from));
        StoreWriting writing = StoreWriting.into(directory)) {
      ImportLines read = new ImportLines(name, writing);
      for (String line = next(lines, read, name); line != null; line = next(lines, read, name)) {
        read.line(line);
        progress.accept(String.format(Locale.ROOT, "%,d lines", read.count()));
      }
      read.end();
      progress.clear();
      spec.commandLine()
          .getOut()
          .println(
              String.format(Locale.ROOT, "%s holds what %,d lines say.", directory, read.count()));
      return ExitCode.OK;
    }
  }

  private static BufferedReader reader(InputStream from) {
    return new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8.newDecoder()));
  }

  private static @Nullable String next(BufferedReader lines, ImportLines read, String name)
      throws IOException {
    try {
      return lines.readLine();
    } catch (CharacterCodingException e) {
      throw new IOException(name + ", behind line " + read.count() + ": it is not UTF-8", e);
    }
  }
}

package io.whimbrel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code whimbrel man}: the pages for man(1). */
@Command(
    name = "man",
    description = "Prints the manual page of a command, for man.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  whimbrel man sub | man -l -",
      "  whimbrel man --directory ~/.local/share/man/man1     then man whimbrel-sub"
    })
final class ManCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create(); // Until picocli sets the real one.

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Writes the pages of all commands there, as whimbrel-COMMAND.1.")
  private @Nullable Path directory;

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "Whose page is printed: sub, or store check. That of whimbrel if none.")
  private List<String> words = new ArrayList<>();

  @Override
  public Integer call() {
    Path into = directory;
    if (into == null) {
      spec.commandLine().getOut().print(ManPage.of(named()));
      spec.commandLine().getOut().flush();
      return ExitCode.OK;
    }
    if (!words.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "--directory takes all commands");
    }
    try {
      Files.createDirectories(into);
      int pages = write(spec.root(), into);
      spec.commandLine().getOut().println(pages + " pages are in " + into);
      return ExitCode.OK;
    } catch (IOException refused) {
      spec.commandLine().getErr().println("whimbrel: cannot write the pages: " + refused);
      return ExitCode.SOFTWARE;
    }
  }

  private CommandSpec named() {
    CommandSpec found = spec.root();
    for (String word : words) {
      CommandLine next = found.subcommands().get(word);
      if (next == null) {
        throw new ParameterException(
            spec.commandLine(), found.qualifiedName() + " has no command '" + word + "'");
      }
      found = next.getCommandSpec();
    }
    return found;
  }

  private static int write(CommandSpec command, Path into) throws IOException {
    Files.writeString(into.resolve(ManPage.name(command) + ".1"), ManPage.of(command));
    int pages = 1;
    for (CommandLine each : new LinkedHashSet<>(command.subcommands().values())) {
      pages += write(each.getCommandSpec(), into);
    }
    return pages;
  }
}

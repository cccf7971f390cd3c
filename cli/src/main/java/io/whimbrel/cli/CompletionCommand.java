package io.whimbrel.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code whimbrel completion}: the words of the command line, for shells. */
@Command(
    name = "completion",
    description = "Prints what makes bash or zsh complete commands and flags.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(whimbrel completion bash)",
      "  whimbrel completion bash > /etc/bash_completion.d/whimbrel"
    })
final class CompletionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create(); // Until picocli sets the real one.

  /** Who completes. */
  enum Shell {
    bash,
    zsh
  }

  @Parameters(paramLabel = "SHELL", description = "bash or zsh, which take the same.")
  private Shell shell = Shell.bash;

  @Override
  public Integer call() {
    String script = AutoComplete.bash("whimbrel", spec.root().commandLine());
    spec.commandLine().getOut().println("# For " + shell + ".");
    spec.commandLine().getOut().println(script);
    return ExitCode.OK;
  }
}

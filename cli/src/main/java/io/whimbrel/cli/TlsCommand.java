package io.whimbrel.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code whimbrel tls}: certificates; alone it says what it can do. */
@Command(
    name = "tls",
    description = "Makes certificates for a first try of TLS.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  whimbrel tls self-signed",
      "  whimbrel broker --tls-port 8883 --cert tls/server.pem --key tls/server.key"
    })
final class TlsCommand implements Runnable {
  @Spec private CommandSpec spec;

  private TlsCommand() {
    spec = CommandSpec.create(); // Until picocli sets the real one.
  }

  /** The command with all that belong to it. */
  static CommandLine commandLine() {
    return new CommandLine(new TlsCommand()).addSubcommand(new SelfSignedCommand());
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}

package io.whimbrel.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code whimbrel sn}: tools that speak MQTT-SN; alone it says what it can do. */
@Command(
    name = "sn",
    description = {
      "Publishes and subscribes as devices do: by MQTT-SN 1.2 over UDP, DTLS or a serial line, to a"
          + " broker with --sn-port or sn-links, or to any other gateway.",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  whimbrel broker --sn-port 10000",
      "  whimbrel sn sub -t 'plant/#' -v",
      "  whimbrel sn pub -t plant/level -m 21.5 -q 1"
    })
final class SnCommand implements Runnable {
  @Spec private CommandSpec spec;

  private SnCommand() {
    spec = CommandSpec.create(); // Until picocli sets the real one.
  }

  /** The command, without the tools. */
  static CommandLine commandLine() {
    return new CommandLine(new SnCommand());
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}

package io.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** A process that cannot go on says why in a line, and ends. */
final class OutOfMemoryTest {
  @Command(name = "eat")
  static final class Eating implements Runnable {
    @Override
    public void run() {
      throw new OutOfMemoryError("Java heap space");
    }
  }

  @Test
  void memoryThatDoesNotSufficeIsToldWithWhatHelps() {
    StringWriter err = new StringWriter();
    CommandLine command =
        Main.commandLine(Map.of(), Path.of(""))
            .addSubcommand(new Eating())
            .setErr(new PrintWriter(err, true));
    assertThat(Main.run(command, "eat")).isEqualTo(1);
    assertThat(err)
        .hasToString(
            "whimbrel: not enough memory: Java heap space;"
                + " WHIMBREL_JAVA_OPTS=-Xmx4g gives it 4 GiB"
                + System.lineSeparator());
  }
}

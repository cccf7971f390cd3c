package io.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The manual pages. */
final class ManCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... words) {
    CommandLine line = Main.commandLine(Map.of(), Path.of(""));
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return Main.run(line, words);
  }

  @Test
  void thePageOfACommandHasItsFlagsExitCodesAndExamples() {
    assertThat(run("man", "sub")).isZero();

    assertThat(out.toString())
        .startsWith(".TH \"WHIMBREL\\-SUB\" 1 \"\" ")
        .contains(".SH \"NAME\"\nwhimbrel\\-sub \\- Subscribes, and prints each message")
        .contains(".B \"\\-T, \\-\\-filter\\-out FILTER\"\nWithout these topics; more than once.\n")
        .contains("How a message is printed: %t topic, %p payload")
        .contains(".SH \"EXIT STATUS\"\n.TP\n.B \"0\"\ndone, or stopped by Ctrl\\-C or SIGTERM\n")
        .contains(".SH \"EXAMPLES\"\n.nf\n")
        .endsWith(".SH \"SEE ALSO\"\nwhimbrel(1)\n");
  }

  @Test
  void aCommandOfACommandHasAPageToo() {
    assertThat(run("man", "store", "check")).isZero();
    assertThat(out.toString()).contains("whimbrel\\-store\\-check \\- ");
  }

  @Test
  void aToolOfDevicesHasAPageToo() {
    assertThat(run("man", "sn", "sub")).isZero();
    assertThat(out.toString())
        .contains("whimbrel\\-sn\\-sub \\- Subscribes as a device does")
        .contains(".B \"\\-T, \\-\\-topic\\-id ID\"\nA topic that broker and client know by an id")
        .contains("whimbrel sn sub \\-T 7 \\-C 1 \\-W 10")
        .endsWith(".SH \"SEE ALSO\"\nwhimbrel\\-sn(1)\n");
  }

  @Test
  void thereIsNoPageOfWhatIsNoCommand() {
    assertThat(run("man", "store", "chek")).isEqualTo(2);
    assertThat(err.toString()).startsWith("whimbrel: whimbrel store has no command 'chek'\n");
  }

  @Test
  void allPagesAreWrittenToADirectory(@TempDir Path directory) throws Exception {
    Path into = directory.resolve("man1");
    assertThat(run("man", "--directory", into.toString())).isZero();
    try (Stream<Path> written = Files.list(into)) {
      List<String> names = written.map(each -> each.getFileName().toString()).toList();
      assertThat(names)
          .contains("whimbrel.1", "whimbrel-broker.1", "whimbrel-pub.1", "whimbrel-store-check.1");
    }
    try (Stream<Path> written = Files.list(into)) {
      assertThat(written).allSatisfy(page -> assertThat(page).content().doesNotContain("@|", "%n"));
    }
  }
}

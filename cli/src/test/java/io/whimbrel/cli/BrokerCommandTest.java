package io.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BrokerCommandTest {
  @TempDir Path directory;

  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aConfigurationInOrderIsExitCodeZero() {
    assertThat(run("broker", "--check-config")).isZero();
    assertThat(out).hasToString(lines("The configuration is in order."));
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void everyMistakeOfEverySourceIsALineAndExitCodeTwo() throws Exception {
    Path file = Files.writeString(directory.resolve("whimbrel.yaml"), "bananas: 1\nhttp: 2\n");
    environment.put("WHIMBREL_LOG_LEVEL", "loud");

    assertThat(run("broker", "--check-config", "--port", "x", "--limit", "y")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines())
        .containsExactly(
            file
                + ":1: 'bananas': no such key;"
                + " whimbrel broker --print-config shows all there are",
            file + ":2: http: found '2', allowed: a section with keys",
            "environment WHIMBREL_LOG_LEVEL: log.level: found 'loud',"
                + " allowed: one of error, warn, info, debug, trace",
            "flag --port: listeners.tcp-port: found 'x',"
                + " allowed: 1 to 65535, 0 (off) or any (one that is free)",
            "flag --limit: found 'y', allowed: KEY=VALUE, as in slice-max=1000");
  }

  @Test
  void oneFlagSetsTheDurabilityOfAllListeners() {
    assertThat(run("broker", "--print-config", "--durability", "os")).isZero();
    assertThat(out.toString().lines())
        .contains(
            "  tcp-durability: os # flag --durability",
            "  websocket-durability: os # flag --durability");
  }

  @Test
  void aDurabilityThatThereIsNotIsOneLine() {
    assertThat(run("broker", "--check-config", "--durability", "tape")).isEqualTo(2);
    assertThat(err)
        .hasToString(
            lines(
                "flag --durability: listeners.tcp-durability: found 'tape',"
                    + " allowed: one of memory, os, disk"));
  }

  @Test
  void aMistakeKeepsTheBrokerFromStarting() {
    assertThat(run("broker", "--bind", "0.0.0.0")).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("flag --bind: listeners.bind: found 0.0.0.0, which");
  }

  @Test
  void aFileThatIsAskedForMustBeThere() {
    Path missing = directory.resolve("missing.yaml");

    assertThat(run("broker", "--check-config", "--config", missing.toString())).isEqualTo(2);
    assertThat(err).hasToString(lines(missing + ": there is no such file"));
  }

  @Test
  void theFileThatIsAskedForStandsInForTheUsualOne() throws Exception {
    Files.writeString(directory.resolve("whimbrel.yaml"), "not: used\n");
    Path other = Files.writeString(directory.resolve("other.yaml"), "http: {port: 1}\n");

    assertThat(run("broker", "--print-config", "--config", other.toString())).isZero();
    assertThat(out.toString()).contains("  port: 1 # " + other + ":1\n");
  }

  @Test
  void everyFlagSetsItsKey() {
    assertThat(
            run(
                "broker",
                "--print-config",
                "--bind=::1",
                "--port=1",
                "--ws-port=2",
                "--http-port=3",
                "--data-dir=/srv/with space",
                "--limit=slice-max=4",
                "--limit",
                "packet-size-max=1MiB"))
        .isZero();
    assertThat(out.toString())
        .contains("  bind: '::1' # flag --bind\n")
        .contains("  tcp-port: 1 # flag --port\n")
        .contains("  websocket-port: 2 # flag --ws-port\n")
        .contains("  port: 3 # flag --http-port\n")
        .contains("data-dir: '/srv/with space' # flag --data-dir\n")
        .contains("  slice-max: 4 # flag --limit\n")
        .contains("  packet-size-max: 1MiB # flag --limit\n")
        .contains("  backlog: 1024 # default\n");
  }

  @Test
  void whatIsPrintedIsReadBackAsItIs() throws Exception {
    assertThat(run("broker", "--print-config", "--limit", "drop-policy=oldest")).isZero();
    String printed = out.toString();
    Files.writeString(directory.resolve("whimbrel.yaml"), printed);
    out.getBuffer().setLength(0);

    assertThat(run("broker", "--print-config")).isZero();
    assertThat(withoutComments(out.toString())).isEqualTo(withoutComments(printed));
  }

  @Test
  void anUnknownFlagIsExitCodeTwoAndPointsToTheHelp() {
    assertThat(run("broker", "--prot", "1")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "whimbrel: no such option: '--prot', did you mean --port?",
            "Try 'whimbrel broker --help'.");
  }

  @Test
  void aLetterIsNotTakenForAnotherLetter() {
    assertThat(run("broker", "-p", "1884")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly("whimbrel: no such option: '-p'", "Try 'whimbrel broker --help'.");
  }

  @Test
  void aFileWithoutItsFlagIsCalledAnArgument() {
    assertThat(run("broker", "broker.yaml")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "whimbrel: unexpected argument: 'broker.yaml'", "Try 'whimbrel broker --help'.");
  }

  @Test
  void anUnknownCommandIsExitCodeTwoAndPointsToTheHelp() {
    assertThat(run("borker")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "whimbrel: no such command: 'borker', did you mean broker?", "Try 'whimbrel --help'.");
  }

  @Test
  void theCommandAloneShowsHelpWithExamplesAndExitCodes() {
    assertThat(run()).isZero();
    assertThat(out.toString())
        .contains("Usage: whimbrel")
        .contains("Examples:")
        .contains("Exit codes:")
        .contains("broker");
  }

  @Test
  void helpAndVersionAreExitCodeZero() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).startsWith("whimbrel ");
    assertThat(run("broker", "--help")).isZero();
    assertThat(out.toString()).contains("--check-config").contains("--limit");
    assertThat(err.toString()).isEmpty();
  }

  private int run(String... args) {
    CommandLine command = Main.commandLine(environment, directory);
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return command.execute(args);
  }

  private static String lines(String line) {
    return line + System.lineSeparator();
  }

  private static String withoutComments(String yaml) {
    return yaml.replaceAll(" # .*", "");
  }
}

package io.whimbrel.cli.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file system that takes no writes; it is one in a mount namespace of the test's own, where the
 * system lets it have one.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ReadOnlyTest {
  private static final String MOUNT =
      "mount -o bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\" && ";

  @TempDir Path directory;

  private record Ended(int code, List<String> lines) {}

  @BeforeEach
  void needsItsOwnMounts() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/unshare")), "there is no unshare");
    assumeTrue(run("! touch \"$0/x\" 2>&-").code == 0, "mounts are not allowed here");
  }

  @Test
  void theBrokerDoesNotStartAndSaysWhyInALine() throws Exception {
    Path fresh = directory.resolve("fresh");

    assertThat(run(broker(fresh)))
        .isEqualTo(new Ended(1, List.of(refusal(fresh, fresh.toString()))));
  }

  @Test
  void aStoreOnItIsNotOpenedAndStartsWhereItMayBeWrittenAgain() throws Exception {
    Path data = directory.resolve("data");
    BrokerProcess broker = BrokerProcess.start(data);
    broker.stopInGoodOrder();

    assertThat(run(broker(data)))
        .isEqualTo(new Ended(1, List.of(refusal(data, data.resolve("lock").toString()))));

    BrokerProcess.start(data).stopInGoodOrder();
  }

  private static String refusal(Path data, String file) {
    return "whimbrel: data directory "
        + data
        + " cannot be used: "
        + file
        + ": Read-only file system";
  }

  private static String broker(Path data) {
    List<String> words =
        BrokerProcess.command(
            List.of(
                "broker",
                "--data-dir",
                data.toString(),
                "--port=any",
                "--ws-port=0",
                "--http-port=0"));
    return "exec '" + String.join("' '", words) + "'";
  }

  /** Runs a line of the shell where the directory cannot be written to. */
  private Ended run(String line) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("unshare", "-rm", "sh", "-c", MOUNT + line, directory.toString())
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    List<String> said = text.lines().filter(l -> l.startsWith("whimbrel: ")).toList();
    return new Ended(process.waitFor(), said);
  }
}

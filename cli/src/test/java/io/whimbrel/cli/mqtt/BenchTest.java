package io.whimbrel.cli.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.cli.mqtt.ToolBench.Ended;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.junit.EmbeddedBroker;
import io.whimbrel.server.Listening;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a broker is measured by. */
@Timeout(60)
class BenchTest {
  private static EmbeddedBroker broker;

  @TempDir Path directory;

  private final ToolBench tools = new ToolBench();

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void connectionsAreCounted() {
    Ended ended = bench("connections --clients 7 --ramp 1000");

    assertThat(ended.code()).isZero();
    assertThat(ended.out())
        .contains("connections: 7 of 7 clients connected", "connections/s", "no errors");
  }

  @ParameterizedTest
  @CsvSource({"pub, 0", "pub, 1", "pub, 2", "roundtrip, 0", "roundtrip, 1", "roundtrip, 2"})
  void asManyMessagesPassAsWereWanted(String mode, int qos) {
    Ended ended = bench(mode + " --clients 3 --messages 100 -q " + qos + " --json");

    assertThat(ended.code()).isZero();
    assertThat(ended.out())
        .startsWith("{\"mode\":\"" + mode + "\",")
        .contains("\"connected\":3,\"sent\":100,", "\"errors\":0,\"failures\":{}}")
        .doesNotContain("\"p50-millis\":0,");
    if (mode.equals("roundtrip")) {
      assertThat(ended.out()).contains("\"received\":100,");
    }
  }

  @Test
  void aRateIsKept() {
    Ended ended = bench("pub --clients 2 --rate 100 --messages 50 --csv");

    assertThat(ended.code()).isZero();
    String[] lines = ended.out().split("\n");
    assertThat(lines[0]).startsWith("mode,seconds,clients,connected,sent,");
    assertThat(Double.parseDouble(lines[1].split(",")[1])).isGreaterThan(0.45);
  }

  @Test
  void subscribersCountWhatOthersPublish() {
    CompletableFuture<Ended> sub =
        CompletableFuture.supplyAsync(
            () -> bench("sub --clients 2 -t bench/sub --messages 20 --json"),
            task -> new Thread(task, "bench").start());
    while (!sub.isDone()) {
      tools.run("pub", "-h 127.0.0.1 -t bench/sub -m x --repeat 5 -p " + broker.port());
    }

    assertThat(sub.join().code()).isZero();
    assertThat(sub.join().out())
        .containsPattern("\"received\":([2-9][0-9]|[1-9][0-9]{2,}),"); // or more
  }

  @ParameterizedTest
  @ValueSource(strings = {"pub", "roundtrip"})
  void whatHasNoAnswerIsToldAndCountsAsLongAsItHasWaited(String mode) throws Exception {
    int port = broker.network().port(Listening.Kind.TCP);
    CompletableFuture<Ended> measured =
        CompletableFuture.supplyAsync(
            () ->
                tools.run(
                    "bench",
                    mode
                        + " -h 127.0.0.1 -q 1 --clients 2 --rate 200 --duration 3 --json -t "
                        + mode
                        + "/%i"
                        + " -p "
                        + port),
            task -> new Thread(task, "bench").start());
    broker.expect(mode + "/#").count(20).within(Duration.ofSeconds(30));
    broker.network().drop();
    Ended ended = measured.join();
    broker.network().heal();

    assertThat(ended.code()).as(ended.out()).isEqualTo(27);
    assertThat(ended.out())
        .contains("\"no answer by the end\":", "\"due and not sent in time\":")
        .doesNotContain("\"unanswered\":0,")
        .doesNotContain("\"unsent\":0,")
        .containsPattern("\"max-millis\":[1-9][0-9]{3}");
  }

  @Test
  void aClientThatIsLostLeavesTheWorkToOthers() {
    CompletableFuture<Ended> measured =
        CompletableFuture.supplyAsync(
            () -> bench("pub -q 1 -i b --clients 2 -M 2 --rate 500 --messages 1500 -t l/%i --json"),
            task -> new Thread(task, "bench").start());
    broker.expect("l/#").count(20).within(Duration.ofSeconds(30));
    broker.disconnect("b-1", ReasonCode.ADMINISTRATIVE_ACTION);
    Ended ended = measured.join();

    assertThat(ended.code()).as(ended.out()).isEqualTo(7);
    assertThat(ended.out()).contains("\"sent\":1500,", "\"unsent\":0,", "\"unanswered\":0,");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-q 0 | bench what? whimbrel bench connections, pub, sub or roundtrip",
        "all | bench what?",
        "pub --clients 0 | --clients '0' is no number from 1 to 10000",
        "pub --clients 1000000 | --clients '1000000' is no number",
        "pub --duration 100000 | --duration '100000' is no number from 1 to 3600",
        "pub -t a/# | -t is not a topic",
        "pub -M 1001 | -M '1001' is no number from 1 to 1000",
        "roundtrip --size 3 | roundtrip needs --size 16 or more",
        "roundtrip -t a | roundtrip needs %i in -t",
        "pub --csv --json | --json and --csv do not go together",
      })
  void whatIsSillyIsRefusedInALine(String words, String said) {
    assertThat(bench(words)).isEqualTo(new Ended("", 1));
    assertThat(tools.err()).startsWith("whimbrel: ").contains(said).hasLineCount(2);
  }

  @Test
  void whoIsNotLetInIsTold() throws Exception {
    Path nobody = Files.writeString(directory.resolve("passwords"), "");
    try (EmbeddedBroker closed =
        EmbeddedBroker.start(Map.of("auth.password-file", nobody.toString()))) {
      Ended ended = tools.run("bench", "pub -h 127.0.0.1 --clients 2 -p " + closed.port());

      assertThat(ended.code()).isEqualTo(5);
      assertThat(ended.out())
          .contains("0 of 2 clients connected", "2  connection refused: not authorized");
    }
  }

  @Test
  void aHistogramIsThreePercentOffAtMost() {
    Histogram histogram = new Histogram();
    for (int i = 1; i <= 100_000; i++) {
      histogram.add(i * 1_000L);
    }

    assertThat(histogram.count()).isEqualTo(100_000);
    assertThat(histogram.quantile(0.5)).isCloseTo(50_000_000, Percentage.withPercentage(3.2));
    assertThat(histogram.quantile(0.99)).isCloseTo(99_000_000, Percentage.withPercentage(3.2));
    assertThat(histogram.quantile(1)).isEqualTo(100_000_000);
    assertThat(new Histogram().quantile(0.5)).isZero();
  }

  private Ended bench(String words) {
    String[] all = words.split(" ", 2);
    String rest = all.length == 1 ? "" : " " + all[1];
    String at = " -h 127.0.0.1 -p " + broker.port();
    return tools.run("bench", all[0].startsWith("-") ? words + at : all[0] + at + rest);
  }
}

package io.whimbrel.cli.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.junit.EmbeddedBroker;
import io.whimbrel.server.Listening;
import io.whimbrel.server.tls.CertificateMaker;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tools against a broker. */
@Timeout(60)
class ToolsTest {
  private static EmbeddedBroker broker;

  @TempDir Path directory;

  private final StringWriter err = new StringWriter();
  private String input = "";

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  /** What a tool printed, and how it ended. */
  private record Ended(String out, int code) {}

  @ParameterizedTest
  @ValueSource(strings = {"31", "311", "5"})
  void aRetainedMessageReachesWhoSubscribesLater(String version) {
    String topic = "kept/" + version;
    assertThat(run("pub", "-V " + version + " -q 1 -r -m open -t " + topic).code()).isZero();

    assertThat(run("sub", "-V " + version + " -q 2 -C 1 -t " + topic + " -F %t_%p_%q_%r"))
        .isEqualTo(new Ended(topic + "_open_1_1\n", 0));
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "2"})
  void everyLineOfTheInputIsAMessage(String qos) throws Exception {
    Running sub = start("sub", "-t lines/" + qos + " -q 2 -C 4 -v");
    input = "one\n\nthree\nfour";
    assertThat(run("pub", "-t lines/" + qos + " -l -M 2 -q " + qos).code()).isZero();

    String t = "lines/" + qos;
    assertThat(sub.ended().out())
        .isEqualTo(t + " one\n" + t + " (null)\n" + t + " three\n" + t + " four\n");
  }

  @Test
  void linesWaitForAcknowledgementsHoweverLongTheyAre() throws Exception {
    input = ("x".repeat(1_000_000) + "\n").repeat(30);
    broker.network().delay(Duration.ofMillis(100));
    String to = "-t lines/long -l -q 1 -p " + broker.network().port(Listening.Kind.TCP);
    try {
      assertThat(run("pub", to).code()).isZero();
      assertThat(err.toString()).isEmpty();
      broker.expect("lines/long").count(30).within(Duration.ofSeconds(30));
    } finally {
      broker.network().heal();
    }
  }

  @Test
  void whatStandsBehindAFlagIsItsValue() throws Exception {
    Running sub = start("sub", "-t value -C 1");
    run("pub", "-t value -m --help");

    assertThat(sub.ended()).isEqualTo(new Ended("--help\n", 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sub -t a", "request -t a -m b -e c"})
  void aBrokerThatSaysNothingIsNotWaitedForLonger(String words) throws Exception {
    try (ServerSocket mute = new ServerSocket(0)) {
      String[] two = words.split(" ", 2);
      assertThat(run(two[0], two[1] + " -W 1 -p " + mute.getLocalPort()).code()).isEqualTo(27);
      assertThat(err.toString()).contains("timed out: not done within 1 s");
    }
  }

  @Test
  void aSignalEndsItWhileABrokerSaysNothing() throws Exception {
    try (ServerSocket mute = new ServerSocket(0)) {
      CompletableFuture<Runnable> signal = new CompletableFuture<>();
      CompletableFuture<Integer> code =
          CompletableFuture.supplyAsync(
              () ->
                  run(
                      "sub",
                      "-t a -p " + mute.getLocalPort(),
                      new ByteArrayOutputStream(),
                      signal::complete),
              task -> new Thread(task, "tool").start());
      mute.accept();
      signal.get(30, TimeUnit.SECONDS).run();

      assertThat(code.get(20, TimeUnit.SECONDS)).isZero(); // before its time to connect is over
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pub -m x", "sub"})
  void whoIsNotTrustedIsACodeOfItsOwn(String words) throws Exception {
    CertificateMaker maker = new CertificateMaker("Test CA", Instant.now());
    CertificateMaker.Made server = maker.server(List.of("localhost"));
    Files.writeString(directory.resolve("server.pem"), server.certificatePem());
    Files.writeString(directory.resolve("server.key"), server.keyPem());
    String other = new CertificateMaker("Other CA", Instant.now()).authority().certificatePem();
    Path distrusted = Files.writeString(directory.resolve("ca.pem"), other);
    Map<String, String> settings =
        Map.of(
            "listeners.tls-port", "any",
            "tls.certificate", directory.resolve("server.pem").toString(),
            "tls.key", directory.resolve("server.key").toString());
    try (EmbeddedBroker encrypted = EmbeddedBroker.start(settings)) {
      String[] two = (words + " ").split(" ", 2);
      String to = " -t a -h localhost -p " + encrypted.port(Listening.Kind.TLS);
      assertThat(run(two[0], two[1] + to + " --cafile " + distrusted).code()).isEqualTo(8);
      assertThat(err.toString()).contains("--cafile names the authorities to trust");
    }
  }

  @Test
  void aFileTheInputAndNothingCanBeSent() throws Exception {
    Path file = Files.write(directory.resolve("file"), new byte[] {0, 1, (byte) 0xff});
    Running sub = start("sub", "-t sent -C 5 -F %x");
    run("pub", "-t sent -f " + file);
    input = "in\n";
    run("pub", "-t sent -s");
    run("pub", "-t sent -n");
    run("pub", "-t sent -m twice --repeat 2 --repeat-delay 0.01");

    assertThat(sub.ended().out()).isEqualTo("0001ff\n696e0a\n\n7477696365\n7477696365\n");
  }

  @Test
  void propertiesArriveAsTheyWereSaid() throws Exception {
    Running sub =
        start(
            "sub",
            "-V 5 -t props -C 1 -F [%C][%D][%F][%P][%R][%S] -D subscribe"
                + " subscription-identifier 7 -D subscribe user-property a b");
    run(
        "pub",
        "-t props -m x -D publish content-type c -D publish correlation-data d -D publish"
            + " payload-format-indicator 0 -D publish user-property a b -D publish response-topic r"
            + " -D connect request-problem-information 0 -D connect user-property a b");

    assertThat(sub.ended().out()).isEqualTo("[c][d][0][a:b][r][7]\n");
  }

  @Test
  void jsonIsALineForEachMessage() throws Exception {
    Running sub = start("sub", "-t json -C 2 --json");
    run("pub", "-t json -m x");
    run("pub", "-t json -n");

    assertThat(sub.ended().out())
        .containsPattern(
            "^\\{\"tst\":\"[^\"]+\",\"topic\":\"json\",\"qos\":0,.*\"payload\":\"x\"}\n")
        .hasLineCount(2);
  }

  @Test
  void someMessagesAreNotPrinted() throws Exception {
    run("pub", "-t some/kept -m kept -r -q 1");
    Running fresh = start("sub", "-t some/# -R -T some/b -C 1 -v");
    Running kept = start("sub", "-t some/# --retained-only -v");
    run("pub", "-t some/b -m b");
    run("pub", "-t some/c -m c");

    assertThat(fresh.ended()).isEqualTo(new Ended("some/c c\n", 0));
    assertThat(kept.ended()).isEqualTo(new Ended("some/kept kept\n", 0));
  }

  @Test
  void retainedMessagesAreRemoved() {
    run("pub", "-t gone/a -m x -r -q 1");
    assertThat(run("sub", "-t gone/# --remove-retained -C 1").out()).isEqualTo("x\n");

    assertThat(run("sub", "-t gone/# -W 1")).isEqualTo(new Ended("", 27));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-V 311", "-V 5"})
  void aSessionKeepsWhatCameMeanwhileAndWhatWasNotWantedYet(String version) {
    String session = version + " -c -q 1 -t away -i session" + version.substring(3);
    assertThat(run("sub", session + " -E").code()).isZero();
    for (String each : List.of("one", "two", "three")) {
      run("pub", "-t away -q 1 -m " + each);
    }

    assertThat(run("sub", session + " -C 1").out()).isEqualTo("one\n");
    assertThat(run("sub", session + " -C 2").out()).isEqualTo("two\nthree\n");
    run("sub", version + " -t away -E -i session" + version.substring(3));
  }

  @Test
  void topicsOfTheBrokerItselfArePrintedToo() {
    assertThat(run("sub", "-t $SYS/broker/version -C 1").out()).isNotBlank();
  }

  @Test
  void aRequestHasAResponse() throws Exception {
    Running answerer = start("sub", "-V 5 -t question -C 1 -F %p_%R");
    CompletableFuture<Ended> asked =
        CompletableFuture.supplyAsync(() -> run("request", "-t question -e answer -m who -v"));
    assertThat(answerer.ended().out()).isEqualTo("who_answer\n");
    run("pub", "-t answer -m me");

    assertThat(asked.get(30, TimeUnit.SECONDS)).isEqualTo(new Ended("answer me\n", 0));
    assertThat(run("request", "-t nobody -e answer -m who -W 1").code()).isEqualTo(27);
  }

  @Test
  void webSocketWorks() {
    String port = " --ws -p " + broker.port(Listening.Kind.WEBSOCKET);

    assertThat(run("pub", "-t socket -m x -r -q 1 " + port).code()).isZero();
    assertThat(run("sub", "-t socket -C 1 " + port).out()).isEqualTo("x\n");
  }

  @Test
  void aSignalEndsItInGoodOrder() throws Exception {
    Running sub = start("sub", "-t signal");
    sub.signal.run();

    assertThat(sub.ended()).isEqualTo(new Ended("", 0));
  }

  @Test
  void whoeverStopsReadingEndsIt() {
    run("pub", "-t head -m x -r -q 1");
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };

    assertThat(run("sub", "-t head", closed, ends -> {})).isEqualTo(1);
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pub | -t a -m b -p 1 | 1 | cannot connect to mqtt://127.0.0.1:1: ",
        "pub | -t a/# -m b | 1 | -t is not a topic",
        "pub | -t a | 1 | there is no message",
        "pub | -m a | 1 | there is no topic",
        "pub | -m a -L mqtt://broker | 1 | there is no topic",
        "pub | -m a -L mqtt://broker/ | 1 | there is no topic",
        "pub | -t a -m b -h my_broker.invalid | 1 | cannot connect to mqtt://my_broker.invalid",
        "pub | -t a -m b -n | 1 | only one of -m, -f, -l, -s and -n",
        "pub | -t a -s | 1 | the standard input is empty",
        "pub | -t a -f none | 1 | -f: no such file: none",
        "pub | -t a -m b -q 3 | 1 | -q '3' is no number from 0 to 2",
        "sub | -v | 1 | there is no topic to subscribe to",
        "sub | -t a/#/b | 1 | -t is no topic filter",
        "sub | -t a -F %z | 1 | -F knows no '%z'",
        "sub | -t a -R --retained-only | 1 | leave nothing to print",
        "sub | -t a -W 1 | 27 | timed out: not done within 1 s",
        "request | -t a -m b -e c -W 1 | 27 | timed out: not done within 1 s",
        "request | -t a -m b | 1 | where does the response come",
        "request | -t a -e b | 1 | there is no message",
      })
  void whatFailsIsALineAndACode(String tool, String words, int code, String said) {
    assertThat(run(tool, words)).isEqualTo(new Ended("", code));
    assertThat(err.toString()).startsWith("whimbrel: ").contains(said);
    assertThat(err.toString().lines().count()).isLessThanOrEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"311, 5", "31, 5", "5, 135"})
  void aRefusalEndsWithItsCode(String version, int code) throws Exception {
    Path nobody = Files.writeString(directory.resolve("passwords"), "");
    try (EmbeddedBroker closed =
        EmbeddedBroker.start(Map.of("auth.password-file", nobody.toString()))) {
      String to = "-V " + version + " -t a -p " + closed.port();

      assertThat(run("sub", to).code()).isEqualTo(code);
      assertThat(run("pub", to + " -m b").code()).isEqualTo(code);
      assertThat(run("request", to + " -m b -e c").code()).isEqualTo(code);
      assertThat(err.toString()).contains("the broker refused the connection: not authorized");
      assertThat(run("sub", to + " --quiet").code()).isEqualTo(code);
    }
  }

  @Test
  void flagsOfTheUserAreTakenUnlessOthersAreGiven() throws Exception {
    Files.createDirectories(directory.resolve("whimbrel"));
    Files.writeString(directory.resolve("whimbrel/sub"), "-t usual\n-W 1\n-F usual_%p\n");
    run("pub", "-t usual -m x -r -q 1");

    assertThat(run("sub", "-C 1").out()).isEqualTo("usual_x\n");
    assertThat(run("sub", "-C 1 -F %p").out()).isEqualTo("x\n");
  }

  // ---------------------------------------------------------------- running

  private Ended run(String tool, String words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code = run(tool, words, out, ends -> {});
    return new Ended(out.toString(StandardCharsets.UTF_8), code);
  }

  private int run(String tool, String words, OutputStream out, Consumer<Runnable> onSignal) {
    Streams streams =
        new Streams(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            out,
            new PrintWriter(err, true));
    List<String> all = new ArrayList<>(List.of("-h", "127.0.0.1", "-p", "" + broker.port()));
    all.addAll(List.of(words.strip().split("\\s+")));
    return Tools.run(
        Tool.of(tool),
        all,
        Map.of("XDG_CONFIG_HOME", directory.toString()),
        streams,
        onSignal,
        () -> {},
        () -> {});
  }

  /** A tool that has subscribed, and goes on. */
  private final class Running {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> code;
    private volatile Runnable signal = () -> {};

    Running(String tool, String words) {
      code =
          CompletableFuture.supplyAsync(
              () -> run(tool, words, out, ends -> signal = ends),
              task -> new Thread(task, "tool").start());
    }

    Ended ended() throws Exception {
      int ended = code.get(30, TimeUnit.SECONDS);
      return new Ended(out.toString(StandardCharsets.UTF_8), ended);
    }
  }

  /** Returns when it has subscribed. */
  private Running start(String tool, String words) {
    int before = subscribed();
    Running running = new Running(tool, words + " -d");
    while (subscribed() == before && !running.code.isDone()) {
      Thread.onSpinWait();
    }
    return running;
  }

  private int subscribed() {
    return err.toString().split("\nsubscribed ", -1).length;
  }
}

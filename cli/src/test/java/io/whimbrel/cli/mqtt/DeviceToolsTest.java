package io.whimbrel.cli.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.junit.EmbeddedBroker;
import io.whimbrel.server.Listening;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

/** The tools of MQTT-SN against a broker. */
@Timeout(120)
class DeviceToolsTest {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "sn.udp-port", "any",
          "sn.predefined-topics", "7=pre/seven",
          "sn.qos-minus-one", "true");
  private static EmbeddedBroker broker;

  @TempDir Path directory;

  private final StringWriter err = new StringWriter();
  private String input = "";

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(SETTINGS);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  /** What a tool printed, and how it ended. */
  private record Ended(String out, int code) {}

  // ---------------------------------------------------------------- messages

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "2"})
  void everyLineOfTheInputIsAMessage(String qos) throws Exception {
    Running sub = start("sn sub", "-t lines/" + qos + " -q 2 -C 3 -v");
    input = "one\n\nthree";
    assertThat(run("sn pub", "-t lines/" + qos + " -l -q " + qos).code()).isZero();

    String t = "lines/" + qos;
    assertThat(sub.ended().out()).isEqualTo(t + " one\n" + t + " (null)\n" + t + " three\n");
  }

  @Test
  void whatASensorSaysReachesWhoSpeaksMqtt() {
    assertThat(run("sn pub", "-t to/mqtt -m 21.5 -q 1 -r").code()).isZero();
    broker.expect("to/mqtt").payload("21.5").within(Duration.ofSeconds(30));
    assertThat(run("sn sub", "-t to/# -q 1 -C 1 -F %t_%p_%q_%r"))
        .isEqualTo(new Ended("to/mqtt_21.5_1_1\n", 0));
    assertThat(run("sn sub", "-t to/# -R -W 1")).isEqualTo(new Ended("", 27));
    assertThat(err.toString()).isEqualTo("whimbrel: timed out: not done within 1 s\n");
  }

  @Test
  void aFileTheInputAndNothingCanBeSent() throws Exception {
    Path file = Files.write(directory.resolve("file"), new byte[] {0, 1, (byte) 0xff});
    Running sub = start("sn sub", "-t sent -C 5 -q 1 -F %x");
    run("sn pub", "-t sent -q 1 -f " + file);
    input = "in\n";
    run("sn pub", "-t sent -q 1 -s");
    run("sn pub", "-t sent -q 1 -n");
    run("sn pub", "-t sent -q 1 -m twice --repeat 2 --repeat-delay 0.01");

    assertThat(sub.ended().out()).isEqualTo("0001ff\n696e0a\n\n7477696365\n7477696365\n");
  }

  @Test
  void aTopicMayBeAnId() throws Exception {
    Running sub = start("sn sub", "-T 7 -t ab -C 3 -v");
    run("sn pub", "-T 7 -m one");
    broker.expect("pre/seven").payload("one").within(Duration.ofSeconds(30));
    run("sn pub", "-T 7 -m two -q -1"); // without a connection
    broker.expect("pre/seven").payload("two").within(Duration.ofSeconds(30));
    run("sn pub", "-t ab -m three -q -1");

    assertThat(sub.ended()).isEqualTo(new Ended("7 one\n7 two\nab three\n", 0));
  }

  @Test
  void jsonHasWhatAMessageSays() {
    run("sn pub", "-t json -m x -q 1 -r");
    assertThat(run("sn sub", "-t json -q 1 -C 1 --json").out())
        .containsPattern(
            "^\\{\"tst\":\"[^\"]+\",\"topic\":\"json\",\"qos\":1,\"retain\":1,\"payloadlen\":1,"
                + "\"mid\":\\d+,\"payload\":\"x\"}\n$");
  }

  @Test
  void aSleeperWakesUpForItsMessages() throws Exception {
    Running sub = start("sn sub", "-i sleeper -t sleep/# -q 1 -C 2 --sleep 1");
    sub.says("asleep");
    run("sn pub", "-t sleep/a -m one");
    run("sn pub", "-t sleep/b -m two -q 2");

    assertThat(sub.ended()).isEqualTo(new Ended("one\ntwo\n", 0));
    assertThat(err.toString()).contains("\nasleep\nawake\n");
  }

  @Test
  void aSessionThatIsKeptHasWhatNobodyTook() throws Exception {
    Running sub = start("sn sub", "-i keeper -c -t kept/# -q 1 -C 1");
    run("sn pub", "-t kept/a -m one -q 1");
    assertThat(sub.ended().out()).isEqualTo("one\n");
    run("sn pub", "-t kept/a -m two -q 1");

    assertThat(run("sn sub", "-i keeper -c -t kept/# -q 1 -C 1").out()).isEqualTo("two\n");
  }

  @Test
  void theWillOfWhoSaysGoodbyeIsNotPublished() {
    run(
        "sn pub",
        "-t left -m x -q 1 --will-topic gone --will-payload y --will-qos 1 --will-retain");
    run("sn pub", "-t left -m z -q 1");
    broker.expect("left").payload("z").within(Duration.ofSeconds(30));
    assertThat(broker.messages()).noneMatch(message -> message.topic().equals("gone"));
  }

  // ---------------------------------------------------------------- ends

  @Test
  void aSignalEndsIt() throws Exception {
    Running sub = start("sn sub", "-t signalled");
    sub.signal.run();
    assertThat(sub.ended().code()).isZero();
  }

  @Test
  void aBrokerThatGoesIsToldOf() throws Exception {
    try (EmbeddedBroker passing = EmbeddedBroker.start(SETTINGS)) {
      Running sub = start("sn sub", "-t a -p " + passing.port(Listening.Kind.SN));
      passing.close();
      assertThat(sub.ended().code()).isEqualTo(7);
    }
    assertThat(err.toString()).contains("whimbrel: the connection is lost: the gateway has ended");
  }

  @Test
  void whereNoBrokerIsThatIsSaid() {
    assertThat(run("sn pub", "-t a -m b -p 9").code()).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "whimbrel: cannot connect to 127.0.0.1:9: nobody listens there; does a broker listen"
                + " there with --sn-port?\n");
  }

  @Test
  void whatIsRefusedIsToldOf() {
    assertThat(run("sn pub", "-T 99 -m x -q 1").code()).isZero();
    assertThat(run("sn sub", "-T 99").code()).isZero();
    assertThat(err.toString())
        .isEqualTo(
            "whimbrel: the broker refused the message: it knows no such topic id\n"
                + "whimbrel: the broker refused to subscribe topic id 99: it knows no such topic"
                + " id\n"
                + "whimbrel: the broker refused all subscriptions\n");
  }

  @Test
  void aMessageThatNoDatagramHoldsIsGivenUp() throws Exception {
    Path file = Files.write(directory.resolve("large"), new byte[2_000]);
    assertThat(run("sn pub", "-t ab -f " + file).code()).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "whimbrel: a message is given up: a PUBLISH has 2009 octets, and a datagram at most"
                + " 1472\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sn pub | -m x | the topic is -t TOPIC or -T ID, and one of them",
        "sn pub | -m x -t a -T 1 | the topic is -t TOPIC or -T ID, and one of them",
        "sn pub | -m x -T 0 | -T '0' is no number from 1 to 65534",
        "sn pub | -m x -t a/b -q -1 | -q -1 needs -T ID, or a topic of two octets",
        "sn pub | -m x -t a/# | -t is not a topic: \"a/#\": topic name contains a wildcard",
        "sn pub | -t a | there is no message: -m TEXT, -f FILE, -l, -s or -n",
        "sn pub | -t a -m x -c | -c needs a Client Identifier: -i",
        "sn pub | -t a -m x --will-qos 1 | --will-qos needs --will-topic",
        "sn pub | -t a -m x -u me | no such option: '-u' is not for sn pub",
        "sn sub | -q 1 | there is no topic to subscribe to: -t FILTER or -T ID",
        "sn sub | -t a -q -1 | -q '-1' is no number from 0 to 2",
        "sn sub | -t a -T x | -T 'x' is no number from 1 to 65534",
        "sn sub | -t a --sleep 0 | --sleep '0' is no number from 1 to 65535",
      })
  void mistakesAreToldInALine(String tool, String words, String said) {
    assertThat(run(tool, words).code()).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo("whimbrel: " + said + "\nTry 'whimbrel " + tool + " --help'.\n");
  }

  @Test
  void usualFlagsStandInAFile() throws IOException {
    Files.createDirectories(directory.resolve("whimbrel"));
    Files.writeString(directory.resolve("whimbrel/sn-pub"), "-t usual\n-q 1\n");
    assertThat(run("sn pub", "-m x").code()).isZero();
    broker.expect("usual").payload("x").within(Duration.ofSeconds(30));
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
    List<String> all =
        new ArrayList<>(List.of("-h", "127.0.0.1", "-p", "" + broker.port(Listening.Kind.SN)));
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

  /** A tool that goes on. */
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

    /** Waits until it says so on the standard error. */
    void says(String line) {
      while (!err.toString().contains("\n" + line) && !code.isDone()) {
        Thread.onSpinWait();
      }
    }

    Ended ended() throws Exception {
      int ended = code.get(60, TimeUnit.SECONDS);
      return new Ended(out.toString(StandardCharsets.UTF_8), ended);
    }
  }

  /** Returns when all of its topics are subscribed. */
  private Running start(String tool, String words) {
    Running running = new Running(tool, words + " -d");
    int topics = words.split("-[tT] ", -1).length - 1;
    while (err.toString().split("\nsubscribed ", -1).length <= topics && !running.code.isDone()) {
      Thread.onSpinWait();
    }
    return running;
  }
}

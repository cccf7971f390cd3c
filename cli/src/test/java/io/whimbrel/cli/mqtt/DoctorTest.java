package io.whimbrel.cli.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.cli.mqtt.ToolBench.Ended;
import io.whimbrel.junit.EmbeddedBroker;
import io.whimbrel.server.Listening;
import io.whimbrel.server.tls.CertificateMaker;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ping and doctor say of brokers. */
@Timeout(60)
class DoctorTest {
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

  @ParameterizedTest
  @ValueSource(strings = {"31", "311", "5"})
  void pingMeasuresEachStep(String version) {
    Ended ended = tools.run("ping", at(broker.port()) + " -c 3 --interval 0 -V " + version);

    assertThat(ended.code()).isZero();
    assertThat(ended.out().lines().toList()).hasSize(5);
    assertThat(ended.out())
        .contains("name ", "TCP ", "CONNACK ", "PINGRESP 3: ", "3 answered: least ");
  }

  @Test
  void pingGoesOverWebSocketAndSpeaksJson() {
    int port = broker.port(Listening.Kind.WEBSOCKET);
    Ended ended = tools.run("ping", at(port) + " --ws -c 2 --interval 0 --json");

    assertThat(ended.code()).isZero();
    assertThat(ended.out())
        .matches("\\{\"address\":\"ws://.*\"websocket\":[0-9.]+,.*\"pings-millis\":\\[.+,.+]}\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ping", "doctor"})
  void aRefusalIsNamedAndHasItsCode(String tool) throws Exception {
    Path nobody = Files.writeString(directory.resolve("passwords"), "");
    try (EmbeddedBroker closed =
        EmbeddedBroker.start(Map.of("auth.password-file", nobody.toString()))) {
      Ended ended = tools.run(tool, at(closed.port()) + " -V 5 -u alice -P secret");

      assertThat(ended.code()).isEqualTo(134);
      assertThat(ended.out() + tools.err())
          .contains("bad user name or password")
          .doesNotContain("secret");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ping", "doctor"})
  void nobodyThereIsNamed(String tool) {
    Ended ended = tools.run(tool, at(1));

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out() + tools.err()).contains("onnection refused");
  }

  @Test
  void aGoodBrokerHasNothingWrong() {
    Ended ended = tools.run("doctor", at(broker.port()) + " -t try/doctor -q 1");

    assertThat(ended.code()).as(ended.out()).isZero();
    assertThat(ended.out())
        .contains(
            "name        127.0.0.1 is 127.0.0.1",
            "MQTT 5, the broker lets anyone in",
            "maximum QoS: 2",
            "published to try/doctor and received back in ")
        .endsWith("Nothing is wrong, no warnings.\n")
        .doesNotContain("\u001b");
  }

  @Test
  void webSocketIsAStepOfItsOwn() {
    int port = broker.port(Listening.Kind.WEBSOCKET);

    assertThat(tools.run("doctor", at(port) + " --ws").out()).contains("opens at /mqtt");
    Ended wrong = tools.run("doctor", at(port) + " --ws-path /elsewhere");
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.out()).contains("--ws-path");
  }

  @Test
  void machinesReadTheSame() {
    Ended ended = tools.run("doctor", at(broker.port()) + " --json");

    assertThat(ended.out())
        .startsWith("{\"address\":\"mqtt://127.0.0.1:")
        .contains("\"exit-code\":0,\"findings\":[{\"level\":\"ok\",\"step\":\"name\",")
        .hasLineCount(1);
  }

  @Test
  void certificatesAreShownAndJudged() throws Exception {
    Path authority = certificates("localhost", Instant.now());
    try (EmbeddedBroker encrypted = EmbeddedBroker.start(encrypted())) {
      String to = " -p " + encrypted.port(Listening.Kind.TLS);

      Ended good = tools.run("doctor", "-h localhost --cafile " + authority + to);
      assertThat(good.code()).as(good.out()).isZero();
      assertThat(good.out()).contains("TLSv1.3", "issued by ", " days left", "is for localhost");

      Ended untrusted = tools.run("doctor", "-h localhost --tls-use-os-certs" + to);
      assertThat(untrusted.code()).isEqualTo(8);
      assertThat(untrusted.out()).contains("not by the authorities of the JDK", "--cafile FILE");

      Ended other = tools.run("doctor", "-h 127.0.0.1 --cafile " + authority + to);
      assertThat(other.code()).isEqualTo(8);
      assertThat(other.out()).contains("is for localhost, not for 127.0.0.1");
      assertThat(tools.run("doctor", "-h 127.0.0.1 --insecure --cafile " + authority + to).code())
          .isZero();

      Ended plain = tools.run("doctor", "-h localhost" + to);
      assertThat(plain.code()).isEqualTo(7);
      assertThat(plain.out()).contains("for TLS (--cafile");

      Ended ping = tools.run("ping", "-c 1 -h localhost --cafile " + authority + to);
      assertThat(ping.code()).as(tools.err()).isZero();
      assertThat(ping.out()).contains(", TLS ");
    }
  }

  @Test
  void anExpiredCertificateIsNamed() throws Exception {
    Path authority = certificates("localhost", Instant.now().minus(Duration.ofDays(1_000)));
    try (EmbeddedBroker encrypted = EmbeddedBroker.start(encrypted())) {
      String to = " -p " + encrypted.port(Listening.Kind.TLS);
      Ended ended = tools.run("doctor", "-h localhost --cafile " + authority + to);

      assertThat(ended.code()).isEqualTo(8);
      assertThat(ended.out()).contains("has expired at ");
    }
  }

  @Test
  void whoSpeaksSomethingElseIsNoBroker() throws Exception {
    try (ServerSocket other = new ServerSocket(0)) {
      CompletableFuture<Void> closing =
          CompletableFuture.runAsync(
              () -> {
                while (!other.isClosed()) {
                  try {
                    other.accept().close();
                  } catch (java.io.IOException over) {
                    return;
                  }
                }
              });
      Ended ended = tools.run("doctor", at(other.getLocalPort()));
      other.close();
      closing.join();

      assertThat(ended.code()).isIn(1, 7);
      assertThat(ended.out()).contains("no MQTT 5", "Is this port for MQTT");
    }
  }

  // ---------------------------------------------------------------- brokers

  private static String at(int port) {
    return "-h 127.0.0.1 -p " + port;
  }

  private Map<String, String> encrypted() {
    return Map.of(
        "listeners.tls-port", "any",
        "tls.certificate", directory.resolve("server.pem").toString(),
        "tls.key", directory.resolve("server.key").toString());
  }

  private Path certificates(String host, Instant begin) throws Exception {
    CertificateMaker maker = new CertificateMaker("Test CA", begin);
    CertificateMaker.Made server = maker.server(List.of(host));
    Files.writeString(directory.resolve("server.pem"), server.certificatePem());
    Files.writeString(directory.resolve("server.key"), server.keyPem());
    return Files.writeString(directory.resolve("ca.pem"), maker.authority().certificatePem());
  }
}

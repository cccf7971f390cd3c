package io.whimbrel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.server.ask.OtherServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A real broker that asks a real server who its clients are. */
class HttpAuthTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "MQTT_5, alice, right, SUCCESS",
    "MQTT_5, alice, wrong, BAD_USER_NAME_OR_PASSWORD",
    "MQTT_5, banned, x, NOT_AUTHORIZED",
    "MQTT_5, lost, x, SERVER_UNAVAILABLE",
    "MQTT_5, strange, x, SERVER_UNAVAILABLE",
    "MQTT_5, giant, x, SERVER_UNAVAILABLE",
    "MQTT_5, passed, x, NOT_AUTHORIZED",
    "MQTT_5, ended, x, NOT_AUTHORIZED",
    "MQTT_3_1_1, alice, right, SUCCESS",
    "MQTT_3_1_1, alice, wrong, BAD_USER_NAME_OR_PASSWORD",
    "MQTT_3_1_1, banned, x, NOT_AUTHORIZED",
    "MQTT_3_1_1, lost, x, SERVER_UNAVAILABLE",
    "MQTT_3_1_1, strange, x, SERVER_UNAVAILABLE",
    "MQTT_3_1_1, passed, x, NOT_AUTHORIZED",
    "MQTT_3_1_1, , , NOT_AUTHORIZED",
  })
  void aClientIsLetInOrNotAsTheServerSays(
      ProtocolVersion version, @Nullable String user, @Nullable String password, ReasonCode answer)
      throws Exception {
    try (OtherServer server = desk();
        TestBroker broker = broker(server)) {
      assertThat(answer(broker, version, user, password)).isEqualTo(answer);
      assertThat(server.bodies).hasSize(1);
    }
  }

  @Test
  void theServerKnowsWhoIsAskingByItsHeaderWhichMayChange() throws Exception {
    Path headers = Files.writeString(directory.resolve("headers"), "X-Key: first\n");
    try (OtherServer server = desk();
        TestBroker broker = broker(server, "auth.http-headers-file", headers.toString())) {
      answer(broker, ProtocolVersion.MQTT_5, "alice", "right");
      Files.writeString(headers, "X-Key: the second\n");
      broker.awaitMetric("whimbrel_reloads_total", done -> done == 1);
      answer(broker, ProtocolVersion.MQTT_5, "alice", "right");

      assertThat(server.headers)
          .map(all -> all.getFirst("X-Key"))
          .containsExactly("first", "the second");
    }
  }

  @Test
  void groupsAndANameOfTheServersCountForRules() throws Exception {
    Path rules =
        Files.writeString(
            directory.resolve("rules"),
            "groups: {staff: []}\nrules:\n  - {allow: write, topic: '%u/a', group: staff}\n");
    try (OtherServer server = desk();
        TestBroker broker = broker(server, "auth.rules-file", rules.toString());
        RawClient client = client(broker, ProtocolVersion.MQTT_5, "renamed", "x")) {
      assertThat(client.read(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
      assertThat(published(client, "robert/a")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
      assertThat(published(client, "renamed/a")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
  void aServerThatDoesNotAnswerInTimeLetsNobodyIn(ProtocolVersion version) throws Exception {
    CountDownLatch late = new CountDownLatch(1);
    try (OtherServer server = new OtherServer(exchange -> await(late));
        TestBroker broker = broker(server, "auth.http-timeout", "50ms")) {
      assertThat(answer(broker, version, "alice", "right"))
          .isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
      assertThat(broker.metric("whimbrel_http_auth_questions_total{outcome=\"failed\"}")).isOne();
      late.countDown();
    }
  }

  @Test
  void whoWaitsForTheServerKeepsNobodyElseWaiting() throws Exception {
    CountDownLatch later = new CountDownLatch(1);
    AtomicBoolean first = new AtomicBoolean(true);
    try (OtherServer server =
            new OtherServer(
                exchange -> {
                  if (first.getAndSet(false)) {
                    await(later);
                  }
                  said(exchange, "'allow'");
                });
        TestBroker broker =
            broker(
                server,
                "listeners.event-loops",
                "1",
                "limits.connect-timeout",
                "60s",
                "auth.http-timeout",
                "50s");
        RawClient waiting = client(broker, ProtocolVersion.MQTT_5, "slow", "x")) {
      TestBroker.await("the question", () -> server.bodies.size() == 1);
      assertThat(answer(broker, ProtocolVersion.MQTT_5, "alice", "right"))
          .isEqualTo(ReasonCode.SUCCESS);
      later.countDown();

      assertThat(waiting.read(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    }
  }

  @Test
  void aServerThatCannotIsLeftAlone() throws Exception {
    try (OtherServer server = new OtherServer(exchange -> OtherServer.answer(exchange, 503, ""));
        TestBroker broker = broker(server)) {
      for (int i = 0; i < 5; i++) {
        assertThat(answer(broker, ProtocolVersion.MQTT_5, "alice", "right"))
            .isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
      }
      broker.awaitMetric("whimbrel_http_auth_breaker_open", open -> open == 1);
      TestBroker.await("one that is not asked about", () -> isNotAskedAbout(broker));
    }
  }

  @Test
  void beforeOrBehindPasswordsAsTheChainSays() throws Exception {
    Path passwords = Files.writeString(directory.resolve("passwords"), "# nobody\n");
    try (OtherServer server = desk();
        TestBroker broker =
            broker(
                server,
                "auth.password-file",
                passwords.toString(),
                "auth.chain",
                "http,password")) {
      assertThat(answer(broker, ProtocolVersion.MQTT_5, "alice", "right"))
          .isEqualTo(ReasonCode.SUCCESS);
      assertThat(answer(broker, ProtocolVersion.MQTT_5, "passed", "x"))
          .as("the server leaves it to the file")
          .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
      assertThat(broker.reload("auth.chain", "password,http")).isTrue();
      assertThat(answer(broker, ProtocolVersion.MQTT_5, "alice", "right"))
          .as("of whom the file knows nothing")
          .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
      assertThat(answer(broker, ProtocolVersion.MQTT_5, null, null))
          .as("the server is asked about who names no user")
          .isEqualTo(ReasonCode.NOT_AUTHORIZED);
      assertThat(server.bodies).hasSize(3);
    }
  }

  @Test
  void aBrokerWhoseFilesAreWrongDoesNotStart() throws Exception {
    Path headers = Files.writeString(directory.resolve("headers"), "secret\n");
    try (OtherServer server = desk()) {
      assertThatThrownBy(() -> broker(server, "auth.http-headers-file", headers.toString()).close())
          .isInstanceOf(StartException.class)
          .hasMessage(headers + ":1: it is no header, allowed: NAME: VALUE");
      assertThatThrownBy(() -> broker(server, "auth.http-ca", headers.toString()).close())
          .isInstanceOf(StartException.class)
          .hasMessage(headers + ": it has no certificates in PEM");
    }
  }

  private static boolean isNotAskedAbout(TestBroker broker) {
    try {
      answer(broker, ProtocolVersion.MQTT_5, "alice", "right");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return broker.metric("whimbrel_http_auth_questions_total{outcome=\"unasked\"}") > 0;
  }

  /** A server that knows some users. */
  private static OtherServer desk() throws IOException {
    OtherServer[] self = new OtherServer[1];
    self[0] =
        new OtherServer(
            exchange -> {
              String asked = self[0].bodies.get(self[0].bodies.size() - 1);
              String user = asked.replaceAll(".*\"userName\":\"([^\"]*)\".*", "$1");
              boolean right = asked.contains("\"password\":\"right\"");
              switch (user) {
                case "alice" -> said(exchange, right ? "'allow'" : "'deny'");
                case "renamed" -> said(exchange, "'allow','user':'robert','groups':['staff']");
                case "ended" -> said(exchange, "'allow','expire_at':1700000000");
                case "passed" -> said(exchange, "'ignore'");
                case "banned" -> OtherServer.answer(exchange, 403, "");
                case "lost" -> OtherServer.answer(exchange, 404, "<html>");
                case "strange" -> OtherServer.answer(exchange, 200, "{\"result\":");
                case "giant" -> OtherServer.answer(exchange, 200, " ".repeat(2 << 20));
                default -> said(exchange, "'deny'");
              }
            });
    return self[0];
  }

  private static void said(HttpExchange exchange, String result) throws IOException {
    OtherServer.answer(exchange, 200, ("{'result':" + result + "}").replace('\'', '"'));
  }

  private static TestBroker broker(OtherServer server, String... more) throws Exception {
    String[] all = new String[more.length + 2];
    all[0] = "auth.http-url";
    all[1] = server.uri("/mqtt").toString();
    System.arraycopy(more, 0, all, 2, more.length);
    return new TestBroker(all);
  }

  private static RawClient client(
      TestBroker broker, ProtocolVersion version, @Nullable String user, @Nullable String password)
      throws IOException {
    RawClient client = new RawClient(broker.port(), version);
    byte[] secret = password == null ? null : password.getBytes(StandardCharsets.UTF_8);
    client.send(new Connect(version, true, 0, Properties.NONE, "c" + user, null, user, secret));
    return client;
  }

  private static ReasonCode answer(
      TestBroker broker, ProtocolVersion version, @Nullable String user, @Nullable String password)
      throws IOException {
    try (RawClient client = client(broker, version, user, password)) {
      return client.read(Connack.class).reason();
    }
  }

  private static ReasonCode published(RawClient client, String topic) throws IOException {
    client.publish(topic, new byte[0], Qos.AT_LEAST_ONCE, 1);
    return client.read(Puback.class).reason();
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      throw new IOException(stopped);
    }
  }
}

package io.whimbrel.server.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Origin;
import io.whimbrel.server.ask.AskException.Why;
import io.whimbrel.server.ask.Enquiry;
import io.whimbrel.server.ask.FakeWeb;
import io.whimbrel.server.ask.Question;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpStepTest {
  private static final URI URL = URI.create("https://auth.example/mqtt");
  private static final Origin HERE = new Origin("192.0.2.1:5555", "tcp");

  private final FakeWeb web = new FakeWeb();
  private final List<String> told = new ArrayList<>();
  private final List<String> verdicts = new ArrayList<>();
  private long now = 1_700_000_000_000L;
  private final Enquiry<HttpSaid> enquiry =
      new Enquiry<>("auth.http-url", web, () -> now, told::add);

  @Test
  void theServerIsToldAllThatIsKnown() throws Exception {
    X509Certificate alice;
    try (InputStream file = Files.newInputStream(Path.of("src/test/resources/tls/alice.pem"))) {
      alice = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(file);
    }
    Origin from = new Origin("[2001:db8::1]:5555", "tls", DurabilityLevel.DISK, alice);
    ask(connect(ProtocolVersion.MQTT_3_1_1, "alice \"é\"", "päss".getBytes(UTF_8)), from);

    Question question = web.asked.get(0);
    assertThat(question.uri()).isEqualTo(URL);
    assertThat(question.method()).isEqualTo("POST");
    assertThat(question.headers())
        .isEqualTo(
            Map.of(
                "Authorization",
                "Bearer x",
                "Content-Type",
                "application/json",
                "Accept",
                "application/json"));
    assertThat(body(0))
        .isEqualTo(
            "{\"clientId\":\"c\",\"userName\":\"alice \\\"é\\\"\",\"password\":\"päss\","
                + "\"address\":\"2001:db8::1\",\"listener\":\"tls\",\"protocolVersion\":4,"
                + "\"certificateSubject\":\"CN=alice,O=Sensors\"}");
  }

  @Test
  void whoShowsNothingIsAskedAboutAsWell() {
    ask(connect(ProtocolVersion.MQTT_5, null, null), HERE);

    assertThat(body(0))
        .isEqualTo(
            "{\"clientId\":\"c\",\"address\":\"192.0.2.1\",\"listener\":\"tcp\","
                + "\"protocolVersion\":5}");
  }

  @Test
  void aPasswordThatIsNoTextIsToldAsItsBytes() {
    ask(connect(ProtocolVersion.MQTT_5, "a", new byte[] {(byte) 0xff, 0}), HERE);

    assertThat(body(0)).contains("\"passwordBase64\":\"/wA=\"").doesNotContain("\"password\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | {\"result\":\"allow\"} | alice http [] 9223372036854775807",
        "200 | {\"result\":\"allow\",\"is_superuser\":true} | alice http [] 9223372036854775807",
        "204 | '' | alice http [] 9223372036854775807",
        "200 | {\"result\":\"allow\",\"user\":\"bob\",\"groups\":[\"g\"]}"
            + " | bob http [g] 9223372036854775807",
        "200 | {\"result\":\"allow\",\"user\":\"\"} | ' http [] 9223372036854775807'",
        "200 | {\"result\":\"allow\",\"expiresInSeconds\":1.5} | alice http [] 1700000001500",
        "200 | {\"result\":\"allow\",\"expire_at\":1700000007} | alice http [] 1700000007000",
        "200 | {\"result\":\"allow\",\"expire_at\":1700000007,\"expiresInSeconds\":9}"
            + " | alice http [] 1700000007000",
        "200 | {\"result\":\"allow\",\"expiresInSeconds\":1e300}"
            + " | alice http [] 9223372036854775807",
        "200 | {\"result\":\"deny\"} | BAD_USER_NAME_OR_PASSWORD",
        "200 | {\"result\":\"ignore\"} | passed",
        "401 | '' | BAD_USER_NAME_OR_PASSWORD",
        "403 | '' | NOT_AUTHORIZED",
        "500 | {\"result\":\"allow\"} | SERVER_UNAVAILABLE",
        "302 | {\"result\":\"allow\"} | SERVER_UNAVAILABLE",
        "404 | {\"result\":\"allow\"} | SERVER_UNAVAILABLE",
        "201 | {\"result\":\"allow\"} | SERVER_UNAVAILABLE",
        "200 | {\"result\":\"Allow\"} | SERVER_UNAVAILABLE",
        "200 | {\"result\":true} | SERVER_UNAVAILABLE",
        "200 | {} | SERVER_UNAVAILABLE",
        "200 | '' | SERVER_UNAVAILABLE",
        "200 | allow | SERVER_UNAVAILABLE",
        "200 | {\"result\":\"allow\" | SERVER_UNAVAILABLE",
        "200 | {\"result\":\"deny\",\"result\":\"allow\"} | SERVER_UNAVAILABLE",
        "200 | {\"result\":\"allow\",\"user\":7} | SERVER_UNAVAILABLE",
        "200 | {\"result\":\"allow\",\"user\":\"a\\u0000\"} | SERVER_UNAVAILABLE",
        "200 | {\"result\":\"allow\",\"groups\":\"g\"} | SERVER_UNAVAILABLE",
        "200 | {\"result\":\"allow\",\"groups\":[7]} | SERVER_UNAVAILABLE",
        "200 | {\"result\":\"allow\",\"expiresInSeconds\":-1} | SERVER_UNAVAILABLE",
        "200 | {\"result\":\"allow\",\"expiresInSeconds\":\"9\"} | SERVER_UNAVAILABLE",
        "200 | {\"result\":\"allow\",\"acl\":[]} | SERVER_UNAVAILABLE",
      })
  void whatItAnswersDecides(int status, String body, String verdict) {
    ask(connect(ProtocolVersion.MQTT_5, "alice", "x".getBytes(UTF_8)), HERE);
    web.answer(status, body);

    assertThat(verdicts).containsExactly(verdict);
    assertThat(told).hasSize(verdict.equals("SERVER_UNAVAILABLE") ? 1 : 0);
  }

  @Test
  void whoGaveNoUserNameIsNotToldThatItWasWrong() {
    ask(connect(ProtocolVersion.MQTT_5, null, null), HERE);
    web.answer(200, "{\"result\":\"deny\"}");

    assertThat(verdicts).containsExactly("NOT_AUTHORIZED");
  }

  @ParameterizedTest
  @CsvSource({
    "MQTT_5, BUSY, SERVER_BUSY",
    "MQTT_3_1_1, BUSY, SERVER_UNAVAILABLE",
    "MQTT_5, DOWN, SERVER_UNAVAILABLE",
    "MQTT_3_1_1, DOWN, SERVER_UNAVAILABLE",
  })
  void noAnswerRefuses(ProtocolVersion version, Why why, String verdict) {
    ask(connect(version, "alice", "x".getBytes(UTF_8)), HERE);
    web.fail(why);

    assertThat(verdicts).containsExactly(verdict);
    assertThat(told).containsExactly("auth.http-url: the server is out; who asked was refused");
  }

  @Test
  void thatAClientIsLetInCountsForItsTimeForTheSameQuestion() {
    Connect alice = connect(ProtocolVersion.MQTT_5, "alice", "x".getBytes(UTF_8));
    ask(step(10_000), alice, HERE);
    web.answer(200, "{\"result\":\"allow\"}");
    now += 9_999;
    ask(step(10_000), alice, new Origin("192.0.2.1:6666", "tcp"));
    assertThat(verdicts).hasSize(2);
    assertThat(web.asked).hasSize(1);

    ask(step(10_000), connect(ProtocolVersion.MQTT_5, "alice", "y".getBytes(UTF_8)), HERE);
    ask(step(10_000), alice, new Origin("192.0.2.2:6666", "tcp"));
    ask(step(10_000), alice, new Origin("192.0.2.1:6666", "tls"));
    assertThat(web.asked).hasSize(4);
    now++;
    ask(step(10_000), alice, HERE);
    assertThat(web.asked).hasSize(5);
  }

  @Test
  void itCountsNoLongerThanTheServerSays() {
    Connect alice = connect(ProtocolVersion.MQTT_5, "alice", "x".getBytes(UTF_8));
    ask(step(10_000), alice, HERE);
    web.answer(200, "{\"result\":\"allow\",\"expiresInSeconds\":3}");
    now += 3_000;
    ask(step(10_000), alice, HERE);

    assertThat(web.asked).hasSize(2);
  }

  @Test
  void byDefaultTheServerIsAskedEachTimeButForTheSameRefusalWithinASecond() {
    Connect alice = connect(ProtocolVersion.MQTT_5, "alice", "x".getBytes(UTF_8));
    ask(alice, HERE);
    web.answer(200, "{\"result\":\"allow\"}");
    ask(alice, HERE);
    assertThat(web.asked).hasSize(2);
    web.answer(200, "{\"result\":\"deny\"}");
    now += 999;
    ask(alice, HERE);
    assertThat(web.asked).hasSize(2);
    assertThat(verdicts.get(2)).isEqualTo("BAD_USER_NAME_OR_PASSWORD");
    now++;
    ask(alice, HERE);

    assertThat(web.asked).hasSize(3);
  }

  private String body(int index) {
    return new String(web.asked.get(index).body(), UTF_8);
  }

  private HttpStep step(long cacheMillis) {
    HttpHeaders headers = new HttpHeaders(Map.of("Authorization", "Bearer x"));
    return new HttpStep(URL, headers, cacheMillis, enquiry, () -> now);
  }

  private void ask(Connect connect, Origin from) {
    ask(step(0), connect, from);
  }

  private void ask(HttpStep step, Connect connect, Origin from) {
    step.ask(
        new Visit("c", connect, from, () -> true),
        new Step.Verdict() {
          @Override
          public void accept(Verified who) {
            verdicts.add(
                String.join(
                    " ",
                    who.user(),
                    who.method(),
                    who.groups().toString(),
                    Long.toString(who.expiresMillis())));
          }

          @Override
          public void refuse(ReasonCode reason) {
            verdicts.add(reason.name());
          }

          @Override
          public void pass() {
            verdicts.add("passed");
          }
        });
  }

  private static Connect connect(
      ProtocolVersion version, @Nullable String user, byte @Nullable [] password) {
    return new Connect(version, true, 0, Properties.NONE, "c", null, user, password);
  }
}

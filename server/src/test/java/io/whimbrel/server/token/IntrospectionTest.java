package io.whimbrel.server.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.server.ask.AskException;
import io.whimbrel.server.ask.AskException.Why;
import io.whimbrel.server.ask.FakeWeb;
import io.whimbrel.server.ask.OtherServer;
import io.whimbrel.server.ask.Question;
import io.whimbrel.server.ask.WebClient;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7662. */
class IntrospectionTest {
  private static final URI ENDPOINT = URI.create("https://auth.example/introspect");

  private final FakeWeb web = new FakeWeb();
  private final List<String> told = new ArrayList<>();
  private long now = 1_700_000_000_000L;
  private final Introspection introspection = introspection(60_000);

  @Test
  void asksInTheFormOfTheSpecification() {
    ask("a+b&c");

    Question question = web.asked.get(0);
    assertThat(question.uri()).isEqualTo(ENDPOINT);
    assertThat(question.method()).isEqualTo("POST");
    assertThat(new String(question.body(), UTF_8))
        .isEqualTo("token=a%2Bb%26c&token_type_hint=access_token");
    assertThat(question.headers())
        .containsEntry("Accept", "application/json")
        .containsEntry("Content-Type", "application/x-www-form-urlencoded");
    String basic = String.valueOf(question.headers().get("Authorization")).substring(6);
    assertThat(new String(Base64.getDecoder().decode(basic), UTF_8)).isEqualTo("broker%3A1:s+%25");
  }

  @Test
  void anActiveTokenIsWorthItsClaims() {
    CompletableFuture<Optional<Map<String, Object>>> asked = ask("t");
    web.answer(200, "{\"active\":true,\"sub\":\"alice\",\"aud\":[\"b\"],\"exp\":1800000000}");

    assertThat(asked)
        .isCompletedWithValue(
            Optional.of(
                Map.of("active", true, "sub", "alice", "aud", List.of("b"), "exp", 1800000000L)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"active\":false,\"sub\":\"alice\"}", "{\"sub\":\"alice\"}", "{\"active\":1}"})
  void everyOtherTokenIsWorthNothing(String answer) {
    CompletableFuture<Optional<Map<String, Object>>> asked = ask("t");
    web.answer(200, answer);

    assertThat(asked).isCompletedWithValue(Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "200, active, USELESS",
    "200, [], USELESS",
    "200, '', USELESS",
    "401, '{\"active\":true}', USELESS",
    "302, '{\"active\":true}', USELESS",
    "503, '{\"active\":true}', DOWN",
  })
  void whatIsNoAnswerIsAFailure(int status, String body, Why why) {
    CompletableFuture<Optional<Map<String, Object>>> asked = ask("t");
    web.answer(status, body);

    assertThat(asked).isCompletedExceptionally();
    assertThat(AskException.of(asked.handle((value, error) -> error).join()).why()).isEqualTo(why);
    assertThat(told).hasSize(1);
  }

  @Test
  void anAnswerCountsForItsTime() {
    ask("t");
    web.answer(200, "{\"active\":true}");
    now += 59_999;
    assertThat(ask("t")).isDone();
    now++;

    assertThat(ask("t")).isNotDone();
    assertThat(web.asked).hasSize(2);
  }

  @Test
  void anAnswerCountsNoLongerThanItsToken() {
    ask("t");
    web.answer(200, "{\"active\":true,\"exp\":1700000010.5}");
    now += 10_499;
    assertThat(ask("t")).isDone();
    now++;

    assertThat(ask("t")).isNotDone();
  }

  @Test
  void thatATokenIsWorthNothingIsKnownForSomeSeconds() {
    ask("t");
    web.answer(200, "{\"active\":false}");
    now += 4_999;
    assertThat(ask("t")).isCompletedWithValue(Optional.empty());
    now++;

    assertThat(ask("t")).isNotDone();
  }

  @Test
  void withoutATimeEveryClientIsAskedAbout() {
    Introspection never = introspection(0);
    never.ask("t");
    web.answer(200, "{\"active\":true}");
    never.ask("t");

    assertThat(web.asked).hasSize(2);
    assertThat(never.vitals().answered()).isOne();
  }

  @Test
  void asksARealServer() throws Exception {
    try (OtherServer server =
            new OtherServer(
                exchange -> OtherServer.answer(exchange, 200, "{\"active\":true,\"sub\":\"a\"}"));
        WebClient real = new WebClient(20_000, false, Optional.empty())) {
      Introspection asking =
          new Introspection(
              "u", server.uri("/i"), "broker", "secret", 0, real, () -> now, told::add);

      assertThat(asking.ask("t").toCompletableFuture().get(20, TimeUnit.SECONDS))
          .contains(Map.of("active", true, "sub", "a"));
      assertThat(server.bodies).containsExactly("token=t&token_type_hint=access_token");
    }
  }

  private CompletableFuture<Optional<Map<String, Object>>> ask(String token) {
    return introspection.ask(token).toCompletableFuture();
  }

  private Introspection introspection(long keptMillis) {
    return new Introspection(
        "auth.url", ENDPOINT, "broker:1", "s %", keptMillis, web, () -> now, told::add);
  }
}

package io.whimbrel.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.server.auth.PasswordFileEditor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a test expects to be published, and what it is told when it is not. */
final class ExpectationTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration SHORTLY = Duration.ofMillis(20);

  @Broker private static EmbeddedBroker broker;
  @TempDir private Path directory;
  private MqttClient client;

  @BeforeEach
  void connect() {
    client = MqttClient.to(broker.uri()).build();
    client.blocking().connect();
  }

  @AfterEach
  void close() {
    client.close();
  }

  private void publish(String topic, String payload) {
    client.blocking().publish(Message.of(topic, payload));
  }

  @Test
  void whatCameBeforeTheQuestionCountsAndWhatComesLaterIsAwaited() throws Exception {
    publish("a/1", "early");
    broker.expect("a/1").payload("early").within(SOON);

    CompletableFuture<List<Message>> later =
        CompletableFuture.supplyAsync(() -> broker.expect("a/+").count(2).within(SOON));
    publish("a/2", "late");

    assertThat(later.get(20, TimeUnit.SECONDS))
        .extracting(Message::text)
        .containsExactly("early", "late");
  }

  @Test
  void aMessageIsHeardAsItWasPublished() {
    Message said =
        Message.to("a").qos(Qos.EXACTLY_ONCE).retain().userProperty("k", "v").payload("x").build();
    client.blocking().publish(said);

    Message heard = broker.expect("a").payload(new byte[] {'x'}).within(SOON).get(0);

    assertThat(heard.qos()).isEqualTo(Qos.EXACTLY_ONCE);
    assertThat(heard.retain()).isTrue();
    assertThat(heard.userProperties()).isEqualTo(said.userProperties());
    client.blocking().publish(Message.to("a").retain().build()); // it is kept no more
  }

  @Test
  void aConditionOfTheTestChooses() {
    for (int i = 0; i < 10; i++) {
      publish("n", String.valueOf(i));
    }

    List<Message> heard =
        broker.expect("n").matching(one -> one.text().compareTo("7") > 0).count(2).within(SOON);

    assertThat(heard).extracting(Message::text).containsExactly("8", "9");
  }

  @Test
  void whoWaitsInVainReadsWhatWasExpectedAndWhatCameInstead() {
    publish("home/kitchen", "21.4");
    client.blocking().publish(Message.to("home/door").retain().payload("é\u0001").build());
    client.blocking().publish(Message.to("home/door").retain().build());
    broker.expect("#").count(3).within(SOON);

    assertThatThrownBy(
            () ->
                broker
                    .expect("home/+")
                    .payload("21.5")
                    .matching("a newer version", one -> true)
                    .count(2)
                    .within(SHORTLY))
        .isExactlyInstanceOf(AssertionError.class)
        .message()
        .matches(
            """
            expected within 20 ms: 2 messages on home/\\+ with payload "21.5" and a newer version
            after \\d+ ms 0 of 3 messages match
            the last 3 \\(\\* matches\\):
             +\\d+\\.\\d{3} s  home/kitchen  QoS 1  "21.4"
             +\\d+\\.\\d{3} s  home/door  QoS 1 retain  c3 a9 01 \\(3 bytes\\)
             +\\d+\\.\\d{3} s  home/door  QoS 1 retain  \\(empty\\)""");
  }

  @Test
  void theLastTenAreShown() {
    for (int i = 0; i < 12; i++) {
      publish("n", "number " + i);
    }
    broker.expect("n").count(12).within(SOON);

    assertThatThrownBy(() -> broker.expect("n").payload("number 2").count(2).within(SHORTLY))
        .message()
        .contains("1 of 12 messages match", "  * ", "number 2", "number 11")
        .doesNotContain("number 1\"");
  }

  @Test
  void neverFailsAsSoonAsOneIsThere() {
    publish("alarm/smoke", "kitchen");
    broker.expect("alarm/smoke").within(SOON);

    assertThatThrownBy(() -> broker.expect("alarm/#").never(Duration.ofDays(1)))
        .isExactlyInstanceOf(AssertionError.class)
        .message()
        .startsWith("expected never, for 86400000 ms: a message on alarm/#\n")
        .contains("  * ", "alarm/smoke  QoS 1  \"kitchen\"");
  }

  @Test
  void neverSeesThatNoneCame() {
    publish("a", "");
    broker.expect("a").within(SOON);

    broker.expect("b").never(SHORTLY);
    broker.expect("a").count(2).never(SHORTLY);
  }

  @Test
  void neverHasHeardAllThatWasAcknowledgedBefore() {
    for (int i = 0; i < 100; i++) {
      publish("a", "");
      int next = i + 1;
      broker.expect("a").count(next + 1).never(Duration.ZERO);
      assertThatThrownBy(() -> broker.expect("a").count(next).never(Duration.ZERO))
          .isExactlyInstanceOf(AssertionError.class);
    }
  }

  @Test
  void neverAgainstABrokerThatStoppedIsNotKnown() {
    Expectation expected = broker.expect("a");
    broker.stop();

    assertThatThrownBy(() -> expected.never(SHORTLY))
        .isExactlyInstanceOf(AssertionError.class)
        .hasMessageContaining("nobody knows", "the broker is stopped");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a#", "$SYS/#", "$share/g/a"})
  void aFilterThatCanMatchNothingIsRefused(String filter) {
    assertThatThrownBy(() -> broker.expect(filter)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theRecorderComesInAsWhomTheSettingsSay() throws Exception {
    Path users = directory.resolve("users");
    PasswordFileEditor editor = PasswordFileEditor.openOrMake(users);
    editor.put("spy", "secret".getBytes(StandardCharsets.UTF_8));
    editor.save();

    Map<String, String> none = Map.of("auth.password-file", users.toString());
    try (EmbeddedBroker refusing = EmbeddedBroker.start(none)) {
      assertThatThrownBy(() -> refusing.expect("a"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("refused");
    }
    Map<String, String> known =
        Map.of(
            "auth.password-file", users.toString(),
            "recorder.user", "spy",
            "recorder.password", "secret");
    try (EmbeddedBroker letting = EmbeddedBroker.start(known);
        MqttClient other = MqttClient.to(letting.uri()).credentials("spy", "secret").build()) {
      other.blocking().connect();
      other.blocking().publish(Message.of("a", ""));
      letting.expect("a").within(SOON);
    }
  }

  @Test
  void withoutARecorderNobodyListens() {
    try (EmbeddedBroker alone = EmbeddedBroker.start(Map.of("recorder", "off"));
        MqttClient other = MqttClient.to(alone.uri()).build()) {
      other.blocking().connect();

      assertThat(other.blocking().publish(Message.of("a", "")).reason())
          .hasToString("NO_MATCHING_SUBSCRIBERS");
      assertThatThrownBy(() -> alone.expect("a"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("recorder=off");
    }
  }

  @Test
  void whoMayNotHearItselfDoesNotKnowWhatNeverWas() throws Exception {
    Path acl = Files.writeString(directory.resolve("acl"), "topic read #\ntopic write a/#\n");
    try (EmbeddedBroker narrow = EmbeddedBroker.start(Map.of("auth.acl-file", acl.toString()))) {
      assertThatThrownBy(() -> narrow.expect("a/b").never(Duration.ZERO))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("nobody knows")
          .hasMessageContaining("it may not publish to $whimbrel-recorder/marks");
    }
  }

  @Test
  void aRecorderThatWasSentAwayComesBackForTheNextTest() {
    try (EmbeddedBroker other = EmbeddedBroker.start();
        MqttClient client = MqttClient.to(other.uri()).build()) {
      other.disconnect(Recorder.CLIENT_ID, ReasonCode.ADMINISTRATIVE_ACTION);
      assertThatThrownBy(() -> other.expect("a").within(Duration.ofSeconds(20)))
          .hasMessageContaining("the recorder hears nothing");

      other.beginAnew();

      client.blocking().connect();
      client.blocking().publish(Message.of("a", "b"));
      other.expect("a").within(Duration.ofSeconds(20));
    }
  }
}

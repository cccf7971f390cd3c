package io.whimbrel.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.client.ConnectResult;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.ScramAuthentication;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.scram.ScramHash;
import io.whimbrel.server.scram.ScramFileEditor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The client by SCRAM, at the broker. */
final class ScramTest {
  private static final String ODD_NAME = "b\u00F6b, =2C";
  private static final String ODD_PASSWORD = "\u2168 \u043F\u0430\u0440\u043E\u043B\u044C";

  private static EmbeddedBroker broker;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    Path users = directory.resolve("users");
    ScramFileEditor editor = ScramFileEditor.openOrMake(users, ScramFileEditor.ITERATIONS);
    editor.put("alice", "gr8 pass".getBytes(StandardCharsets.UTF_8));
    editor.put(ODD_NAME, ODD_PASSWORD.getBytes(StandardCharsets.UTF_8));
    editor.save();
    broker =
        EmbeddedBroker.start(
            Map.of(
                "auth.scram-file", users.toString(),
                "logins.failure-delay", "0",
                "recorder", "off"));
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static MqttClient client(ScramHash hash, String user, String password) {
    return MqttClient.to(broker.uri())
        .authentication(ScramAuthentication.of(hash, user, password.toCharArray()))
        .withoutReconnecting()
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void whoKnowsThePasswordComesIn(ScramHash hash) {
    try (MqttClient client = client(hash, "alice", "gr8 pass")) {
      assertThat(client.blocking().connect().reason()).isEqualTo(ReasonCode.SUCCESS);
      assertThat(client.blocking().publish(Message.of("a", "x")).reason())
          .isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }
  }

  @ParameterizedTest
  @EnumSource
  void namesAndPasswordsMayBeAnything(ScramHash hash) {
    try (MqttClient client = client(hash, "bo\u0308b, =2C", "IX" + ODD_PASSWORD.substring(1))) {
      assertThat(client.blocking().connect().reason()).isEqualTo(ReasonCode.SUCCESS);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SHA_256, alice, wrong",
    "SHA_512, alice, wrong",
    "SHA_256, ghost, gr8 pass",
    "SHA_512, ghost, gr8 pass",
    "SHA_256, Alice, gr8 pass",
  })
  void whoDoesNotStaysOut(ScramHash hash, String user, String password) {
    try (MqttClient client = client(hash, user, password)) {
      ConnectResult refused = client.blocking().connect();

      assertThat(refused.isRefused()).isTrue();
      assertThat(refused.reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
  }

  @Test
  void aConnectionThatIsMadeAgainIsProvenAgain() {
    try (MqttClient client =
        MqttClient.to(broker.uri())
            .authentication(
                ScramAuthentication.of(ScramHash.SHA_256, "alice", "gr8 pass".toCharArray()))
            .build()) {
      client.blocking().connect();
      broker.restart();

      assertThat(client.blocking().publish(Message.of("a", "x")).reason())
          .isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }
  }
}

package io.whimbrel.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be done is said where it is asked for. */
final class MistakesTest {
  private static MqttClientBuilder builder() {
    return MqttClient.to("mqtt://127.0.0.1:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mqtt://user:secret@host",
        "user:secret@host",
        "mqtt://user:se cret@host:99999",
        "http://user:secret@host/a@b",
      })
  void aPasswordInAnAddressIsNeverShown(String address) {
    assertThatThrownBy(() -> MqttClient.to(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("credentials(...)")
        .hasMessageNotContaining("cret")
        .hasMessageNotContaining("user");
  }

  // [MQTT-3.4.2-1]
  @ParameterizedTest
  @EnumSource(ReasonCode.class)
  void aMessageIsRefusedWithWhatAnAcknowledgementMaySay(ReasonCode reason) {
    List<ReasonCode> said = new ArrayList<>();
    Publish publish =
        new Publish(
            false, Qos.AT_LEAST_ONCE, false, TopicName.of("a"), 1, Properties.NONE, new byte[0]);
    ReceivedMessage message = new ReceivedMessage(publish, said::add);
    switch (reason) {
      case UNSPECIFIED_ERROR,
          IMPLEMENTATION_SPECIFIC_ERROR,
          NOT_AUTHORIZED,
          TOPIC_NAME_INVALID,
          PACKET_IDENTIFIER_IN_USE,
          QUOTA_EXCEEDED,
          PAYLOAD_FORMAT_INVALID -> {
        message.refuse(reason);
        assertThat(said).containsExactly(reason);
      }
      default -> {
        assertThatIllegalArgumentException().isThrownBy(() -> message.refuse(reason));
        assertThat(said).isEmpty();
      }
    }
  }

  private static void assertMistake(MqttClientBuilder builder) {
    assertThatIllegalArgumentException().isThrownBy(builder::build);
  }

  @Test
  void whatAConnectCannotSayIsFoundBeforeItIsSaid() {
    ProtocolVersion old = ProtocolVersion.MQTT_3_1_1;
    TokenSupplier tokens = CompletableFuture::new;
    assertMistake(builder().version(old).tokens(tokens));
    assertMistake(builder().version(old).userName("u").tokens("M", tokens));
    assertMistake(builder().credentials("u", "p".repeat(65_536)));
    assertMistake(builder().will(Message.of("a", new byte[65_536])));
    assertMistake(builder().will(Message.of("a", "x"), Duration.ofSeconds(-1)));
    assertMistake(builder().clientId("ü".repeat(32_768)));
    assertMistake(builder().keepAlive(Duration.ofMillis(500)));
    assertMistake(builder().sessionExpiry(Duration.ofSeconds(-1)));
    builder().version(old).userName("u").tokens(tokens).build().close();
    builder().keepAlive(Duration.ZERO).build().close();
  }

  @Test
  void aGoodbyeSaysWhatAClientMaySay() {
    Properties later = Properties.builder().set(PropertyId.SESSION_EXPIRY_INTERVAL, 5).build();
    Properties aliases = Properties.builder().set(PropertyId.TOPIC_ALIAS, 5).build();
    try (MqttClient client = builder().sessionExpiry(Duration.ZERO).build();
        MqttClient old = builder().version(ProtocolVersion.MQTT_3_1_1).build()) {
      client.blocking().disconnect(ReasonCode.DISCONNECT_WITH_WILL, Properties.NONE);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> client.disconnect(ReasonCode.SERVER_BUSY, Properties.NONE));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> client.disconnect(ReasonCode.SUCCESS, aliases));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> client.disconnect(ReasonCode.SUCCESS, later)); // [MQTT-3.14.2-2]
      assertThatIllegalArgumentException()
          .isThrownBy(() -> old.disconnect(ReasonCode.DISCONNECT_WITH_WILL, Properties.NONE));
    }
  }

  @Test
  void connectingWaitsForEachServerUnlessToldHowLong() {
    try (MqttClient client =
        MqttClient.to("mqtt://127.0.0.1:1", "mqtt://127.0.0.1:2")
            .timeout(Duration.ofSeconds(3))
            .build()) {
      assertThat(client.blocking().connectLimit()).isEqualTo(Duration.ofSeconds(6));
      assertThat(client.blocking().within(Duration.ofSeconds(2)).connectLimit())
          .isEqualTo(Duration.ofSeconds(2));
    }
  }

  @Test
  void aCallThatMayTakeLongerDoes() throws Exception {
    try (ScriptedServer server = new ScriptedServer();
        MqttClient client = server.client().timeout(Duration.ofMillis(1)).build()) {
      CompletableFuture<SubscribeResult> longer =
          client.rawSubscribe(Properties.NONE, 3_600_000, Subscription.of("a", Qos.AT_MOST_ONCE));
      assertThatThrownBy(() -> client.blocking().subscribe(Subscription.of("b", Qos.AT_MOST_ONCE)))
          .isInstanceOf(MqttClientException.class);
      assertThat(longer).isNotDone();
    }
  }
}

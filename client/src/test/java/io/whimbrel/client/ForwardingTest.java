package io.whimbrel.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a message is that came, and what one may be that goes. */
final class ForwardingTest {
  private static final Properties CAME =
      Properties.builder()
          .set(PropertyId.TOPIC_ALIAS, 3)
          .subscriptionIdentifier(7)
          .user("k", "v")
          .build();

  // [MQTT-3.3.4-6]
  @Test
  void aMessageThatCameCanBePublishedAgain() throws Exception {
    try (ScriptedServer server = new ScriptedServer();
        MqttClient client = server.client().build()) {
      CompletableFuture<ReceivedMessage> heard = new CompletableFuture<>();
      client.handle(
          "in",
          message -> {
            client.publish(message.message());
            client.publish(Message.to("out").properties(message.message().properties()).build());
            heard.complete(message);
          });
      client.connect();
      ScriptedServer.Connection connection = server.welcome();
      connection.send(
          new Publish(
              true,
              Qos.AT_LEAST_ONCE,
              false,
              TopicName.of("in"),
              9,
              CAME,
              "x".getBytes(StandardCharsets.UTF_8)));

      for (int left = 2; left > 0; ) {
        if (connection.next() instanceof Publish sent) {
          assertThat(sent.properties())
              .isEqualTo(CAME.without(PropertyId.TOPIC_ALIAS, PropertyId.SUBSCRIPTION_IDENTIFIER));
          connection.send(new Puback(sent.packetId(), ReasonCode.SUCCESS));
          left--;
        }
      }
      ReceivedMessage message = heard.get(30, TimeUnit.SECONDS);
      assertThat(message.subscriptionIdentifiers()).containsExactly(7);
      assertThat(message.properties()).isEqualTo(CAME);
      assertThat(message.packetId()).isEqualTo(9);
      assertThat(message.isAgain()).isTrue();
    }
  }

  @Test
  void whatNoPublishOfAClientSaysIsAMistakeAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Message.to("a").properties(CAME).build())
        .withMessageContaining("TOPIC_ALIAS");
    Message will =
        Message.to("a")
            .properties(Properties.builder().set(PropertyId.WILL_DELAY_INTERVAL, 5).build())
            .build();
    try (MqttClient client = MqttClient.to("mqtt://127.0.0.1:1").will(will).build()) {
      assertThatIllegalArgumentException().isThrownBy(() -> client.publish(will));
    }
  }

  @Test
  void whatNoPacketHoldsIsAMistakeAtOnce() {
    Message.checkSize(5, 0, 268_435_439);
    assertThatIllegalArgumentException().isThrownBy(() -> Message.checkSize(5, 1, 268_435_439));
  }

  @Test
  void bytesThatReplaceATextAreNoText() {
    assertThat(Message.to("a").payload("text").payload(new byte[1]).build().isText()).isFalse();
    Properties text = Properties.builder().set(PropertyId.PAYLOAD_FORMAT_INDICATOR, 1).build();
    assertThat(Message.to("a").properties(text).payload(new byte[1]).build().isText()).isTrue();
  }
}

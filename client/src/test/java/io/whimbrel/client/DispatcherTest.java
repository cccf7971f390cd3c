package io.whimbrel.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import org.junit.jupiter.api.Test;

/** What becomes of messages that came. */
final class DispatcherTest {
  private static Publish publish(String topic, int packetId) {
    Qos qos = packetId == 0 ? Qos.AT_MOST_ONCE : Qos.AT_LEAST_ONCE;
    return new Publish(
        false, qos, false, TopicName.of(topic), packetId, Properties.NONE, new byte[0]);
  }

  @Test
  void aListenerThatThrowsKeepsNoMessageFromItsAcknowledgement() throws Exception {
    ClientListener broken =
        new ClientListener() {
          @Override
          public void onHandlerFailed(ReceivedMessage message, Throwable failure) {
            throw new IllegalStateException("a listener");
          }

          @Override
          public void onUnhandled(ReceivedMessage message, String why) {
            throw new IllegalStateException("a listener");
          }
        };
    try (ScriptedServer server = new ScriptedServer();
        MqttClient client = server.client().listener(broken).build()) {
      client.handle(
          "a",
          message -> {
            throw new IllegalStateException("a handler");
          });
      client.connect();
      ScriptedServer.Connection connection = server.welcome();
      connection.send(publish("a", 1), publish("b", 2));

      assertThat(connection.next(Puback.class))
          .isEqualTo(new Puback(1, ReasonCode.UNSPECIFIED_ERROR));
      assertThat(connection.next(Puback.class)).isEqualTo(new Puback(2, ReasonCode.SUCCESS));
    }
  }
}

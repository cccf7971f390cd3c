package io.whimbrel.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Questions and their answers, as the server sees them. */
final class RequestTest {
  private static final long SECONDS = 30;

  private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();

  private final ClientListener listener =
      new ClientListener() {
        @Override
        public void onUnhandled(ReceivedMessage message, String why) {
          heard.add("unhandled " + message.text());
        }
      };

  private static Publish answer(Publish question, int packetId, String text) {
    Properties said =
        Properties.builder()
            .set(
                PropertyId.CORRELATION_DATA,
                question.properties().binary(PropertyId.CORRELATION_DATA))
            .build();
    return publish(question.properties().text(PropertyId.RESPONSE_TOPIC), packetId, text, said);
  }

  private static Publish publish(String topic, int packetId, String text, Properties said) {
    return new Publish(
        false,
        packetId == 0 ? Qos.AT_MOST_ONCE : Qos.AT_LEAST_ONCE,
        false,
        TopicName.of(topic),
        packetId,
        said,
        text.getBytes(StandardCharsets.UTF_8));
  }

  private static Publish question(ScriptedServer.Connection connection) throws Exception {
    while (true) {
      Packet next = connection.next();
      if (next instanceof Publish question) {
        return question;
      }
    }
  }

  private String next() throws InterruptedException {
    return heard.poll(SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void aHandlerMayAskAndWait() throws Exception {
    try (ScriptedServer server = new ScriptedServer();
        MqttClient client = server.client().build()) {
      client.handle(
          "in", message -> heard.add(client.blocking().request(Message.of("ask", "?")).text()));
      client.connect();
      ScriptedServer.Connection connection = server.welcome();
      connection.send(publish("in", 0, "go", Properties.NONE));
      connection.grant();
      connection.send(answer(question(connection), 1, "yes"));

      assertThat(next()).isEqualTo("yes");
    }
  }

  @Test
  void answersAreAcknowledgedThoughHandlersDoThatByHand() throws Exception {
    try (ScriptedServer server = new ScriptedServer();
        MqttClient client = server.client().acknowledgeByHand().listener(listener).build()) {
      client.connect();
      ScriptedServer.Connection connection = server.welcome();
      client.request(Message.of("ask", "?"), Duration.ofSeconds(SECONDS));
      connection.grant();
      Publish question = question(connection);
      connection.send(answer(question, 1, "yes"), answer(question, 2, "late"));
      connection.send(publish("nobody", 3, "x", Properties.NONE));

      assertThat(connection.next(Puback.class)).isEqualTo(new Puback(1, ReasonCode.SUCCESS));
      assertThat(connection.next(Puback.class)).isEqualTo(new Puback(2, ReasonCode.SUCCESS));
      assertThat(connection.next(Puback.class)).isEqualTo(new Puback(3, ReasonCode.SUCCESS));
      assertThat(next()).isEqualTo("unhandled late");
      assertThat(next()).isEqualTo("unhandled x");
    }
  }

  @Test
  void anAnswerToAnotherProcessOfTheSameNameAnswersNothing() throws Exception {
    try (ScriptedServer server = new ScriptedServer();
        MqttClient before = server.client().clientId("c").build();
        MqttClient client = server.client().clientId("c").listener(listener).build()) {
      Publish old = asked(server, before);
      client.connect();
      ScriptedServer.Connection connection = server.welcome();
      client
          .request(Message.of("ask", "?"), Duration.ofSeconds(SECONDS))
          .thenAccept(answer -> heard.add(answer.text()));
      connection.grant();
      Publish question = question(connection);
      connection.send(answer(old, 1, "old"));
      assertThat(next()).isEqualTo("unhandled old");
      connection.send(answer(question, 2, "new"));
      assertThat(next()).isEqualTo("new");
    }
  }

  private static Publish asked(ScriptedServer server, MqttClient client) throws Exception {
    client.connect();
    ScriptedServer.Connection connection = server.welcome();
    client.request(Message.of("ask", "?"), Duration.ofSeconds(SECONDS));
    connection.grant();
    return question(connection);
  }

  @Test
  void eachClientIdentifierHasATopicOfItsOwn() {
    List<String> ids = List.of("a/b", "a_b", "a%2Fb", "a+b", "a#b", "a%b", "a%25b");
    assertThat(ids.stream().map(Requester::responseTopic))
        .doesNotHaveDuplicates()
        .allSatisfy(topic -> assertThat(topic).matches("whimbrel/answers/[^/+#]+"));
  }
}

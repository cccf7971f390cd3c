package io.whimbrel.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Subscribers that ask for messages, or do not. */
final class StreamTest {
  private static final long SECONDS = 30;

  private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

  private final ClientListener listener =
      new ClientListener() {
        @Override
        public void onUnhandled(ReceivedMessage message, String why) {
          heard.add("unhandled " + message.text());
        }
      };

  /** Asks for nothing by itself. */
  private final class Idle implements Flow.Subscriber<ReceivedMessage> {
    @Override
    public void onSubscribe(Flow.Subscription made) {
      subscription.complete(made);
    }

    @Override
    public void onNext(ReceivedMessage message) {
      heard.add("next " + message.text());
    }

    @Override
    public void onError(Throwable failure) {
      heard.add("error");
    }

    @Override
    public void onComplete() {
      heard.add("complete");
    }
  }

  private ScriptedServer server;

  @BeforeEach
  void start() throws Exception {
    server = new ScriptedServer();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private String next() throws InterruptedException {
    return heard.poll(SECONDS, TimeUnit.SECONDS);
  }

  private static Publish publish(int packetId) {
    return new Publish(
        false,
        packetId == 0 ? Qos.AT_MOST_ONCE : Qos.AT_LEAST_ONCE,
        false,
        TopicName.of("a"),
        packetId,
        Properties.NONE,
        ("m" + packetId).getBytes(StandardCharsets.UTF_8));
  }

  private static void assertAcknowledged(ScriptedServer.Connection connection, int packetId)
      throws Exception {
    assertThat(connection.next(Puback.class)).isEqualTo(new Puback(packetId, ReasonCode.SUCCESS));
  }

  @Test
  void whatACancelledStreamDidNotTakeIsAcknowledgedAndToldOf() throws Exception {
    try (MqttClient client = server.client().listener(listener).build()) {
      client.messages("a").subscribe(new Idle());
      client.connect();
      ScriptedServer.Connection connection = server.welcome();
      connection.send(publish(1), publish(2));
      Flow.Subscription made = subscription.get(SECONDS, TimeUnit.SECONDS);
      made.request(1);
      assertThat(next()).isEqualTo("next m1");
      made.cancel();

      assertAcknowledged(connection, 1);
      assertAcknowledged(connection, 2);
      assertThat(next()).isEqualTo("unhandled m2");
    }
  }

  @Test
  void whatAHandlerTookIsHandledThoughAStreamDidNot() throws Exception {
    try (MqttClient client = server.client().listener(listener).build()) {
      client.messages("a").subscribe(new Idle());
      client.handle("a", message -> heard.add("handled " + message.text()));
      client.handle("b", message -> heard.add("end"));
      client.connect();
      ScriptedServer.Connection connection = server.welcome();
      connection.send(publish(1));
      assertThat(next()).isEqualTo("handled m1");
      subscription.get(SECONDS, TimeUnit.SECONDS).cancel();

      assertAcknowledged(connection, 1);
      connection.send(
          new Publish(
              false, Qos.AT_MOST_ONCE, false, TopicName.of("b"), 0, Properties.NONE, new byte[0]));
      assertThat(next()).isEqualTo("end");
    }
  }

  @Test
  void unhandleCompletesStreamsAndLetsGoOfWhatTheyHold() throws Exception {
    try (MqttClient client = server.client().listener(listener).acknowledgeByHand().build()) {
      client.messages("a").subscribe(new Idle());
      client.handle("#", message -> {});
      client.connect();
      ScriptedServer.Connection connection = server.welcome();
      client.unhandle("#");
      connection.send(publish(1));
      subscription.get(SECONDS, TimeUnit.SECONDS).request(1);
      assertThat(next()).isEqualTo("next m1");
      connection.send(publish(2));
      client.unhandle("a");
      connection.send(publish(3));

      assertThat(List.of(next(), next(), next()))
          .containsExactlyInAnyOrder("complete", "unhandled m2", "unhandled m3");
    }
  }

  @Test
  void aStreamCompletesWhenItsClientIsClosed() throws Exception {
    try (MqttClient client = server.client().listener(listener).build()) {
      client.messages("a").subscribe(new Idle());
      client.close();
      assertThat(next()).isEqualTo("complete");
      client.messages("a").subscribe(new Idle());
      assertThat(next()).isEqualTo("complete");
    }
  }
}

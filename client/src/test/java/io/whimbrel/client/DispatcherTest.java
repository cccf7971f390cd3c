package io.whimbrel.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What becomes of messages that came. */
final class DispatcherTest {
  private static final long SECONDS = 30;

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

  /** Asks for as many as it is told to. */
  private static class Asks implements Flow.Subscriber<ReceivedMessage> {
    private final long count;

    Asks(long count) {
      this.count = count;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      if (count > 0) {
        subscription.request(count);
      }
    }

    @Override
    public void onNext(ReceivedMessage message) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}
  }

  @Test
  void whoAsksForNothingKeepsNobodyFromPublishing() throws Exception {
    try (ScriptedServer server = new ScriptedServer();
        MqttClient client = server.client().receiveMaximum(2_000).build()) {
      client.messages("a").subscribe(new Asks(0));
      client.connect();
      ScriptedServer.Connection connection = server.welcome();
      for (int i = 1; i <= 2_000; i++) {
        connection.send(publish("a", i));
      }
      Delivery delivery = client.publish(Message.of("b", "x"));
      Publish sent = connection.next(Publish.class);
      connection.send(new Puback(sent.packetId(), ReasonCode.SUCCESS));

      assertThat(delivery.result().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS).reason())
          .isEqualTo(ReasonCode.SUCCESS);
    }
  }

  @Test
  void aSubscriberMayWaitForTheServerAndWhatFindsNoRoomIsCounted() throws Exception {
    int more = 3 * Dispatcher.WAITING_MAX;
    CountDownLatch told = new CountDownLatch(1 + more);
    AtomicLong dropped = new AtomicLong();
    ClientListener listener =
        new ClientListener() {
          @Override
          public void onDropped(long messages) {
            dropped.addAndGet(messages);
            LongStream.range(0, messages).forEach(each -> told.countDown());
          }
        };
    try (ScriptedServer server = new ScriptedServer();
        MqttClient client = server.client().listener(listener).build()) {
      client
          .messages("a")
          .subscribe(
              new Asks(Long.MAX_VALUE) {
                private boolean asked;

                @Override
                public void onNext(ReceivedMessage message) {
                  if (!asked) {
                    asked = true;
                    client.blocking().publish(Message.of("b", "x"));
                  }
                  told.countDown();
                }
              });
      client.connect();
      ScriptedServer.Connection connection = server.welcome();
      connection.send(publish("a", 0));
      Publish sent = connection.next(Publish.class);
      for (int i = 0; i < more; i++) {
        connection.send(publish("a", 0));
      }
      connection.send(new Puback(sent.packetId(), ReasonCode.SUCCESS));

      assertThat(told.await(SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(dropped.get()).isPositive();
    }
  }
}

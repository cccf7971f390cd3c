package io.whimbrel.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.client.BlockingClient;
import io.whimbrel.client.ClientListener;
import io.whimbrel.client.ConnectResult;
import io.whimbrel.client.Delivery;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.MqttClientException;
import io.whimbrel.client.OutboxSettings;
import io.whimbrel.client.PublishResult;
import io.whimbrel.client.ReceivedMessage;
import io.whimbrel.client.Subscription;
import io.whimbrel.client.TokenSupplier;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What users of other Java clients report, each by its number: here it does not happen. HiveMQ is
 * hivemq/hivemq-mqtt-client, Paho is eclipse-paho/paho.mqtt.java.
 */
final class KnownTroublesTest {
  private static final long SECONDS = 20;

  private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<ConnectResult> connects = new LinkedBlockingQueue<>();
  private EmbeddedBroker broker;

  private final ClientListener listener =
      new ClientListener() {
        @Override
        public void onConnected(ConnectResult result) {
          connects.add(result);
        }
      };

  @BeforeEach
  void start() {
    broker = EmbeddedBroker.start();
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private String next() throws InterruptedException {
    return heard.poll(SECONDS, TimeUnit.SECONDS);
  }

  /** HiveMQ #408: subscribe blocks for ever when the link drops. */
  @Test
  void aSubscribeWithoutAnswerEndsInTime() throws Exception {
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        MqttClient client =
            MqttClient.to("mqtt://127.0.0.1:" + deaf.getLocalPort())
                .timeout(Duration.ofMillis(300))
                .build()) {
      BlockingClient blocking = client.blocking();
      assertThatThrownBy(blocking::connect).isInstanceOf(MqttClientException.class);
      assertThatThrownBy(() -> blocking.subscribe(Subscription.of("a", Qos.AT_MOST_ONCE)))
          .isInstanceOf(MqttClientException.class);
      assertThatThrownBy(() -> blocking.publish(Message.of("a", "x")))
          .isInstanceOf(MqttClientException.class)
          .hasMessageContaining("may arrive");
    }
  }

  /** HiveMQ #350: a publish is stuck after the server was restarted. Paho #202. */
  @Test
  void aPublishUnderWayIsDoneAfterARestartOfTheServer() throws Exception {
    try (MqttClient client =
        MqttClient.to(broker.uri())
            .backoff(Duration.ofMillis(20), Duration.ofMillis(100))
            .listener(listener)
            .build()) {
      client.handle("a", message -> heard.add(message.text()));
      client.blocking().connect();
      client.blocking().subscribe(Subscription.of("a", Qos.AT_LEAST_ONCE));
      broker.stop();
      List<Delivery> deliveries = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        deliveries.add(client.publish(Message.of("a", "m" + i)));
      }
      broker.restart();
      for (Delivery each : deliveries) {
        PublishResult result = each.result().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        assertThat(result.isRefused()).isFalse();
      }
      for (int i = 0; i < 10; i++) {
        assertThat(next()).isEqualTo("m" + i);
      }
    }
  }

  /** HiveMQ #416: a user interface freezes while there is no network. */
  @Test
  void nothingBlocksWithoutAConnection() {
    broker.stop();
    try (MqttClient client = MqttClient.to("mqtt://127.0.0.1:1").build()) {
      assertThat(client.publish(Message.of("a", "x")).state()).isNotNull();
      assertThat(client.subscribe(Subscription.of("a", Qos.AT_MOST_ONCE))).isNotNull();
      assertThat(client.connect()).isNotNull();
      assertThat(client.isConnected()).isFalse();
    }
  }

  /** Paho #310, #985: to publish, or to subscribe, inside of a callback is a deadlock. */
  @Test
  void aHandlerMayWaitForTheServer() throws Exception {
    try (MqttClient client = MqttClient.to(broker.uri()).build()) {
      BlockingClient blocking = client.blocking();
      client.handle(
          "ask",
          message -> {
            blocking.subscribe(Subscription.of("answer", Qos.EXACTLY_ONCE));
            blocking.publish(Message.to("answer").qos(Qos.EXACTLY_ONCE).payload("yes").build());
          });
      client.handle("answer", message -> heard.add(message.text()));
      blocking.connect();
      blocking.subscribe(Subscription.of("ask", Qos.AT_LEAST_ONCE));
      client
          .publish(Message.of("ask", "?"))
          .result()
          .thenAccept(done -> blocking.publish(Message.of("ask", "again")));
      assertThat(next()).isEqualTo("yes");
      assertThat(next()).isEqualTo("yes");
    }
  }

  /** HiveMQ #254: messages between CONNECT and SUBSCRIBE are lost when a session is resumed. */
  @Test
  void whatASessionHasWaitingComesToHandlersMadeBeforeConnect() throws Exception {
    try (MqttClient first = lasting("reader")) {
      first.blocking().connect();
      first.blocking().subscribe(Subscription.of("a", Qos.AT_LEAST_ONCE));
      first.blocking().disconnect();
    }
    try (MqttClient publisher = MqttClient.to(broker.uri()).build()) {
      publisher.blocking().connect();
      publisher.blocking().publish(Message.of("a", "waited"));
    }
    try (MqttClient again = lasting("reader")) {
      again.handle("a", message -> heard.add(message.text()));
      assertThat(again.blocking().connect().sessionPresent()).isTrue();
      assertThat(next()).isEqualTo("waited");
    }
  }

  private MqttClient lasting(String id) {
    return MqttClient.to(broker.uri()).clientId(id).sessionExpiry(Duration.ofHours(1)).build();
  }

  /** HiveMQ #530, #450: a reconnection forgets user properties and takes the old token. */
  @Test
  void eachConnectionHasItsOwnTokenAndAllUserProperties() throws Exception {
    AtomicInteger tokens = new AtomicInteger();
    TokenSupplier supplier =
        () ->
            CompletableFuture.completedFuture(
                new TokenSupplier.Token(
                    ("t" + tokens.incrementAndGet()).getBytes(StandardCharsets.UTF_8),
                    Optional.empty()));
    try (MqttClient client =
        MqttClient.to(broker.uri())
            .userName("u")
            .tokens(supplier)
            .userProperty("site", "north")
            .backoff(Duration.ofMillis(20), Duration.ofMillis(100))
            .listener(listener)
            .build()) {
      client.blocking().connect();
      connects.poll(SECONDS, TimeUnit.SECONDS);
      broker.restart();
      assertThat(connects.poll(SECONDS, TimeUnit.SECONDS)).isNotNull();
      assertThat(tokens.get()).isGreaterThanOrEqualTo(2);
    }
  }

  /** HiveMQ #391, Paho issues by the dozen: who lost the session hears nothing any more. */
  @Test
  void subscriptionsAreMadeAgainWhereTheServerHasLostTheSession() throws Exception {
    try (EmbeddedBroker forgetful =
            EmbeddedBroker.start(Map.of("listeners.tcp-durability", "memory"));
        MqttClient client =
            MqttClient.to(forgetful.uri())
                .backoff(Duration.ofMillis(20), Duration.ofMillis(100))
                .listener(listener)
                .build()) {
      client.handle("a/#", message -> heard.add(message.text()));
      client.blocking().connect();
      client.blocking().subscribe(Subscription.of("a/#", Qos.AT_LEAST_ONCE));
      connects.poll(SECONDS, TimeUnit.SECONDS);
      forgetful.restart();
      ConnectResult again = connects.poll(SECONDS, TimeUnit.SECONDS);
      assertThat(again).isNotNull();
      assertThat(again.sessionPresent()).isFalse();
      client.blocking().publish(Message.of("a/b", "still here"));
      assertThat(next()).isEqualTo("still here");
    }
  }

  /** HiveMQ #557: a message cannot be refused. */
  @Test
  void aMessageCanBeRefused() throws Exception {
    try (MqttClient client =
        MqttClient.to(broker.uri()).acknowledgeByHand().receiveMaximum(1).build()) {
      client.handle(
          "a",
          message -> {
            heard.add(message.text());
            message.refuse(ReasonCode.NOT_AUTHORIZED);
          });
      client.blocking().connect();
      client.blocking().subscribe(Subscription.of("a", Qos.AT_LEAST_ONCE));
      client.blocking().publish(Message.of("a", "one"));
      client.blocking().publish(Message.of("a", "two"));
      assertThat(next()).isEqualTo("one");
      assertThat(next()).isEqualTo("two"); // the quota of one was given back
    }
  }

  /** Paho #635, #810, #1061: locks in the working directory, and identifiers that break files. */
  @Test
  void anOutboxIsWhereItIsToldToBeWhateverTheIdentifier(@TempDir Path directory) throws Exception {
    Path outbox = directory.resolve("outbox");
    String id = "a/b:*?\"<>|".repeat(100);
    try (MqttClient client =
        MqttClient.to(broker.uri()).clientId(id).outbox(OutboxSettings.onDisk(outbox)).build()) {
      client.blocking().connect();
      assertThat(client.blocking().publish(Message.of("a", "x")).isRefused()).isFalse();
      assertThatThrownBy(
              () ->
                  MqttClient.to(broker.uri())
                      .clientId(id)
                      .outbox(OutboxSettings.onDisk(outbox))
                      .build())
          .isInstanceOf(MqttClientException.class);
    }
    try (var all = Files.list(directory)) {
      assertThat(all.toList()).containsExactly(outbox);
    }
  }

  /** HiveMQ #305: nothing survives the end of the process. */
  @Test
  void whatWasNotSentIsSentByTheNextClient(@TempDir Path directory) throws Exception {
    try (MqttClient offline = keeping(directory, "mqtt://127.0.0.1:1")) {
      for (int i = 0; i < 5; i++) {
        offline.blocking().send(Message.of("a", "m" + i));
      }
    }
    try (MqttClient reader = MqttClient.to(broker.uri()).build();
        MqttClient next = keeping(directory, broker.uri())) {
      reader.handle("a", message -> heard.add(message.text()));
      reader.blocking().connect();
      reader.blocking().subscribe(Subscription.of("a", Qos.AT_LEAST_ONCE));
      assertThat(next.outboxBytes()).isPositive();
      next.blocking().connect();
      for (int i = 0; i < 5; i++) {
        assertThat(next()).isEqualTo("m" + i);
      }
    }
  }

  private static MqttClient keeping(Path directory, String uri) {
    return MqttClient.to(uri)
        .clientId("keeper")
        .outbox(OutboxSettings.onDisk(directory.resolve("outbox")))
        .build();
  }

  /** Paho's queue of ten blocks the reader; mqtt.js #1131 has no word for it. */
  @Test
  void whoAsksForNoMoreGetsNoMoreAndTheServerWaits() throws Exception {
    LinkedBlockingQueue<Flow.Subscription> asking = new LinkedBlockingQueue<>();
    try (MqttClient client = MqttClient.to(broker.uri()).receiveMaximum(2).build()) {
      client
          .messages("a")
          .subscribe(
              new Flow.Subscriber<ReceivedMessage>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                  asking.add(subscription);
                }

                @Override
                public void onNext(ReceivedMessage message) {
                  heard.add(message.text());
                }

                @Override
                public void onError(Throwable failure) {
                  heard.add(failure.toString());
                }

                @Override
                public void onComplete() {}
              });
      client.blocking().connect();
      client.blocking().subscribe(Subscription.of("a", Qos.AT_LEAST_ONCE));
      for (int i = 0; i < 10; i++) {
        client.blocking().publish(Message.of("a", "m" + i));
      }
      Flow.Subscription subscription = asking.poll(SECONDS, TimeUnit.SECONDS);
      assertThat(subscription).isNotNull();
      assertThat(heard).isEmpty();
      for (int i = 0; i < 10; i++) {
        subscription.request(1);
        assertThat(next()).isEqualTo("m" + i);
      }
    }
  }

  /** An answer finds its question, and a question without one ends in time. */
  @Test
  void aQuestionGetsItsAnswerOrEnds() throws Exception {
    try (MqttClient server = MqttClient.to(broker.uri()).build();
        MqttClient client = MqttClient.to(broker.uri()).timeout(Duration.ofSeconds(10)).build()) {
      server.handle(
          "double",
          question -> {
            int number = Integer.parseInt(question.text());
            server.respond(question, String.valueOf(2 * number).getBytes(StandardCharsets.UTF_8));
          });
      server.blocking().connect();
      server.blocking().subscribe(Subscription.of("double", Qos.AT_LEAST_ONCE));
      client.blocking().connect();
      assertThat(client.blocking().request(Message.of("double", "21")).text()).isEqualTo("42");
      assertThatThrownBy(
              () ->
                  client
                      .blocking()
                      .within(Duration.ofMillis(200))
                      .request(Message.of("nobody", "?")))
          .isInstanceOf(MqttClientException.class);
    }
  }
}

package io.whimbrel.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whimbrel.client.BlockingClient;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.MqttClientBuilder;
import io.whimbrel.client.ReceivedMessage;
import io.whimbrel.client.Subscription;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.UserProperty;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the client does with any server: with ours, and by {@code interop/library} with those of
 * others, whose addresses come as {@code whimbrel.suite.uri} and {@code whimbrel.suite.ws}.
 */
final class ClientSuiteTest {
  private static final String URI = System.getProperty("whimbrel.suite.uri", "");
  private static final String WS = System.getProperty("whimbrel.suite.ws", "");
  private static final long SECONDS = 20;

  private static EmbeddedBroker broker;

  private final LinkedBlockingQueue<ReceivedMessage> heard = new LinkedBlockingQueue<>();
  private final String topic = "suite/" + Integer.toString(new Random().nextInt(1 << 30), 36);

  @BeforeAll
  static void start() {
    if (URI.isEmpty()) {
      broker = EmbeddedBroker.start();
    }
  }

  @AfterAll
  static void stop() {
    if (broker != null) {
      broker.close();
    }
  }

  private static MqttClientBuilder to(boolean webSocket) {
    if (broker != null) {
      return MqttClient.to(webSocket ? broker.webSocketUri() : broker.uri());
    }
    assumeTrue(!webSocket || !WS.isEmpty(), "that server has no WebSocket");
    return MqttClient.to(webSocket ? WS : URI);
  }

  private static MqttClientBuilder to(ProtocolVersion version) {
    return to(false).version(version);
  }

  private ReceivedMessage next() throws InterruptedException {
    ReceivedMessage next = heard.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(next).as("a message").isNotNull();
    return next;
  }

  private BlockingClient subscribed(MqttClient client, String filter) {
    client.handle(filter.replaceFirst("^\\$share/[^/]*/", ""), heard::add);
    BlockingClient blocking = client.blocking();
    assertThat(blocking.connect().isRefused()).isFalse();
    assertThat(blocking.subscribe(Subscription.of(filter, Qos.EXACTLY_ONCE)).isGranted()).isTrue();
    return blocking;
  }

  @ParameterizedTest
  @CsvSource({
    "MQTT_5, 0, false",
    "MQTT_5, 1, false",
    "MQTT_5, 2, false",
    "MQTT_5, 2, true",
    "MQTT_3_1_1, 0, false",
    "MQTT_3_1_1, 1, false",
    "MQTT_3_1_1, 2, true"
  })
  void whatIsPublishedArrivesInItsOrder(ProtocolVersion version, int qos, boolean webSocket)
      throws Exception {
    try (MqttClient client = to(webSocket).version(version).build()) {
      BlockingClient blocking = subscribed(client, topic + "/#");
      for (int i = 0; i < 100; i++) {
        Message message = Message.to(topic + "/" + i % 3).qos(Qos.of(qos)).payload("m" + i).build();
        assertThat(blocking.publish(message).isRefused()).isFalse();
      }
      for (int i = 0; i < 100; i++) {
        assertThat(next().text()).isEqualTo("m" + i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"MQTT_5", "MQTT_3_1_1"})
  void manyAtOnceArriveOnce(ProtocolVersion version) throws Exception {
    try (MqttClient client = to(version).build()) {
      subscribed(client, topic);
      for (int i = 0; i < 2_000; i++) {
        client.publish(Message.to(topic).qos(Qos.EXACTLY_ONCE).payload("m" + i).build());
      }
      for (int i = 0; i < 2_000; i++) {
        assertThat(next().text()).isEqualTo("m" + i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"MQTT_5", "MQTT_3_1_1"})
  void aRetainedMessageComesToWhoSubscribesLater(ProtocolVersion version) throws Exception {
    try (MqttClient client = to(version).build()) {
      client.blocking().connect();
      client.blocking().publish(Message.to(topic).retain().payload("kept").build());
      subscribed(client, topic);
      ReceivedMessage kept = next();
      assertThat(kept.text()).isEqualTo("kept");
      assertThat(kept.message().retain()).isTrue();
      client.blocking().publish(Message.to(topic).retain().payload(new byte[0]).build());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"MQTT_5", "MQTT_3_1_1"})
  void aSessionKeepsWhatComesMeanwhile(ProtocolVersion version) throws Exception {
    String id = topic.replace('/', '-');
    try (MqttClient sender = to(version).build()) {
      sender.blocking().connect();
      try (MqttClient first =
          to(version).clientId(id).sessionExpiry(Duration.ofMinutes(5)).build()) {
        subscribed(first, topic);
        first.blocking().disconnect();
        sender.blocking().publish(Message.of(topic, "meanwhile"));
      }
      try (MqttClient again =
          to(version).clientId(id).sessionExpiry(Duration.ofMinutes(5)).build()) {
        again.handle(topic, heard::add);
        assertThat(again.blocking().connect().sessionPresent()).isTrue();
        assertThat(next().text()).isEqualTo("meanwhile");
        again.blocking().unsubscribe(topic);
      }
    }
  }

  @Test
  void aLargePayloadArrivesWhole() throws Exception {
    byte[] large = new byte[200_000];
    new Random(1).nextBytes(large);
    try (MqttClient client = to(false).build()) {
      BlockingClient blocking = subscribed(client, topic);
      assertThat(blocking.publish(Message.of(topic, large)).isRefused()).isFalse();
      assertThat(next().payload()).isEqualTo(large);
    }
  }

  @Test
  void everythingThatMqtt5SaysOfAMessageArrives() throws Exception {
    try (MqttClient client = to(false).build()) {
      BlockingClient blocking = subscribed(client, topic);
      blocking.publish(
          Message.to(topic)
              .payload("{}")
              .contentType("application/json")
              .responseTopic("answers/here")
              .correlationData(new byte[] {1, 2, 3})
              .expiry(Duration.ofMinutes(1))
              .userProperty("a", "1")
              .userProperty("a", "2")
              .build());
      Message message = next().message();
      assertThat(message.contentType()).contains("application/json");
      assertThat(message.responseTopic()).contains("answers/here");
      assertThat(message.correlationData()).hasValue(new byte[] {1, 2, 3});
      assertThat(message.expirySeconds().getAsLong()).isBetween(50L, 60L);
      assertThat(message.isText()).isTrue();
      assertThat(message.userProperties())
          .containsExactly(new UserProperty("a", "1"), new UserProperty("a", "2"));
    }
  }

  @Test
  void manyTopicsArriveUnderTheirNamesWhateverHasAnAlias() throws Exception {
    try (MqttClient client = to(false).build()) {
      subscribed(client, topic + "/+");
      for (int i = 0; i < 600; i++) {
        client.publish(Message.of(topic + "/" + i % 200, "m" + i % 200));
      }
      for (int i = 0; i < 600; i++) {
        ReceivedMessage each = next();
        assertThat(each.topic()).isEqualTo(topic + "/" + each.text().substring(1));
      }
    }
  }

  @Test
  void membersOfASharedSubscriptionDivideTheMessages() throws Exception {
    try (MqttClient one = to(false).build();
        MqttClient two = to(false).build()) {
      subscribed(one, "$share/g/" + topic);
      BlockingClient blocking = subscribed(two, "$share/g/" + topic);
      for (int i = 0; i < 20; i++) {
        blocking.publish(Message.of(topic, "m" + i));
      }
      for (int i = 0; i < 20; i++) {
        next();
      }
      assertThat(heard).isEmpty();
    }
  }

  @Test
  void aQuestionGetsItsAnswer() throws Exception {
    try (MqttClient server = to(false).build();
        MqttClient client = to(false).build()) {
      server.handle(
          topic,
          question ->
              server.respond(
                  question, ("re: " + question.text()).getBytes(StandardCharsets.UTF_8)));
      server.blocking().connect();
      server.blocking().subscribe(Subscription.of(topic, Qos.AT_LEAST_ONCE));
      client.blocking().connect();
      assertThat(client.blocking().request(Message.of(topic, "hello")).text())
          .isEqualTo("re: hello");
    }
  }

  @Test
  void afterUnsubscribeNothingComes() throws Exception {
    try (MqttClient client = to(false).build()) {
      BlockingClient blocking = subscribed(client, topic);
      blocking.publish(Message.of(topic, "one"));
      assertThat(next().text()).isEqualTo("one");
      blocking.unsubscribe(topic);
      blocking.subscribe(Subscription.of(topic + "/end", Qos.AT_LEAST_ONCE));
      client.handle(topic + "/end", heard::add);
      blocking.publish(Message.of(topic, "two"));
      blocking.publish(Message.of(topic + "/end", "end"));
      assertThat(next().text()).isEqualTo("end");
    }
  }
}

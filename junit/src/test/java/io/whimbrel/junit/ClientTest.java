package io.whimbrel.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.client.BlockingClient;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.Subscription;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Qos;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client with a real broker. */
final class ClientTest {
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start();
  }

  @AfterAll
  static void stop() {
    broker.close();
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
  void whatIsPublishedArrives(ProtocolVersion version, int qos, boolean webSocket)
      throws Exception {
    String uri = webSocket ? broker.webSocketUri() : broker.uri();
    LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    try (MqttClient client = MqttClient.to(uri).version(version).build()) {
      client.handle("t/#", message -> heard.add(message.text()));
      BlockingClient blocking = client.blocking();
      assertThat(blocking.connect().isRefused()).isFalse();
      assertThat(blocking.subscribe(Subscription.of("t/+", Qos.EXACTLY_ONCE)).isGranted()).isTrue();
      for (int i = 0; i < 100; i++) {
        Message message = Message.to("t/" + i % 3).qos(Qos.of(qos)).payload("m" + i).build();
        assertThat(blocking.publish(message).isRefused()).isFalse();
      }
      List<String> expected =
          java.util.stream.IntStream.range(0, 100).mapToObj(i -> "m" + i).toList();
      for (String each : expected) {
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(each);
      }
    }
  }
}

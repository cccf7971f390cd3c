package io.whimbrel.server;

import static io.whimbrel.codec.ProtocolVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HttpAndSysTest {
  private static final Set<String> READ_BY_MONITORING =
      Set.of(
          "version",
          "uptime",
          "clients/connected",
          "clients/total",
          "clients/maximum",
          "messages/received",
          "messages/stored",
          "store/messages/bytes",
          "subscriptions/count",
          "shared_subscriptions/count",
          "retained messages/count",
          "publish/messages/dropped",
          "publish/messages/dropped/queue_messages",
          "publish/bytes/sent",
          "bytes/received",
          "heap/maximum",
          "connections/socket/count",
          "load/messages/received/1min",
          "load/connections/15min");

  @Test
  void healthAndMetricsAreThereForReading() throws Exception {
    try (TestBroker broker = new TestBroker()) {
      assertThat(broker.http("GET", "/health/live").statusCode()).isEqualTo(200);
      assertThat(broker.http("GET", "/health/ready").body()).isEqualTo("ready\n");
      assertThat(broker.http("HEAD", "/metrics").statusCode()).isEqualTo(200);
      assertThat(broker.http("GET", "/metrics").body())
          .contains("whimbrel_connections 0.0")
          .contains("jvm_memory_used_bytes")
          .contains("jvm_threads_live_threads");
    }
  }

  @Test
  void nothingElseIs() throws Exception {
    try (TestBroker broker = new TestBroker()) {
      assertThat(broker.http("GET", "/").statusCode()).isEqualTo(404);
      assertThat(broker.http("GET", "/metrics/x").statusCode()).isEqualTo(404);
      assertThat(broker.http("POST", "/metrics").statusCode()).isEqualTo(405);
      assertThat(broker.http("DELETE", "/health/live").statusCode()).isEqualTo(405);
    }
  }

  @Test
  void whoAsksOnWithoutReadingTheAnswersIsClosed() throws Exception {
    try (TestBroker broker = new TestBroker();
        Socket visitor = new Socket("127.0.0.1", broker.port(Listening.Kind.HTTP))) {
      byte[] questions =
          "GET /metrics HTTP/1.1\r\n\r\n".repeat(100).getBytes(StandardCharsets.US_ASCII);
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  visitor.getOutputStream().write(questions);
                  visitor.getOutputStream().flush();
                  broker.http("GET", "/health/live"); // it has had its turn with ours
                }
              })
          .isInstanceOf(IOException.class);
      assertThat(broker.http("GET", "/health/live").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void sysTopicsTellWhatMetricsTell() throws Exception {
    try (TestBroker broker = new TestBroker("sys-topics.interval", "1s");
        RawClient monitor = RawClient.connected(broker.port(), MQTT_5, "monitor")) {
      monitor.subscribe("$SYS/broker/#", Qos.AT_MOST_ONCE);
      Map<String, String> told = new HashMap<>();
      while (!told.keySet().containsAll(READ_BY_MONITORING)
          || !"1".equals(told.get("clients/connected"))) {
        Publish publish = monitor.read(Publish.class);
        told.put(
            publish.topic().toString().substring("$SYS/broker/".length()),
            new String(publish.payload(), StandardCharsets.UTF_8));
      }

      assertThat(told.get("version")).startsWith("whimbrel ");
      assertThat(told.get("uptime")).matches("\\d+ seconds");
      assertThat(told.get("load/connections/1min")).matches("\\d+\\.\\d\\d");
      assertThat(broker.metric("whimbrel_clients")).isEqualTo(1);
    }
  }

  @Test
  void nobodyWritesSysTopicsButTheBroker() throws Exception {
    try (TestBroker broker = new TestBroker("sys-topics.interval", "0");
        RawClient client = RawClient.connected(broker.port(), MQTT_5, "forger")) {
      client.publish("$SYS/broker/uptime", new byte[0], Qos.AT_LEAST_ONCE, 1);

      assertThat(client.read(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
  }
}

package io.whimbrel.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import io.whimbrel.server.Server;
import io.whimbrel.server.config.ServerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The devices of a registry, at a broker. */
class DevicesTest {
  @TempDir Path directory;
  private Server broker;

  @BeforeEach
  void startTheBroker() throws Exception {
    Path settings =
        Files.writeString(
            directory.resolve("registry"), "device.pump-1=s3cret,mill\ndevice.pump-2=other,mill\n");
    broker =
        Server.start(
            ServerConfig.of(
                Map.of(
                    "listeners.tcp-port", "any",
                    "listeners.websocket-port", "0",
                    "http.port", "0",
                    "data-dir", directory.resolve("data").toString(),
                    "auth.plugin-directory", directory.toString(),
                    "auth.plugin-settings", settings.toString(),
                    "auth.authorizer", "sites",
                    "auth.chain", "devices,anonymous")));
  }

  @AfterEach
  void stopTheBroker() {
    broker.stop();
  }

  @Test
  void comeInWithTheirTokenAndKeepToTheirSite() throws Exception {
    Mqtt5BlockingClient pump = device("pump-1", "s3cret");
    try (Mqtt5BlockingClient.Mqtt5Publishes heard =
        pump.publishes(MqttGlobalPublishFilter.SUBSCRIBED)) {
      pump.subscribeWith().topicFilter("mill/#").qos(MqttQos.AT_LEAST_ONCE).send();
      pump.publishWith().topic("mill/pump-1/t").qos(MqttQos.AT_LEAST_ONCE).send();
      assertThat(heard.receive(20, TimeUnit.SECONDS)).isPresent();
      assertThatThrownBy(
              () -> pump.publishWith().topic("mill/pump-2/t").qos(MqttQos.AT_LEAST_ONCE).send())
          .isInstanceOf(Mqtt5PubAckException.class);
      assertThatThrownBy(() -> pump.subscribeWith().topicFilter("#").send())
          .isInstanceOf(Mqtt5SubAckException.class);
    }
    pump.disconnect();
  }

  @Test
  void areRefusedWithAnothersToken() {
    assertThatThrownBy(() -> device("pump-1", "other")).isInstanceOf(Mqtt5ConnAckException.class);
    assertThatThrownBy(() -> device("pump-9", "")).isInstanceOf(Mqtt5ConnAckException.class);
  }

  @Test
  void mayBeFollowedInTheChainByOthers() {
    Mqtt5BlockingClient guest = client("guest");
    guest.connect();
    guest.publishWith().topic("mill/pump-2/t").qos(MqttQos.AT_LEAST_ONCE).send();
    guest.disconnect();
  }

  private Mqtt5BlockingClient device(String name, String token) {
    Mqtt5BlockingClient client = client(name);
    client
        .connectWith()
        .simpleAuth()
        .username("device")
        .password(token.getBytes(UTF_8))
        .applySimpleAuth()
        .send();
    return client;
  }

  private Mqtt5BlockingClient client(String name) {
    return MqttClient.builder()
        .useMqttVersion5()
        .identifier(name)
        .serverHost("127.0.0.1")
        .serverPort(broker.listening().get(0).port())
        .buildBlocking();
  }
}

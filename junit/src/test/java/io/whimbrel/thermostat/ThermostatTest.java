package io.whimbrel.thermostat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.Subscription;
import io.whimbrel.codec.Qos;
import io.whimbrel.junit.Broker;
import io.whimbrel.junit.EmbeddedBroker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A program that speaks MQTT, tested with a broker. */
public class ThermostatTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  /** What is tested: switches the heating on below 20 degrees. */
  static final class Thermostat implements AutoCloseable {
    private final MqttClient client;

    Thermostat(String uri) {
      client =
          MqttClient.to(uri)
              .clientId("thermostat")
              .sessionExpiry(Duration.ofHours(1))
              .backoff(Duration.ofMillis(50), Duration.ofSeconds(5))
              .build();
      client.handle("room/temperature", message -> heat(Double.parseDouble(message.text()) < 20));
      client.blocking().connect();
      client.blocking().subscribe(Subscription.of("room/temperature", Qos.AT_LEAST_ONCE));
    }

    private void heat(boolean wanted) {
      client.publish(Message.of("room/heating", wanted ? "on" : "off"));
    }

    @Override
    public void close() {
      client.close();
    }
  }

  @Broker static EmbeddedBroker broker;

  private Thermostat thermostat;
  private MqttClient sensor;

  @BeforeEach
  void start() {
    thermostat = new Thermostat(broker.network().uri());
    sensor = MqttClient.to(broker.uri()).build();
    sensor.blocking().connect();
  }

  @AfterEach
  void stop() {
    sensor.close();
    thermostat.close();
  }

  private void measure(String temperature) {
    sensor.blocking().publish(Message.of("room/temperature", temperature));
  }

  @Test
  void heatsWhenItIsCold() {
    measure("19.5");

    broker.expect("room/heating").payload("on").within(SOON);
  }

  @Test
  void switchesOnceForEachMeasurement() {
    measure("19.5");
    measure("20.5");

    List<Message> switched = broker.expect("room/heating").count(2).within(SOON);

    assertEquals(List.of("on", "off"), switched.stream().map(Message::text).toList());
    broker.expect("room/heating").count(3).never(Duration.ofMillis(100));
  }

  @Test
  void hearsWhatWasMeasuredWhileTheNetworkWasDown() {
    broker.network().refuse();
    broker.network().cut();
    measure("18");
    broker.expect("room/heating").never(Duration.ofMillis(100));

    broker.network().accept();

    broker.expect("room/heating").payload("on").within(SOON);
  }

  @Test
  void goesOnWhenTheBrokerWasStartedAgain() {
    broker.restart();
    sensor.blocking().connect();

    measure("18");

    broker.expect("room/heating").payload("on").within(SOON);
  }
}

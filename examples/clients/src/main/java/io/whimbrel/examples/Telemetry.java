package io.whimbrel.examples;

import io.whimbrel.client.ConnectResult;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.ReceivedMessage;
import io.whimbrel.client.Subscription;
import io.whimbrel.codec.Qos;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Measurements, as MQTT 5 can say them: what they are, where they are from and how long they are
 * worth reading. Two workers share them by one Shared Subscription; topic aliases, which spare the
 * long topic in each message, are the client's own affair.
 */
public final class Telemetry {
  private static final String TOPIC = "plants/kiel/halls/north/machines/mill-4/spindle/temperature";
  private static final String SHARED = "$share/evaluation/plants/+/halls/#";
  private static final int MEASUREMENTS = 100;
  private static final long SECONDS_MAX = 30;

  private Telemetry() {}

  /** Takes its part of the measurements. */
  private static final class Worker implements AutoCloseable {
    private final MqttClient client;
    private final CountDownLatch all;
    private final AtomicInteger mine = new AtomicInteger();

    Worker(String broker, CountDownLatch all) {
      this.all = all;
      client = MqttClient.to(broker).receiveMaximum(10).build();
      client.handle("plants/#", this::evaluate);
      client.blocking().connect();
      client.blocking().subscribe(Subscription.of(SHARED, Qos.AT_LEAST_ONCE));
    }

    private void evaluate(ReceivedMessage measurement) {
      Message message = measurement.message();
      boolean json = message.contentType().filter("application/json"::equals).isPresent();
      boolean celsius =
          message.userProperties().stream().anyMatch(p -> p.value().equals("celsius"));
      if (json && celsius && message.expirySeconds().isPresent()) {
        mine.incrementAndGet();
      }
      all.countDown();
    }

    @Override
    public void close() {
      client.close();
    }
  }

  /** Its argument is the broker, mqtt://localhost where there is none. */
  public static void main(String[] args) throws InterruptedException {
    System.out.println(run(args.length == 0 ? "mqtt://localhost" : args[0]));
  }

  static String run(String broker) throws InterruptedException {
    CountDownLatch all = new CountDownLatch(MEASUREMENTS);
    try (Worker one = new Worker(broker, all);
        Worker two = new Worker(broker, all);
        MqttClient mill = MqttClient.to(broker).build()) {
      ConnectResult connected = mill.blocking().connect();
      for (int i = 0; i < MEASUREMENTS; i++) {
        mill.publish(measurement(40 + i % 7));
      }
      if (!all.await(SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new IllegalStateException(all.getCount() + " measurements have not come");
      }
      return MEASUREMENTS
          + " measurements, "
          + one.mine
          + " for one worker and "
          + two.mine
          + " for the other. The broker takes "
          + connected.announced().topicAliasMaximum()
          + " topic aliases.";
    }
  }

  private static Message measurement(int celsius) {
    return Message.to(TOPIC)
        .payload("{\"value\":" + celsius + "}")
        .contentType("application/json")
        .userProperty("unit", "celsius")
        .expiry(Duration.ofMinutes(1))
        .build();
  }
}

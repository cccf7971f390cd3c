package io.whimbrel.junit;

import io.whimbrel.client.BlockingClient;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.Subscription;
import io.whimbrel.codec.Qos;
import java.util.concurrent.CountDownLatch;

/** Publishes a greeting, and hears it. */
public final class FirstProgram {
  private FirstProgram() {}

  /** Its argument is the server. */
  public static void main(String[] args) throws InterruptedException {
    String server = args.length == 0 ? "mqtt://localhost" : args[0];
    CountDownLatch heard = new CountDownLatch(1);
    try (MqttClient client = MqttClient.to(server).build()) {
      client.handle(
          "greetings/+",
          message -> {
            System.out.println(message.topic() + ": " + message.text());
            heard.countDown();
          });
      BlockingClient blocking = client.blocking();
      blocking.connect();
      blocking.subscribe(Subscription.of("greetings/+", Qos.AT_LEAST_ONCE));
      blocking.publish(Message.of("greetings/world", "hello"));
      heard.await();
    }
  }
}

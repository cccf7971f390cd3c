package io.whimbrel.junit;

import io.whimbrel.client.Delivery;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.OutboxSettings;
import io.whimbrel.codec.Qos;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that publishes numbered messages through an outbox on disk and says of each when it is
 * safe: {@code URI DIRECTORY NAME "for ever"}, or {@code "until all is sent"} to send only what it
 * finds there.
 */
final class NumberedPublisher {
  private NumberedPublisher() {}

  /** The process. */
  public static void main(String[] args) {
    PrintStream out = System.out;
    try (MqttClient client =
        MqttClient.to(args[0])
            .clientId("publisher")
            .outbox(OutboxSettings.onDisk(Path.of(args[1])).bytesMax(1_000_000))
            .build()) {
      client.connect();
      if (args[3].equals("until all is sent")) {
        while (client.outboxBytes() > 0) {
          LockSupport.parkNanos(5_000_000);
        }
        return;
      }
      for (int i = 0; ; i++) {
        int qos = 1 + i % 2;
        String text = args[2] + ":" + i;
        String name = "n/" + qos + " " + text + ".";
        Delivery delivery =
            client.blocking().send(Message.to("n/" + qos).qos(Qos.of(qos)).payload(text).build());
        delivery.safe().thenRun(() -> out.println(name));
      }
    }
  }
}

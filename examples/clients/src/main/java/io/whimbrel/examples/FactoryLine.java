package io.whimbrel.examples;

import io.whimbrel.client.Delivery;
import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.OutboxSettings;
import io.whimbrel.client.Subscription;
import io.whimbrel.codec.Qos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A press reports each part with QoS 2, through an outbox on disk. It goes on without a connection,
 * and its program ends and is started again: the books miss nothing and count nothing twice.
 */
public final class FactoryLine {
  private static final String PARTS = "factory/press-7/parts";
  private static final String SHIFT_OVER = "the shift is over";
  private static final int PARTS_MAX = 30;
  private static final long SECONDS_MAX = 30;

  private FactoryLine() {}

  /** Its argument is the broker, mqtt://localhost where there is none. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path outbox = Files.createTempDirectory("press-7");
    System.out.println(run(args.length == 0 ? "mqtt://localhost" : args[0], outbox));
    System.out.println("Its outbox was " + outbox);
  }

  static String run(String broker, Path outbox) throws InterruptedException {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    try (MqttClient books = MqttClient.to(broker).build()) {
      books.handle(PARTS, part -> heard.add(part.text()));
      books.blocking().connect();
      books.blocking().subscribe(Subscription.of(PARTS, Qos.EXACTLY_ONCE));
      int kept = morning(broker, outbox);
      afternoon(broker, outbox);
      return balance(heard)
          + " The program of the press was started again after 20, while "
          + kept
          + " waited on its disk.";
    }
  }

  private static MqttClient press(String broker, Path outbox) {
    return MqttClient.to(broker)
        .clientId("press-7")
        .sessionExpiry(Duration.ofHours(1))
        .outbox(OutboxSettings.onDisk(outbox))
        .build();
  }

  /** 20 parts, of which the last 10 find no connection. How many are on disk alone when it ends. */
  private static int morning(String broker, Path outbox) {
    try (MqttClient press = press(broker, outbox)) {
      press.blocking().connect();
      for (int part = 1; part <= 10; part++) {
        report(press, "part " + part);
      }
      press.blocking().disconnect();
      int kept = 0;
      for (int part = 11; part <= 20; part++) {
        Delivery delivery = report(press, "part " + part);
        kept += delivery.state() == Delivery.State.SAFE ? 1 : 0;
      }
      return kept;
    }
  }

  /** The next process: what is in the outbox leaves first. */
  private static void afternoon(String broker, Path outbox) {
    try (MqttClient press = press(broker, outbox)) {
      press.blocking().connect();
      for (int part = 21; part <= PARTS_MAX; part++) {
        report(press, "part " + part);
      }
      press.blocking().publish(message(SHIFT_OVER));
    }
  }

  /** When this returns, no end of the process loses the part any more. */
  private static Delivery report(MqttClient press, String part) {
    return press.blocking().send(message(part));
  }

  private static Message message(String text) {
    return Message.to(PARTS).qos(Qos.EXACTLY_ONCE).payload(text).build();
  }

  private static String balance(BlockingQueue<String> heard) throws InterruptedException {
    Set<String> parts = new HashSet<>();
    int twice = 0;
    for (String next = next(heard); !next.equals(SHIFT_OVER); next = next(heard)) {
      twice += parts.add(next) ? 0 : 1;
    }
    return PARTS_MAX + " parts: " + (PARTS_MAX - parts.size()) + " lost, " + twice + " twice.";
  }

  private static String next(BlockingQueue<String> heard) throws InterruptedException {
    String next = heard.poll(SECONDS_MAX, TimeUnit.SECONDS);
    if (next == null) {
      throw new IllegalStateException("the press has not said anything for a while");
    }
    return next;
  }
}

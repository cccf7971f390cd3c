package io.whimbrel.cli.outside;

import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.RetainHandling;
import io.whimbrel.codec.Subscribe;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A publisher that counts, and a subscriber that expects each number once and in order. Each is
 * used by one thread, and neither ever connects again.
 */
final class RenewalPair implements AutoCloseable {
  private static final String END = "end";

  private final String topic;
  private final Wire publisher;
  private final Wire subscriber;

  /** Connections that have their CONNACK. */
  RenewalPair(String topic, Wire publisher, Wire subscriber) throws IOException {
    this.topic = topic;
    this.publisher = publisher;
    this.subscriber = subscriber;
    SubscriptionRequest request =
        new SubscriptionRequest(
            TopicFilter.of(topic), Qos.AT_LEAST_ONCE, false, false, RetainHandling.SEND);
    subscriber.send(new Subscribe(1, Properties.NONE, List.of(request)));
    read(subscriber);
  }

  /** Publishes numbers until it is over, and then an end; says how many. */
  int say(AtomicBoolean over) throws IOException {
    int count = 0;
    while (!over.get()) {
      publish(Integer.toString(count));
      count++;
    }
    publish(END);
    return count;
  }

  private void publish(String text) throws IOException {
    publisher.send(
        new Publish(
            false,
            Qos.AT_LEAST_ONCE,
            false,
            TopicName.of(topic),
            1,
            Properties.NONE,
            text.getBytes(StandardCharsets.UTF_8)));
    Puback answer = (Puback) read(publisher);
    if (answer.reason() != ReasonCode.SUCCESS) {
      throw new AssertionError(answer.toString());
    }
  }

  /** Hears numbers until the end; says how many. */
  int hear() throws IOException {
    for (int count = 0; ; count++) {
      Publish heard = (Publish) read(subscriber);
      subscriber.send(new Puback(heard.packetId(), ReasonCode.SUCCESS));
      String text = new String(heard.payload(), StandardCharsets.UTF_8);
      if (text.equals(END)) {
        return count;
      }
      if (!text.equals(Integer.toString(count))) {
        throw new AssertionError(text + " instead of " + count + " on " + topic);
      }
    }
  }

  private static Packet read(Wire wire) throws IOException {
    Packet packet = wire.next();
    if (packet == null) {
      throw new AssertionError("the broker hung up");
    }
    return packet;
  }

  @Override
  public void close() throws IOException {
    publisher.close();
    subscriber.close();
  }
}

package io.whimbrel.cli.mqtt;

import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.MqttClientException;
import io.whimbrel.client.PublishResult;
import io.whimbrel.client.SubscribeResult;
import io.whimbrel.client.Subscription;
import io.whimbrel.codec.Qos;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The part of {@code whimbrel doctor} that sends itself a message, if there is a topic for it. */
final class ExaminingMessage {
  private static final String STEP = "message";

  private final Findings findings;
  private final String topic;
  private final Message message;

  /** Reads the flags, and may find a mistake in them. */
  ExaminingMessage(Connection connection, Findings findings) {
    this.findings = findings;
    topic = connection.topics().isEmpty() ? "" : connection.topic();
    message =
        Connection.message(topic.isEmpty() ? "none" : topic, "-t")
            .payload("whimbrel doctor " + UUID.randomUUID())
            .qos(connection.qos(Qos.AT_LEAST_ONCE)) // of which a refusal is told
            .build();
  }

  /** Gives the exit code. */
  int examine(MqttClient client) {
    if (topic.isEmpty()) {
      findings.note(STEP, "none was sent; -t TOPIC tries one");
      return ExitCode.DONE;
    }
    CountDownLatch came = new CountDownLatch(1);
    client.handle(
        topic,
        each -> {
          if (each.text().equals(message.text())) {
            came.countDown();
          }
        });
    try {
      SubscribeResult subscribed =
          client.blocking().subscribe(Subscription.of(topic, message.qos()));
      if (!subscribed.isGranted()) {
        String why = Reasons.words(subscribed.reasons().get(0));
        findings.wrong(
            STEP, "may not subscribe to " + topic + ": " + why, "The broker's rights decide that.");
        return ExitCode.FAILED;
      }
      return publish(client, came);
    } catch (MqttClientException lost) {
      findings.wrong(STEP, String.valueOf(lost.getMessage()), "The broker's log may say more.");
      return client.isConnected() ? ExitCode.TIMED_OUT : ExitCode.CONNECTION_LOST;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED;
    }
  }

  private int publish(MqttClient client, CountDownLatch came) throws InterruptedException {
    long begin = System.nanoTime();
    PublishResult published = client.blocking().publish(message);
    if (published.isRefused()) {
      String why = Reasons.words(published.reason());
      findings.wrong(
          STEP, "may not publish to " + topic + ": " + why, "The broker's rights decide that.");
      return ExitCode.FAILED;
    }
    if (!came.await(Target.STEP_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
      findings.wrong(
          STEP,
          "what was published to " + topic + " did not come back",
          "The broker's rights may forbid to publish or to read there, without saying so.");
      return ExitCode.TIMED_OUT;
    }
    double millis = (System.nanoTime() - begin) / 1e6;
    String took = String.format(Locale.ROOT, "%.1f ms", millis);
    findings.ok(STEP, "published to " + topic + " and received back in " + took);
    return ExitCode.DONE;
  }
}

package io.whimbrel.client;

import io.whimbrel.codec.Qos;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Questions that wait for their answers (4.10): one Response Topic of the client, and Correlation
 * Data that tells the answers apart. For any thread.
 */
final class Requester {
  private final MqttClient client;
  private final ClientOptions options;
  private final String responseTopic;
  private final Map<Long, CompletableFuture<ReceivedMessage>> asked = new ConcurrentHashMap<>();
  private final AtomicLong next = new AtomicLong();
  private final Object once = new Object();
  private @org.jspecify.annotations.Nullable CompletableFuture<SubscribeResult> subscribed;

  Requester(MqttClient client, ClientOptions options, Dispatcher dispatcher) {
    this.client = client;
    this.options = options;
    this.responseTopic = "whimbrel/answers/" + options.clientId().replaceAll("[/+#]", "_");
    dispatcher.own(Words.filter(responseTopic), this::onAnswer);
  }

  CompletableFuture<ReceivedMessage> ask(Message question, Duration timeout) {
    CompletableFuture<ReceivedMessage> answer = new CompletableFuture<>();
    if (!options.version().isFive()) {
      answer.completeExceptionally(new MqttClientException("requests need MQTT 5"));
      return answer;
    }
    long number = next.incrementAndGet();
    asked.put(number, answer);
    answer.whenComplete((message, failure) -> asked.remove(number));
    CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .execute(
            () ->
                answer.completeExceptionally(
                    new MqttClientException("no answer within " + timeout.toMillis() + " ms")));
    subscribed().whenComplete((result, failure) -> send(question, number, answer, result, failure));
    return answer;
  }

  private void send(
      Message question,
      long number,
      CompletableFuture<ReceivedMessage> answer,
      @org.jspecify.annotations.Nullable SubscribeResult result,
      @org.jspecify.annotations.Nullable Throwable failure) {
    if (result == null || !result.isGranted()) {
      synchronized (once) {
        subscribed = null; // the next question tries again
      }
      String why = failure == null ? String.valueOf(result) : failure.getMessage();
      answer.completeExceptionally(
          new MqttClientException("answers cannot be received at " + responseTopic + ": " + why));
      return;
    }
    byte[] correlation = ByteBuffer.allocate(8).putLong(number).array();
    Message asking = question.answeredAt(responseTopic, correlation);
    client
        .publish(asking)
        .raw()
        .whenComplete(
            (published, lost) -> {
              if (lost != null) {
                answer.completeExceptionally(lost);
              } else if (published.isRefused()) {
                answer.completeExceptionally(
                    new MqttClientException("the question was refused: " + published.reason()));
              }
            });
  }

  private CompletableFuture<SubscribeResult> subscribed() {
    synchronized (once) {
      CompletableFuture<SubscribeResult> made = subscribed;
      if (made == null) {
        made = client.rawSubscribe(0, Subscription.of(responseTopic, Qos.AT_LEAST_ONCE));
        subscribed = made;
      }
      return made;
    }
  }

  /** On the event loop, so that whoever waits there in a handler gets it; whether one did. */
  private boolean onAnswer(ReceivedMessage message) {
    byte[] correlation = message.message().correlationData().orElse(new byte[0]);
    CompletableFuture<ReceivedMessage> answer =
        correlation.length == 8 ? asked.get(ByteBuffer.wrap(correlation).getLong()) : null;
    return answer != null && answer.complete(message);
  }
}

package io.whimbrel.client;

import io.whimbrel.client.MqttClientException.Kind;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Qos;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Questions that wait for their answers (4.10): one Response Topic of the client, and Correlation
 * Data that tells the answers apart. It begins with a number of this instance alone: an answer to
 * an earlier process of the same Client Identifier finds no question. For any thread.
 */
final class Requester {
  private static final int CORRELATION_BYTES = 16;

  private final MqttClient client;
  private final ClientOptions options;
  private final Timers timers;
  private final String responseTopic;
  private final long instance = new SecureRandom().nextLong();
  private final Map<Long, CompletableFuture<ReceivedMessage>> asked = new ConcurrentHashMap<>();
  private final AtomicLong next = new AtomicLong();
  private final Object once = new Object();
  private @Nullable CompletableFuture<SubscribeResult> subscribed;

  Requester(MqttClient client, ClientOptions options, Dispatcher dispatcher, Timers timers) {
    this.client = client;
    this.options = options;
    this.timers = timers;
    this.responseTopic = responseTopic(options.clientId());
    dispatcher.own(Words.filter(responseTopic), this::onAnswer);
  }

  /** One level for each Client Identifier, and none for two: what a topic cannot say is escaped. */
  static String responseTopic(String clientId) {
    String escaped =
        clientId.replace("%", "%25").replace("/", "%2F").replace("+", "%2B").replace("#", "%23");
    return "whimbrel/answers/" + escaped;
  }

  CompletableFuture<ReceivedMessage> ask(Message question, Duration timeout) {
    CompletableFuture<ReceivedMessage> answer = new CompletableFuture<>();
    if (!options.version().isFive()) {
      answer.completeExceptionally(
          new MqttClientException(Kind.UNSUPPORTED, "requests need MQTT 5"));
      return answer;
    }
    long number = next.incrementAndGet();
    byte[] correlation =
        ByteBuffer.allocate(CORRELATION_BYTES).putLong(instance).putLong(number).array();
    Message asking = question.answeredAt(responseTopic, correlation).checkedToPublish();
    asked.put(number, answer);
    Runnable expiry =
        timers.after(
            timeout.toMillis(),
            () ->
                answer.completeExceptionally(
                    new MqttClientException(
                        Kind.NO_ANSWER_IN_TIME, "no answer within " + timeout.toMillis() + " ms")));
    answer.whenComplete(
        (message, failure) -> {
          asked.remove(number);
          expiry.run();
        });
    subscribed().whenComplete((result, failure) -> send(asking, answer, result, failure));
    return answer;
  }

  private void send(
      Message asking,
      CompletableFuture<ReceivedMessage> answer,
      @Nullable SubscribeResult result,
      @Nullable Throwable failure) {
    if (result == null || !result.isGranted()) {
      synchronized (once) {
        subscribed = null; // the next question tries again
      }
      String why = "answers cannot be received at " + responseTopic + ": ";
      answer.completeExceptionally(
          failure instanceof MqttClientException known
              ? new MqttClientException(known.kind(), why + known.getMessage(), known)
              : new MqttClientException(Kind.REFUSED, why + result));
      return;
    }
    client
        .publish(asking)
        .raw()
        .whenComplete(
            (published, lost) -> {
              if (lost != null) {
                answer.completeExceptionally(lost);
              } else if (published.isRefused()) {
                answer.completeExceptionally(
                    new MqttClientException(
                        Kind.REFUSED, "the question was refused: " + published.reason()));
              }
            });
  }

  private CompletableFuture<SubscribeResult> subscribed() {
    synchronized (once) {
      CompletableFuture<SubscribeResult> made = subscribed;
      if (made == null) {
        made =
            client.rawSubscribe(
                Properties.NONE,
                options.timeout().toMillis(),
                Subscription.of(responseTopic, Qos.AT_LEAST_ONCE));
        subscribed = made;
      }
      return made;
    }
  }

  /** On the event loop, so that whoever waits there in a handler gets it; whether one did. */
  private boolean onAnswer(ReceivedMessage message) {
    byte[] correlation = message.message().correlationData().orElse(new byte[0]);
    if (correlation.length != CORRELATION_BYTES) {
      return false;
    }
    ByteBuffer numbers = ByteBuffer.wrap(correlation);
    CompletableFuture<ReceivedMessage> answer =
        numbers.getLong() == instance ? asked.get(numbers.getLong()) : null;
    return answer != null && answer.complete(message);
  }
}

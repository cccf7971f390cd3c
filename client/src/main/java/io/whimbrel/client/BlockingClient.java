package io.whimbrel.client;

import io.whimbrel.client.MqttClientException.Kind;
import io.whimbrel.client.internal.Failures;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A client whose calls wait for what becomes of them, each with a limit in time. For any thread,
 * virtual ones and those of handlers too: no thread that the answer needs ever waits here.
 *
 * <p>All calls throw {@link MqttClientException} where nobody knows what became of it, in time; an
 * interrupted thread gets it too, and stays interrupted.
 */
public final class BlockingClient {
  private static final String SILENCE = "the server has not answered";

  private final MqttClient client;
  private final Dispatcher dispatcher;
  private final Duration timeout;
  private final boolean isSaid;

  /**
   * Waits so long.
   *
   * @param isSaid whether a user asked for just that
   */
  BlockingClient(MqttClient client, Dispatcher dispatcher, Duration timeout, boolean isSaid) {
    this.client = client;
    this.dispatcher = dispatcher;
    this.timeout = timeout;
    this.isSaid = isSaid;
  }

  /** The same, waiting longer or shorter. */
  public BlockingClient within(Duration limit) {
    return new BlockingClient(client, dispatcher, limit, true);
  }

  /** See {@link MqttClient#connect}; waits for each server, unless told how long. */
  public ConnectResult connect() {
    Duration limit = connectLimit();
    return await(client.rawConnect(limit.toMillis()), limit, "no server was reached");
  }

  Duration connectLimit() {
    return isSaid ? timeout : Duration.ofMillis(client.connectMillis());
  }

  /** See {@link MqttClient#disconnect()}. */
  public void disconnect() {
    disconnect(client.goodbye());
  }

  /** See {@link MqttClient#disconnect(ReasonCode, Properties)}. */
  public void disconnect(ReasonCode reason, Properties properties) {
    disconnect(client.goodbye(reason, properties));
  }

  private void disconnect(Disconnect goodbye) {
    await(client.rawDisconnect(goodbye).thenApply(none -> true), "the connection is not closed");
  }

  /**
   * Publishes and waits until the message has arrived or is refused.
   *
   * @throws MqttClientException not in time: it is still on its way, and may arrive
   */
  public PublishResult publish(Message message) {
    long end = System.nanoTime() + timeout.toNanos();
    dispatcher.awaits(); // it waits from here on, once for room and once for the server
    try {
      Delivery delivery = accept(message);
      long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
      return await(
          delivery.raw(), Duration.ofMillis(left), "it is still on its way, and may arrive");
    } finally {
      dispatcher.awaited();
    }
  }

  /**
   * Publishes and waits until the message is in the outbox, on disk where that is.
   *
   * @throws IllegalArgumentException it is of QoS 0, which no outbox keeps
   */
  public Delivery send(Message message) {
    if (message.qos() == Qos.AT_MOST_ONCE) {
      throw new IllegalArgumentException("a message of QoS 0 is never in the outbox: publish it");
    }
    Delivery delivery = accept(message);
    await(delivery.rawSafe().thenApply(none -> true), "it is not in the outbox yet");
    return delivery;
  }

  private Delivery accept(Message message) {
    dispatcher.awaits();
    try {
      return client.publish(message, timeout.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MqttClientException(
          Kind.INTERRUPTED, "the thread was interrupted: nothing was published", interrupted);
    } finally {
      dispatcher.awaited();
    }
  }

  /** See {@link MqttClient#subscribe(Subscription...)}. */
  public SubscribeResult subscribe(Subscription... subscriptions) {
    return subscribe(Properties.NONE, subscriptions);
  }

  /** See {@link MqttClient#subscribe(int, Subscription...)}. */
  public SubscribeResult subscribe(int identifier, Subscription... subscriptions) {
    return subscribe(MqttClient.identified(identifier), subscriptions);
  }

  /** See {@link MqttClient#subscribe(Properties, Subscription...)}. */
  public SubscribeResult subscribe(Properties properties, Subscription... subscriptions) {
    return await(client.rawSubscribe(properties, timeout.toMillis(), subscriptions), SILENCE);
  }

  /** See {@link MqttClient#unsubscribe(String...)}. */
  public SubscribeResult unsubscribe(String... filters) {
    return unsubscribe(Properties.NONE, filters);
  }

  /** See {@link MqttClient#unsubscribe(Properties, String...)}. */
  public SubscribeResult unsubscribe(Properties properties, String... filters) {
    return await(client.rawUnsubscribe(properties, timeout.toMillis(), filters), SILENCE);
  }

  /** See {@link MqttClient#request}. */
  public ReceivedMessage request(Message question) {
    return await(client.rawRequest(question, timeout), "there is no answer");
  }

  private <T> T await(CompletableFuture<T> result, String otherwise) {
    return await(result, timeout, otherwise);
  }

  private <T> T await(CompletableFuture<T> result, Duration limit, String otherwise) {
    dispatcher.awaits();
    try {
      return result.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new MqttClientException(
          Kind.NO_ANSWER_IN_TIME, "not within " + limit.toMillis() + " ms: " + otherwise, late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MqttClientException(
          Kind.INTERRUPTED, "the thread was interrupted: " + otherwise, interrupted);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof MqttClientException known) {
        // with the caller's stack
        throw new MqttClientException(known.kind(), Failures.words(known), known);
      }
      throw new IllegalStateException(failed.getCause());
    } finally {
      dispatcher.awaited();
    }
  }
}

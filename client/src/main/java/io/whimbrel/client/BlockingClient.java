package io.whimbrel.client;

import io.whimbrel.client.internal.Failures;
import io.whimbrel.codec.Properties;
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
  private final MqttClient client;
  private final Dispatcher dispatcher;
  private final Duration timeout;

  BlockingClient(MqttClient client, Dispatcher dispatcher, Duration timeout) {
    this.client = client;
    this.dispatcher = dispatcher;
    this.timeout = timeout;
  }

  /** The same, waiting longer or shorter. */
  public BlockingClient within(Duration limit) {
    return new BlockingClient(client, dispatcher, limit);
  }

  /** See {@link MqttClient#connect}. */
  public ConnectResult connect() {
    return await(client.rawConnect(), "no server was reached");
  }

  /** See {@link MqttClient#disconnect}. */
  public void disconnect() {
    await(client.rawDisconnect().thenApply(none -> true), "the connection is not closed");
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

  /** Publishes and waits until the message is in the outbox, on disk where that is. */
  public Delivery send(Message message) {
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
      throw new MqttClientException("the thread was interrupted");
    } finally {
      dispatcher.awaited();
    }
  }

  /** See {@link MqttClient#subscribe(Subscription...)}. */
  public SubscribeResult subscribe(Subscription... subscriptions) {
    return await(client.rawSubscribe(0, subscriptions), "the server has not answered");
  }

  /** See {@link MqttClient#unsubscribe}. */
  public SubscribeResult unsubscribe(String... filters) {
    return await(client.rawUnsubscribe(Properties.NONE, filters), "the server has not answered");
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
      throw new MqttClientException("not within " + limit.toMillis() + " ms: " + otherwise);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MqttClientException("the thread was interrupted: " + otherwise);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof MqttClientException known) {
        throw new MqttClientException(Failures.words(known)); // with the caller's stack
      }
      throw new IllegalStateException(failed.getCause());
    } finally {
      dispatcher.awaited();
    }
  }
}

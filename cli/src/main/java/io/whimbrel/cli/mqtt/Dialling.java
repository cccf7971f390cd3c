package io.whimbrel.cli.mqtt;

import io.whimbrel.client.ClientListener;
import io.whimbrel.client.ConnectResult;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.MqttClientBuilder;
import io.whimbrel.client.MqttClientException;
import io.whimbrel.client.ReceivedMessage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The client of a tool, and how the tool ends: with the first exit code that anything gives. For
 * any thread.
 */
final class Dialling implements ClientListener, AutoCloseable {
  /** Whatever the broker does, a tool that is done ends. */
  private static final int GOODBYE_SECONDS = 10;

  private final Connection connection;
  private final Telling telling;
  private final MqttClient client;
  private final CompletableFuture<Integer> end = new CompletableFuture<>();
  private volatile boolean connected;

  /** Takes messages that came. */
  interface Taker {
    void take(ReceivedMessage message);
  }

  private final Taker taker;

  /**
   * A tool that is not connected yet.
   *
   * @throws MistakeException the flags cannot be done
   */
  Dialling(Connection connection, Telling telling, MqttClientBuilder builder, Taker taker) {
    this.connection = connection;
    this.telling = telling;
    this.taker = taker;
    try {
      client = builder.listener(this).build();
    } catch (IllegalArgumentException | MqttClientException wrong) {
      throw new MistakeException(String.valueOf(wrong.getMessage()));
    }
    client.handle("#", taker::take);
  }

  MqttClient client() {
    return client;
  }

  /** Whether the broker let the client in; else the tool is told to end, and why. */
  boolean connect() {
    telling.step("connecting to " + connection.address() + " as " + client.clientId());
    try {
      ConnectResult result = client.blocking().connect();
      if (!result.isRefused()) {
        return true;
      }
      telling.failure("the broker refused the connection: " + words(result));
      end(ExitCode.ofRefusal(result.reason(), connection.version()));
    } catch (MqttClientException unreached) {
      unreached(String.valueOf(unreached.getMessage()));
    }
    return false;
  }

  /** The client says why in words alone; Mosquitto's tools tell these cases by their exit code. */
  private void unreached(String said) {
    String prefix = connection.address() + ": ";
    String why = said.startsWith(prefix) ? said.substring(prefix.length()) : said;
    int code = ExitCode.ofFailure(why);
    String advice =
        switch (code) {
          case ExitCode.TLS_FAILED -> "--cafile names the authorities to trust";
          case ExitCode.CONNECTION_LOST -> "does it want TLS, or WebSocket?";
          default -> "is a broker there?";
        };
    telling.failure("cannot connect to " + connection.address() + ": " + why + "; " + advice);
    end(code);
  }

  private static String words(ConnectResult result) {
    String why = Reasons.words(result.reason());
    return result.explanation().isEmpty() ? why : why + " (" + result.explanation() + ")";
  }

  // ---------------------------------------------------------------- the end

  /** The tool ends with this code, unless another was first. */
  void end(int code) {
    end.complete(code);
  }

  boolean isEnding() {
    return end.isDone();
  }

  /**
   * Waits for the end.
   *
   * @param seconds 0 for as long as it takes
   */
  int await(int seconds) {
    try {
      return seconds == 0 ? end.get() : end.get(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      telling.failure("timed out: nothing more came within " + seconds + " s");
      end(ExitCode.TIMED_OUT);
      return end.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED;
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Waits until a message has arrived or is refused, but not beyond the end. */
  void await(CompletableFuture<?> delivered) {
    try {
      CompletableFuture.anyOf(delivered, end).get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException lost) {
      end(ExitCode.CONNECTION_LOST);
    }
  }

  /** The same once the end has come, for as long as a goodbye takes. */
  static void awaitLast(CompletableFuture<?> delivered) {
    try {
      delivered.get(GOODBYE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException lost) {
      // the broker is gone, or does not answer: the tool ends all the same
    }
  }

  @Override
  public void close() {
    awaitLast(client.disconnect().toCompletableFuture());
    client.close();
  }

  // ---------------------------------------------------------------- what the client hears

  @Override
  public void onConnected(ConnectResult result) {
    if (connected) {
      telling.failure("connected again");
    }
    connected = true;
    telling.step(
        "connected to " + result.server() + ", session present: " + result.sessionPresent());
  }

  @Override
  public void onDisconnected(String why, boolean again) {
    if (isEnding() || !connected) {
      return; // who connects is told
    }
    telling.failure("the connection is lost: " + why + (again ? "; trying again" : ""));
    if (!again) {
      end(ExitCode.CONNECTION_LOST);
    }
  }

  /** Topics that begin with $ are not in #. */
  @Override
  public void onUnhandled(ReceivedMessage message, String why) {
    taker.take(message);
  }

  @Override
  public void onSubscriptionLost(String why) {
    telling.failure("a subscription is lost: " + why);
  }

  @Override
  public void onHandlerFailed(ReceivedMessage message, Throwable failure) {
    telling.failure("a message cannot be printed: " + failure);
    end(ExitCode.FAILED);
  }
}

package io.whimbrel.cli.mqtt;

import io.whimbrel.client.ClientListener;
import io.whimbrel.client.ConnectResult;
import io.whimbrel.client.Disconnection;
import io.whimbrel.client.MqttClient;
import io.whimbrel.client.MqttClientBuilder;
import io.whimbrel.client.MqttClientException;
import io.whimbrel.client.ReceivedMessage;
import io.whimbrel.codec.ReasonCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

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
  private final Ending ending;
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
    this.ending = new Ending(telling);
    this.taker = taker;
    try {
      client = builder.listener(this).build();
    } catch (IllegalArgumentException | MqttClientException wrong) {
      throw new MistakeException(String.valueOf(wrong.getMessage()));
    }
    client.handle("#", taker::take);
    connection.topics().stream()
        .map(Dialling::levelWithDollar)
        .filter(level -> !level.isEmpty())
        .distinct()
        .forEach(level -> client.handle(level + "/#", taker::take));
  }

  /** Topics that begin with $ are not in # [MQTT-4.7.2-1], but in this level's. */
  private static String levelWithDollar(String filter) {
    String plain = filter.replaceFirst("^\\$share/[^/]*/", "");
    int end = plain.indexOf('/');
    return plain.startsWith("$") ? end < 0 ? plain : plain.substring(0, end) : "";
  }

  MqttClient client() {
    return client;
  }

  /** Whether the broker let the client in; else the tool is told to end, and why. */
  boolean connect() {
    telling.step("connecting to " + connection.address() + " as " + client.clientId());
    try {
      ConnectResult result = unlessItEnds(client.connect(), connection.address());
      if (result == null) {
        return false;
      }
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

  /**
   * Waits for an answer of the broker; null where the tool is to end before.
   *
   * @throws MqttClientException there is none
   */
  <T> @Nullable T unlessItEnds(CompletionStage<T> asked, String whose) {
    CompletableFuture<T> answer = asked.toCompletableFuture();
    try {
      ending.orDone(answer);
      return answer.isDone() ? answer.get() : null;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      end(ExitCode.FAILED);
      return null;
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof MqttClientException known) {
        throw known;
      }
      throw new IllegalStateException(whose, failed.getCause());
    }
  }

  /** The client says why in words alone; Mosquitto's tools tell these cases by their exit code. */
  private void unreached(String said) {
    String why = connection.target().without(said);
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
    ending.end(code);
  }

  boolean isEnding() {
    return ending.isThere();
  }

  /** See {@link Ending#limit}. */
  void limit(int seconds) {
    ending.limit(seconds);
  }

  /** Waits for the end. */
  int await() {
    return ending.await();
  }

  /** Waits until a message has arrived or is refused, but not beyond the end. */
  void await(CompletableFuture<?> delivered) {
    try {
      ending.orDone(delivered);
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
    if (connected) {
      awaitLast(client.disconnect().toCompletableFuture());
    }
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
  public void onDisconnected(Disconnection how) {
    if (isEnding() || !connected) {
      return; // who connects is told
    }
    telling.failure("the connection is lost: " + how.why() + (how.again() ? "; trying again" : ""));
    if (!how.again()) {
      end(ExitCode.CONNECTION_LOST);
    }
  }

  /** Of a session that knows more than the flags say. */
  @Override
  public void onUnhandled(ReceivedMessage message, String why) {
    taker.take(message);
  }

  @Override
  public void onSubscriptionLost(String filter, ReasonCode reason) {
    telling.failure("the subscription " + filter + " is lost: " + Reasons.words(reason));
  }

  @Override
  public void onHandlerFailed(ReceivedMessage message, Throwable failure) {
    telling.failure("a message cannot be printed: " + failure);
    end(ExitCode.FAILED);
  }
}

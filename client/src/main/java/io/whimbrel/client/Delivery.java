package io.whimbrel.client;

import io.whimbrel.client.internal.Outbound;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A message on its way to a server, and how far it is. For any thread.
 *
 * <pre>
 * ACCEPTED ──► SAFE ──► SENT ──► ACKNOWLEDGED
 *                        └─────► REFUSED          a result, with its reason
 *     any of them ─────────────► FAILED           nobody knows whether it arrived
 * </pre>
 */
public final class Delivery {
  /** How far a message is. */
  public enum State {
    /** The client has it, in memory. */
    ACCEPTED,
    /** It is in the outbox: on disk, where the outbox is. QoS 0 never is. */
    SAFE,
    /** It was handed to the network. */
    SENT,
    /** Its receiver has it; of QoS 0, that it was sent is all that is known. */
    ACKNOWLEDGED,
    /** The server has refused it, or cannot take such a message. */
    REFUSED,
    /** It was given up. */
    FAILED
  }

  private final Message message;
  private final Executor callbacks;
  private final CompletableFuture<PublishResult> result = new CompletableFuture<>();
  private final CompletableFuture<Void> safe = new CompletableFuture<>();
  private final boolean onDisk;
  private volatile State state = State.ACCEPTED;

  /**
   * Accepted.
   *
   * @param onDisk whether the outbox keeps it on disk
   */
  Delivery(Message message, Executor callbacks, boolean onDisk) {
    this.message = message;
    this.callbacks = callbacks;
    this.onDisk = onDisk;
  }

  /** What is delivered. */
  public Message message() {
    return message;
  }

  /** How far it is now. */
  public State state() {
    return state;
  }

  /**
   * Completes when the message is in the outbox; where that is on disk, no end of the process loses
   * it any more. Exceptionally with {@link MqttClientException} where it never gets there.
   */
  public CompletionStage<Void> safe() {
    return safe.thenRunAsync(() -> {}, callbacks);
  }

  /**
   * Completes with what became of it. Exceptionally with {@link MqttClientException} where nobody
   * knows. Without a limit in time, unless the client is closed: while there is no connection it
   * waits.
   */
  public CompletionStage<PublishResult> result() {
    return result.thenApplyAsync(done -> done, callbacks);
  }

  /** Completed by the thread of the network: for waiting alone, never for callbacks. */
  CompletableFuture<PublishResult> raw() {
    return result;
  }

  /** The same for {@link #safe}. */
  CompletableFuture<Void> rawSafe() {
    return safe;
  }

  /** Goes on to a state that is further; those at the end stay. */
  private synchronized boolean reaches(State next) {
    boolean isFurther = state.compareTo(State.ACKNOWLEDGED) < 0 && next.compareTo(state) > 0;
    if (isFurther) {
      state = next;
    }
    return isFurther;
  }

  void fail(MqttClientException.Kind kind, String why) {
    if (reaches(State.FAILED)) {
      MqttClientException failure = new MqttClientException(kind, why);
      safe.completeExceptionally(failure);
      result.completeExceptionally(failure);
    }
  }

  /** What happens to a message that its client gives up. */
  private String afterwards() {
    if (!onDisk || message.qos() == Qos.AT_MOST_ONCE) {
      return "";
    }
    return safe.isDone()
        ? "; the message is on disk, and the next client with this outbox sends it"
        : "; where the message has reached the disk, the next client with this outbox sends it";
  }

  /** Hears of the progress; the end also gives the room back that the message took. */
  Outbound.Progress progress(Runnable ended) {
    return new Outbound.Progress() {
      @Override
      public void onSafe() {
        reaches(State.SAFE);
        safe.complete(null);
      }

      @Override
      public void onWire() {
        reaches(State.SENT);
      }

      @Override
      public void onDone(ReasonCode reason, Properties properties) {
        ended.run();
        if (reaches(reason.isError() ? State.REFUSED : State.ACKNOWLEDGED)) {
          String said = properties.text(PropertyId.REASON_STRING);
          safe.complete(null);
          result.complete(
              new PublishResult(reason, said == null ? "" : said, properties.userProperties()));
        }
      }

      @Override
      public void onFailed(String why) {
        ended.run();
        fail(MqttClientException.Kind.CLOSED, why + afterwards());
      }
    };
  }
}

package io.whimbrel.client.sn;

import io.whimbrel.client.internal.Failures;
import io.whimbrel.client.internal.SnFailure;
import io.whimbrel.client.internal.SnRunner;
import io.whimbrel.codec.sn.SnReturnCode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The transport of a client: opened when it is first needed, by a thread that may block. What is
 * sent meanwhile leaves when it is open. Owned by the event loop of its client.
 */
final class Wire implements SnTransport.Receiver {
  private static final int WAITING_MAX = 100;
  private static final SnReturnCode NOTHING_SAID = SnReturnCode.ACCEPTED;

  private enum State {
    SHUT,
    OPENING,
    OPEN,
    CLOSED
  }

  private final SnTransport transport;
  private final Executor blocking;
  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
  private final ArrayDeque<Consumer<@Nullable SnFailure>> askers = new ArrayDeque<>();
  private @Nullable SnRunner runner;
  private State state = State.SHUT;
  private Runnable closed = () -> {};

  Wire(SnTransport transport, Executor blocking) {
    this.transport = transport;
    this.blocking = blocking;
  }

  /** Who hears what comes; once, before anything else. */
  void attach(SnRunner to) {
    runner = to;
  }

  private SnRunner runner() {
    SnRunner known = runner;
    if (known == null) {
      throw new IllegalStateException("nobody listens yet");
    }
    return known;
  }

  // ---------------------------------------------------------------- opening and closing

  /** Opens it, unless it is open. */
  void open() {
    if (state == State.SHUT) {
      state = State.OPENING;
      blocking.execute(this::openNow);
    }
  }

  /**
   * Opens it, and says when it is.
   *
   * @param then is given why it cannot be, or null
   */
  void open(Consumer<@Nullable SnFailure> then) {
    if (askers.size() >= WAITING_MAX) {
      String why = WAITING_MAX + " wait already";
      then.accept(new SnFailure(SnFailure.Kind.QUEUE_FULL, NOTHING_SAID, why));
      return;
    }
    open();
    if (state == State.OPENING) {
      askers.add(then);
    } else {
      then.accept(null);
    }
  }

  private void openNow() {
    try {
      transport.open(this);
      runner().post(session -> opened(null));
    } catch (IOException | RuntimeException failure) {
      String why = Failures.words(failure);
      runner().post(session -> opened(why));
    }
  }

  private void opened(@Nullable String failure) {
    if (state == State.CLOSED) {
      closeNow();
      return;
    }
    state = failure == null ? State.OPEN : State.SHUT;
    for (byte[] next = waiting.poll(); next != null; next = waiting.poll()) {
      send(next);
    }
    SnFailure why =
        failure == null ? null : new SnFailure(SnFailure.Kind.NO_GATEWAY, NOTHING_SAID, failure);
    for (Consumer<@Nullable SnFailure> each = askers.poll(); each != null; each = askers.poll()) {
      each.accept(why);
    }
    if (failure != null) {
      runner().post(session -> session.onFailed(failure, runner().now()));
    }
  }

  /** Closes it for ever. */
  void close(Runnable done) {
    State before = state;
    if (before == State.CLOSED) {
      return; // once is enough
    }
    state = State.CLOSED;
    closed = done;
    if (before != State.OPENING) { // else when it is open
      closeNow();
    }
  }

  private void closeNow() {
    Runnable done = closed;
    blocking.execute(
        () -> {
          try {
            transport.close();
          } finally {
            done.run();
          }
        });
  }

  // ---------------------------------------------------------------- datagrams

  /** Sends one, or loses it. */
  void send(byte[] datagram) {
    if (state == State.OPEN) {
      transport.send(datagram);
    } else if (state == State.OPENING && waiting.size() < WAITING_MAX) {
      waiting.add(datagram);
    }
  }

  @Override
  public void onDatagram(byte[] datagram, String from) {
    runner().onDatagram(datagram);
  }

  @Override
  public void onUnreachable(String why) {
    runner().post(session -> session.onUnreachable(why, runner().now()));
  }

  @Override
  public void onClosed(String why) {
    runner()
        .post(
            session -> {
              if (state == State.OPEN) {
                state = State.SHUT;
                session.onFailed(why, runner().now());
              }
            });
  }
}

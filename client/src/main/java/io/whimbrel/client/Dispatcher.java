package io.whimbrel.client;

import io.whimbrel.client.internal.Incoming;
import io.whimbrel.client.internal.Serial;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Brings messages from the event loop to their handlers, and their acknowledgements back. What has
 * not been handled is bounded: of QoS 1 and 2 by Receive Maximum, of QoS 0, and of all with a
 * server of 3.1.1, by stopping to read from the network. While a handler waits for an answer of the
 * server, it is read on all the same, and QoS 0 that finds no room is given up and told of.
 *
 * <p>For any thread; its lock is held to decide whether the network is read, and to say so.
 */
final class Dispatcher {
  /** Messages that wait for their handlers before the network is read no more. */
  static final int WAITING_MAX = 1_000;

  /** The same in bytes. */
  static final long WAITING_BYTES_MAX = 16L * 1024 * 1024;

  /** What a message counts beside its payload. */
  private static final long MESSAGE_BYTES = 100;

  private final Serial serial;
  private final ClientListener listener;
  private final boolean byHand;
  private final boolean receiveMaximum;
  private final BiConsumer<Incoming, ReasonCode> acknowledge;
  private final Consumer<Boolean> reads;
  private final List<Route> routes = new CopyOnWriteArrayList<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicInteger blocked = new AtomicInteger();
  private final AtomicLong dropped = new AtomicLong();
  private volatile @Nullable Own own;
  private volatile boolean closed;

  // Under the lock of this.
  private boolean standing;
  private boolean paused;

  /** Whoever takes the messages of a filter. */
  interface Taker {
    /**
     * Takes a message, on the serial executor.
     *
     * @param taken is told once, from any thread, what became of it
     */
    void take(ReceivedMessage message, Taken taken);

    /** It was taken away; messages may still come that were on their way to it. */
    default void removed() {}

    /** The client is closed. */
    default void closed() {}
  }

  /**
   * Takes what the client itself has asked for, on the event loop: past all that waits for
   * handlers, as one of them may be waiting for just that.
   *
   * @param taker whether it was waited for
   */
  private record Own(TopicFilter filter, Predicate<ReceivedMessage> taker) {}

  /** A taker and its filter. */
  private record Route(TopicFilter filter, Taker taker) {}

  /**
   * Nobody takes anything yet.
   *
   * @param byHand whether handlers acknowledge by hand
   * @param receiveMaximum whether the server knows how much it may send; else we stop reading
   * @param acknowledge brings an acknowledgement to the session; from any thread
   * @param reads says whether the network is to be read; from any thread
   */
  Dispatcher(
      Serial serial,
      ClientListener listener,
      boolean byHand,
      boolean receiveMaximum,
      BiConsumer<Incoming, ReasonCode> acknowledge,
      Consumer<Boolean> reads) {
    this.serial = serial;
    this.listener = listener;
    this.byHand = byHand;
    this.receiveMaximum = receiveMaximum;
    this.acknowledge = acknowledge;
    this.reads = reads;
  }

  // ---------------------------------------------------------------- takers

  void handle(TopicFilter filter, MessageHandler handler) {
    add(
        filter,
        (message, taken) -> {
          ReasonCode reason = ReasonCode.SUCCESS;
          try {
            handler.onMessage(message);
          } catch (RuntimeException | Error failed) {
            reason = ReasonCode.UNSPECIFIED_ERROR;
            Serial.guarded(() -> listener.onHandlerFailed(message, failed));
          }
          taken.done(reason);
        });
  }

  /** The client itself takes what it waits for there; others may take it too. */
  void own(TopicFilter filter, Predicate<ReceivedMessage> taker) {
    own = new Own(filter, taker);
  }

  void add(TopicFilter filter, Taker taker) {
    routes.add(new Route(filter, taker));
    if (closed) {
      taker.closed();
    }
  }

  void remove(Taker taker) {
    routes.removeIf(route -> route.taker.equals(taker)); // takers are not values
  }

  /** Nobody takes this filter any more. */
  void remove(TopicFilter filter) {
    for (Route route : List.copyOf(routes)) {
      if (route.filter.equals(filter) && routes.remove(route)) {
        route.taker.removed();
      }
    }
  }

  /** Nothing comes any more. */
  void close() {
    closed = true;
    routes.forEach(route -> route.taker.closed());
  }

  /** One for a taker that has its own pace. */
  Serial anotherSerial() {
    return serial.another();
  }

  // ---------------------------------------------------------------- messages

  /** A message came; on the event loop. */
  void onMessage(Incoming incoming) {
    Publish publish = incoming.message();
    boolean taken = isOwn(incoming) && isTaken(incoming);
    if (taken && takers(incoming).isEmpty()) {
      if (incoming.isPromised()) {
        acknowledge.accept(incoming, ReasonCode.SUCCESS);
      }
      return;
    }
    if (publish.qos() != Qos.AT_MOST_ONCE && receiveMaximum) {
      serial.execute(() -> dispatch(incoming, 0, taken));
      return;
    }
    boolean full = waiting.get() >= WAITING_MAX || waitingBytes.get() >= WAITING_BYTES_MAX;
    if (full && blocked.get() > 0 && publish.qos() == Qos.AT_MOST_ONCE) {
      drop();
      return;
    }
    long bytes = publish.payload().length + MESSAGE_BYTES;
    waiting.incrementAndGet();
    waitingBytes.addAndGet(bytes);
    serial.execute(() -> dispatch(incoming, bytes, taken));
    look();
  }

  /** Counted alone: that the listener has not been told yet takes no room. */
  private void drop() {
    if (dropped.getAndIncrement() == 0) {
      serial.execute(() -> listener.onDropped(dropped.getAndSet(0)));
    }
  }

  private boolean isOwn(Incoming incoming) {
    Own mine = own;
    return mine != null && mine.filter.matches(incoming.message().topic());
  }

  private boolean isTaken(Incoming incoming) {
    Own mine = own;
    return mine != null && mine.taker.test(received(incoming, reason -> {}));
  }

  private List<Taker> takers(Incoming incoming) {
    List<Taker> takers = new ArrayList<>(1);
    for (Route route : routes) {
      if (route.filter.matches(incoming.message().topic())) {
        takers.add(route.taker);
      }
    }
    return takers;
  }

  private void dispatch(Incoming incoming, long bytes, boolean isTaken) {
    List<Taker> takers = takers(incoming);
    Taken taken = new Taken(incoming, bytes, takers.size());
    ReceivedMessage message = taken.message;
    if (!takers.isEmpty()) {
      takers.forEach(taker -> taker.take(message, taken));
      return;
    }
    if (closed) {
      return;
    }
    if (!isTaken) {
      String why =
          isOwn(incoming) ? "an answer that nobody waits for" : "no handler takes this topic";
      Serial.guarded(() -> listener.onUnhandled(message, why));
    }
    taken.over(ReasonCode.SUCCESS, true);
  }

  private static ReceivedMessage received(Incoming incoming, ReceivedMessage.Answer answer) {
    return new ReceivedMessage(incoming.message(), answer);
  }

  /** A message at its takers: it is acknowledged when the last of them is done with it. */
  final class Taken {
    private final Incoming incoming;
    private final ReceivedMessage message;
    private final long bytes;
    private final AtomicInteger left;
    private volatile ReasonCode worst = ReasonCode.SUCCESS;
    private volatile boolean handled;

    private Taken(Incoming incoming, long bytes, int takers) {
      this.incoming = incoming;
      this.message = received(incoming, this::byHand);
      this.bytes = bytes;
      this.left = new AtomicInteger(takers);
    }

    /** A taker has dealt with it. */
    void done(ReasonCode reason) {
      handled = true;
      if (reason.isError()) {
        worst = reason;
      }
      leave("");
    }

    /** A taker has not looked at it, and will not. */
    void released(String why) {
      if (!closed) { // else it is for the next client of the session
        leave(why);
      }
    }

    private void leave(String why) {
      if (left.decrementAndGet() > 0) {
        return;
      }
      over(worst, !byHand || !handled || worst.isError());
      if (!handled) {
        serial.execute(() -> listener.onUnhandled(message, why));
      }
    }

    /** All are done with it; by hand, it is acknowledged where there is nobody to do that. */
    private void over(ReasonCode reason, boolean acknowledges) {
      if (bytes > 0) {
        waiting.decrementAndGet();
        waitingBytes.addAndGet(-bytes);
        look();
      }
      if (incoming.isPromised() && acknowledges) {
        acknowledge.accept(incoming, reason);
      }
    }

    private void byHand(ReasonCode reason) {
      if (incoming.isPromised()) {
        acknowledge.accept(incoming, reason);
      }
    }
  }

  // ---------------------------------------------------------------- reading

  /** Decides and tells under one lock: else the last word to the loop might be the older one. */
  private synchronized void look() {
    boolean full = waiting.get() >= WAITING_MAX || waitingBytes.get() >= WAITING_BYTES_MAX;
    boolean low = waiting.get() <= WAITING_MAX / 2 && waitingBytes.get() <= WAITING_BYTES_MAX / 2;
    if (standing && !paused && full && blocked.get() == 0) {
      paused = true;
      reads.accept(false);
    } else if (paused && (low || blocked.get() > 0)) {
      paused = false;
      reads.accept(true);
    }
  }

  /** The network of a new connection is read. */
  synchronized void connected() {
    standing = true;
    paused = false;
    look();
  }

  /** The next connection has to be read until the server has let us in. */
  synchronized void disconnected() {
    standing = false;
    paused = false;
  }

  /** The calling thread is about to wait for the server; {@link #awaited} follows. */
  void awaits() {
    if (serial.isCurrent()) {
      blocked.incrementAndGet();
      look();
    }
  }

  void awaited() {
    if (serial.isCurrent()) {
      blocked.decrementAndGet();
      look();
    }
  }
}

package io.whimbrel.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.whimbrel.core.port.Limits;
import io.whimbrel.core.port.Mailboxes.Mail;
import io.whimbrel.core.shard.Shard;
import io.whimbrel.server.guard.Overload;
import io.whimbrel.server.guard.UnfinishedBytes;
import io.whimbrel.server.metrics.ClientEvents;
import io.whimbrel.server.metrics.Count;
import io.whimbrel.server.metrics.LoopVitals;
import io.whimbrel.server.metrics.ShardCounts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop as the thread of one shard. The first event of an iteration begins a turn, by
 * {@link #turn}; a task that the loop runs after the iteration's last event ends it:
 *
 * <pre>
 * sockets ready ─► turn · bytes · bytes ─┐
 * mail ──────────► turn ─────────────────┼─► end: mail · advance · endTurn · one flush for each
 * timer ─────────► turn ─────────────────┘        peer that was written to · timer armed
 * </pre>
 *
 * <p>Flushing at the end joins all that a turn had for a peer in one system call, and lets
 * deliveries leave before the acknowledgement of what caused them. Owned by its event loop.
 */
public final class ShardLoop implements LoopVitals {
  private static final int BATCHES_KEPT_MAX = 256;
  private static final int MAIL_ROUNDS_MAX = 8;
  private static final long LINGER_MILLIS = 5_000;
  private static final long LINGER_STOPPING_MILLIS = 500;
  private static final long PULSE_MILLIS = 1_000;
  private static final long NEVER = Long.MAX_VALUE;

  private final EventLoop eventLoop;
  private final Shard shard;
  private final Mailbox mailbox;
  private final BrokerClock clock;
  private final int outputBytesMax;
  private final ShardCounts counts;
  private final ClientEvents log;
  private final ReceiveBuffer receiveBuffer;
  private final byte[] received = new byte[ReceiveBuffer.BYTES];
  private final ByteBuf sendBuffer;
  private final ArrayDeque<Batch> batches = new ArrayDeque<>();
  private final Pulse pulse;
  private final Lingering lingering = new Lingering();
  private final Unfinished unfinished;
  private final Runnable end = this::end;
  private final Runnable timer = this::onTimer;

  // Valid for one turn.
  private boolean inTurn;
  private long now;
  private List<ChannelPeer> dirty = new ArrayList<>();
  private List<ChannelPeer> flushing = new ArrayList<>();

  private @Nullable ScheduledFuture<?> armed;
  private long armedAt = NEVER;
  private boolean stopping;

  /** The loop of a shard; its turns begin with {@link #start}. */
  public ShardLoop(
      EventLoop eventLoop,
      Shard shard,
      Mailbox mailbox,
      BrokerClock clock,
      Limits limits,
      ShardCounts counts,
      ClientEvents log,
      Overload overload,
      UnfinishedBytes unfinishedBytes) {
    this.eventLoop = eventLoop;
    this.shard = shard;
    this.mailbox = mailbox;
    this.clock = clock;
    this.outputBytesMax = limits.outputBytesMax();
    this.counts = counts;
    this.log = log;
    this.pulse = new Pulse(clock, PULSE_MILLIS, shard::promisesPending, overload.watch());
    this.unfinished = new Unfinished(unfinishedBytes, this::execute);
    this.receiveBuffer = new ReceiveBuffer(UnpooledByteBufAllocator.DEFAULT);
    this.sendBuffer = UnpooledByteBufAllocator.DEFAULT.directBuffer(ChannelPeer.SLICE_BYTES);
  }

  /** Begins with what came before; from any thread, once. */
  public void start() {
    mailbox.open(this::wake);
    eventLoop.execute(this::turn);
    every(PULSE_MILLIS, pulse);
  }

  private void wake() {
    counts.add(Count.WAKE_UPS, 1);
    turn();
  }

  /** Runs the action in a turn; from any thread. */
  public void execute(Runnable action) {
    eventLoop.execute(
        () -> {
          turn();
          action.run();
        });
  }

  /**
   * Runs the action in a turn again and again, the first time at once, and so long after it has
   * run, until it is cancelled; from any thread.
   */
  public Future<?> every(long millis, Runnable action) {
    return eventLoop.scheduleWithFixedDelay(
        () -> {
          turn();
          try {
            action.run();
          } catch (RuntimeException e) { // it would never run again
            counts.add(Count.INTERNAL_ERRORS, 1);
            log.internalError("something done every so often", e);
          }
        },
        0,
        millis,
        TimeUnit.MILLISECONDS);
  }

  /** Tells every client that the broker stops; from any thread. */
  public void shutdown() {
    execute(
        () -> {
          stopping = true;
          shard.shutdown();
        });
  }

  /** Its event loop has ended. */
  public void ended() {
    receiveBuffer.release();
    sendBuffer.release();
  }

  /** Something failed that is nobody's packet. */
  void broken(String what, Throwable cause) {
    counts.add(Count.INTERNAL_ERRORS, 1);
    log.internalError(what, cause);
  }

  /** Makes sure that a turn is on; what is done before the next event is part of it. */
  void turn() {
    if (inTurn) {
      return;
    }
    inTurn = true;
    counts.add(Count.TURNS, 1);
    mailbox.readerComes();
    now = clock.millis();
    shard.beginTurn(now);
    eventLoop.execute(end);
  }

  private void end() {
    try {
      readMail();
      shard.advance();
      shard.endTurn();
      for (int i = 1; i < MAIL_ROUNDS_MAX && !mailbox.isEmpty(); i++) {
        readMail(); // what it told itself, or was told meanwhile
        shard.endTurn();
      }
    } catch (RuntimeException e) {
      counts.add(Count.INTERNAL_ERRORS, 1);
      log.internalError("end of a turn", e);
    } finally {
      inTurn = false;
    }
    flush();
    lingering.advance(now);
    if (!inTurn) {
      arm(Math.min(shard.nextMillis(), lingering.nextMillis()));
      mailbox.readerSleeps();
    }
  }

  private void readMail() {
    for (Mail mail = mailbox.poll(); mail != null; mail = mailbox.poll()) {
      shard.receive(mail);
    }
  }

  private void flush() {
    List<ChannelPeer> written = dirty;
    dirty = flushing;
    flushing = written;
    for (int i = 0; i < written.size(); i++) {
      ChannelPeer peer = written.get(i);
      try {
        peer.flush();
      } catch (RuntimeException | OutOfMemoryError e) {
        // Only that peer pays: what it was sent may be cut.
        counts.add(Count.INTERNAL_ERRORS, 1);
        log.internalError("the output of a client", e);
        peer.closeNow();
      }
    }
    written.clear();
  }

  // ---------------------------------------------------------------- time

  private void arm(long at) {
    if (at >= armedAt) {
      return; // the one that is armed comes first, looks, and arms the next
    }
    ScheduledFuture<?> before = armed;
    if (before != null) {
      before.cancel(false);
    }
    armedAt = at;
    armed = eventLoop.schedule(timer, Math.max(0, at - now), TimeUnit.MILLISECONDS);
  }

  private void onTimer() {
    armed = null;
    armedAt = NEVER;
    turn();
  }

  // ---------------------------------------------------------------- for its observers

  @Override
  public int mailboxDepth() {
    return mailbox.size();
  }

  @Override
  public int promisesPending() {
    return pulse.promisesPending();
  }

  @Override
  public double delaySeconds() {
    return pulse.delayMillis() / 1e3;
  }

  // ---------------------------------------------------------------- for its peers

  /** Broker time, also where no turn is on. */
  long millis() {
    return clock.millis();
  }

  Shard shard() {
    return shard;
  }

  ShardCounts counts() {
    return counts;
  }

  ClientEvents log() {
    return log;
  }

  int outputBytesMax() {
    return outputBytesMax;
  }

  /** An empty buffer with this much room; whoever takes it is done with it before it returns. */
  ByteBuf sendBuffer(int room) {
    return sendBuffer.clear().ensureWritable(room);
  }

  Unfinished unfinished() {
    return unfinished;
  }

  ReceiveBuffer receiveBuffer() {
    return receiveBuffer;
  }

  /** Where received bytes are copied to be parsed; whoever uses it is done when it returns. */
  byte[] received() {
    return received;
  }

  /** The peer is flushed when the turn ends. */
  void written(ChannelPeer peer) {
    turn();
    dirty.add(peer);
  }

  /** The peer is closed for good in a while, whether it has closed its side by then or not. */
  void linger(ChannelPeer peer) {
    turn();
    lingering.add(peer, now + (stopping ? LINGER_STOPPING_MILLIS : LINGER_MILLIS));
  }

  /** The peer has closed. */
  void gone(ChannelPeer peer) {
    lingering.remove(peer);
  }

  Batch borrow() {
    Batch batch = batches.poll();
    return batch == null ? new Batch() : batch;
  }

  void giveBack(Batch batch) {
    batch.reset();
    if (batches.size() < BATCHES_KEPT_MAX) {
      batches.push(batch);
    }
  }
}

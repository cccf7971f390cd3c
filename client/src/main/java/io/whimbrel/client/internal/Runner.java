package io.whimbrel.client.internal;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a session over the network: one connection after the other, to one server after the other,
 * until it is told to stop. Owned by its event loop, which is also the thread of its session;
 * others {@link #post}.
 *
 * <p>When a connection is lost, the first wait is the shortest.
 */
public final class Runner implements ClientChannel.Owner, SessionListener {
  /** What a client is made of. */
  public record Plan(
      List<Server> servers,
      long connectMillis,
      boolean reconnects,
      Backoff backoff,
      int inFlightMax,
      ClientSession.SessionWaits waits) {}

  /** Where it stands between two servers. */
  private enum Phase {
    IDLE,
    TRYING,
    OPEN,
    WAITING,
    STOPPED
  }

  private final EventLoop loop;
  private final Executor blocking;
  private final Plan plan;
  private final RunnerListener listener;
  private final Mailbox mailbox;
  private final Outbox outbox;
  private final ClientSession session;
  private final Alarm alarm;
  private final Rounds rounds;
  private final CompletableFuture<@Nullable Void> stopped = new CompletableFuture<>();

  private Phase phase = Phase.IDLE;
  private boolean everConnected;
  private boolean serving;
  private boolean returns;
  private @Nullable Attempt attempt;
  private @Nullable ClientChannel channel;
  private boolean startsWhenClosed;
  private long tries;
  private @Nullable Future<?> nextStep;

  private @Nullable ReasonCode closingReason;
  private @Nullable String closingWhy;
  private @Nullable Throwable cause;
  private boolean inTurn;

  /**
   * A client that does nothing yet.
   *
   * @param outbox not opened yet; it is read here, which may take a while
   */
  public Runner(
      EventLoop loop, Executor blocking, Plan plan, Outbox outbox, RunnerListener listener) {
    this.loop = loop;
    this.blocking = blocking;
    this.plan = plan;
    this.outbox = outbox;
    this.listener = listener;
    this.rounds = new Rounds(plan.servers, plan.backoff);
    this.mailbox = new Mailbox(loop, this::endTurn);
    this.alarm = new Alarm(loop, this::tick);
    List<Outbox.Kept> kept =
        outbox.open(
            new Outbox.Listener() {
              @Override
              public void onSafe(long position) {
                post(s -> s.onSafe(position, now()));
              }

              @Override
              public void onFailed(String why) {
                post(s -> listener.onOutboxFailed(why));
              }
            });
    this.session =
        new ClientSession(outbox, kept, plan.inFlightMax, plan.waits, new SplittableRandom(), this);
  }

  /** Has something done with the session, in a turn of the loop; from any thread. */
  public void post(Consumer<ClientSession> wish) {
    mailbox.post(() -> wish.accept(session));
  }

  /** Milliseconds of the clock that the session goes by. */
  public long now() {
    return alarm.now();
  }

  // ---------------------------------------------------------------- its user

  /** Begins to connect, unless it has; from any thread. */
  public void start() {
    post(
        s -> {
          if (phase == Phase.IDLE && channel != null) {
            startsWhenClosed = true; // its session has to hear first that it is gone
          } else if (phase == Phase.IDLE || phase == Phase.WAITING) {
            rounds.begin();
            tryNext();
          }
        });
  }

  /**
   * Says goodbye and stays away until it is started again; from any thread.
   *
   * @param left runs when that is said, before whatever is asked for afterwards
   * @param done runs when the connection is closed
   */
  public void disconnect(Disconnect goodbye, Runnable left, Runnable done) {
    post(
        s -> {
          startsWhenClosed = false;
          left.run();
          if (phase != Phase.STOPPED) {
            rest();
            s.disconnect(goodbye);
            phase = Phase.IDLE;
          }
          endTurn();
          whenClosed(done);
        });
  }

  /**
   * Stops for ever; it is done when the outbox is closed, which the loop says. From any thread,
   * once is enough.
   */
  public void stop(Disconnect goodbye, Runnable done) {
    post(
        s -> {
          startsWhenClosed = false;
          if (phase != Phase.STOPPED) {
            rest();
            s.disconnect(goodbye);
            phase = Phase.STOPPED;
            endTurn();
            s.giveUp();
            alarm.cancel();
            whenClosed(() -> blocking.execute(this::closeOutbox));
          }
          stopped.thenRun(done);
        });
  }

  /** By another thread than the loop, as it waits for the disk; the session is over. */
  private void closeOutbox() {
    try {
      outbox.close();
    } catch (OutboxException failure) {
      post(s -> listener.onOutboxFailed(Failures.words(failure)));
    } finally {
      post(s -> stopped.complete(null));
    }
  }

  private void whenClosed(Runnable done) {
    ClientChannel open = channel;
    if (open == null) {
      done.run();
    } else {
      open.onceClosed(done);
    }
  }

  /** Whether more messages are read from the network; what was read is still told. */
  public void reads(boolean wanted) {
    if (channel != null) {
      channel.reads(wanted);
      session.hears(wanted, now());
    }
  }

  /** Leaves the server, which keeps the session and publishes no Will; comes back in any case. */
  public void reconnect(String why) {
    post(
        s -> {
          if (phase == Phase.OPEN) {
            returns = true;
            s.disconnect(new Disconnect(ReasonCode.SUCCESS, Properties.NONE));
            closingWhy = why;
          }
        });
  }

  // ---------------------------------------------------------------- trying

  private void rest() {
    tries++; // what is under way is not wanted any more
    if (nextStep != null) {
      nextStep.cancel(false);
      nextStep = null;
    }
    if (attempt != null) {
      attempt.cancel();
      attempt = null;
    }
  }

  private void tryNext() {
    rest();
    phase = Phase.TRYING;
    long mine = tries;
    Server next = rounds.server();
    listener.onConnecting(next);
    nextStep = loop.schedule(this::expire, plan.connectMillis, TimeUnit.MILLISECONDS);
    listener
        .nextConnect()
        .whenComplete(
            (connect, failure) ->
                mailbox.post(
                    () -> {
                      if (mine == tries) {
                        reach(next, connect, failure, mine);
                      }
                    }));
  }

  private void reach(
      Server next, @Nullable Connect connect, @Nullable Throwable failure, long mine) {
    if (connect == null) {
      cause = failure;
      failed(null, "nothing to connect with: " + Failures.words(failure));
      return;
    }
    Attempt made =
        new Attempt(
            loop,
            blocking,
            next,
            plan.connectMillis,
            packetSizeMax(connect),
            new Attempt.Outcome() {
              @Override
              public void onReady(Channel ready) {
                if (mine == tries) {
                  attempt = null;
                  open(ready, connect);
                } else {
                  ready.close();
                }
              }

              @Override
              public void onFailed(Throwable why) {
                if (mine == tries) {
                  attempt = null;
                  cause = why;
                  failed(null, next + ": " + Failures.words(why));
                  endTurn();
                }
              }
            });
    attempt = made;
    made.begin();
  }

  private void expire() {
    failed(null, rounds.server() + ": no connection in time");
    endTurn();
  }

  private void open(Channel ready, Connect connect) {
    rest(); // it has succeeded
    phase = Phase.OPEN;
    ClientChannel made = new ClientChannel(ready, connect.version(), packetSizeMax(connect), this);
    channel = made;
    closingReason = null;
    closingWhy = null;
    returns = false;
    ready.pipeline().addLast(made);
    try {
      session.opened(made, connect, now());
    } catch (IllegalArgumentException unsayable) {
      channel = null;
      ready.close();
      failed(null, "CONNECT cannot be sent: " + unsayable.getMessage());
    }
    endTurn();
  }

  /** The largest packet of MQTT (2.1.4). */
  private static final long PACKET_BYTES_MAX = 268_435_460;

  private static int packetSizeMax(Connect connect) {
    long said = connect.properties().number(PropertyId.MAXIMUM_PACKET_SIZE, PACKET_BYTES_MAX);
    return (int) Math.min(said, PACKET_BYTES_MAX);
  }

  /** The server that is next in the list is tried, at once or after a while. */
  private void failed(@Nullable ReasonCode reason, String why) {
    rest();
    boolean roundOver = rounds.failed();
    boolean again = !roundOver || (everConnected && plan.reconnects);
    if (roundOver) {
      listener.onRoundOver();
    }
    tell(reason, why, again);
    if (phase == Phase.STOPPED) {
      return;
    }
    if (!again) {
      phase = Phase.IDLE;
      return;
    }
    waitFor(roundOver ? rounds.waitAfter(reason) : 0);
  }

  private void waitFor(long millis) {
    phase = Phase.WAITING;
    long mine = tries;
    nextStep =
        loop.schedule(
            () -> {
              if (mine == tries && phase == Phase.WAITING) {
                tryNext();
              }
            },
            millis,
            TimeUnit.MILLISECONDS);
  }

  // ---------------------------------------------------------------- the channel

  @Override
  public void onPacket(ClientChannel from, Packet packet) {
    if (from == channel) {
      session.onPacket(packet, now());
    }
  }

  @Override
  public void onBroken(ClientChannel from, ProtocolErrorException broken) {
    if (from == channel) {
      session.onBroken(broken);
    }
  }

  @Override
  public void onReadComplete(ClientChannel from) {
    endTurn();
  }

  @Override
  public void onWritable(ClientChannel from) {
    if (from == channel) {
      session.onWritable(now());
      endTurn();
    }
  }

  @Override
  public void onWritten(ClientChannel from) {
    if (from == channel) {
      session.onWritten(from.written(), now());
      endTurn();
    }
  }

  @Override
  public void onClosed(ClientChannel from, @Nullable Throwable why) {
    if (from != channel) {
      return;
    }
    channel = null;
    boolean stood = serving;
    serving = false;
    cause = why;
    session.onClosed();
    String words =
        closingWhy != null
            ? closingWhy
            : why == null ? "the server closed the connection" : Failures.words(why);
    if (phase == Phase.OPEN) {
      if (stood) {
        lost(closingReason, words);
      } else {
        failed(closingReason, words);
      }
    } else if (phase == Phase.IDLE && startsWhenClosed) {
      startsWhenClosed = false;
      rounds.begin();
      tryNext();
    }
    endTurn();
  }

  /** A connection that stood is gone: the same server first. */
  private void lost(@Nullable ReasonCode reason, String why) {
    rest();
    phase = Phase.IDLE;
    boolean again = plan.reconnects || returns;
    tell(reason, why, again);
    if (again && phase == Phase.IDLE) {
      waitFor(rounds.waitAfter(reason));
    }
  }

  private void tell(@Nullable ReasonCode reason, String why, boolean again) {
    Throwable thrown = cause;
    cause = null;
    listener.onDisconnected(reason, why, thrown, again);
  }

  // ---------------------------------------------------------------- the session

  @Override
  public Outbound.Progress onFound(Outbox.Kept message) {
    return listener.onFound(message);
  }

  @Override
  public void onConnected(Connack connack) {
    listener.onConnected(rounds.server(), connack); // or it throws, and that was no success
    everConnected = true;
    serving = true;
    rounds.succeeded();
  }

  @Override
  public void onRefused(Connack connack) {
    listener.onRefused(rounds.server(), connack);
  }

  @Override
  public void onMessage(Incoming message) {
    listener.onMessage(message);
  }

  @Override
  public void onAuth(Auth auth) {
    listener.onAuth(auth);
  }

  @Override
  public void onSubscriptionLost(TopicFilter filter, ReasonCode reason) {
    listener.onSubscriptionLost(filter, reason);
  }

  @Override
  public void onLastWord(Disconnect last) {
    listener.onLastWord(last);
  }

  @Override
  public void onClosing(@Nullable ReasonCode reason, String why) {
    closingReason = reason;
    closingWhy = why;
  }

  // ---------------------------------------------------------------- turns

  private void endTurn() {
    if (inTurn) {
      return;
    }
    inTurn = true;
    session.endTurn();
    if (channel != null) {
      channel.flush();
    }
    alarm.setTo(session.nextDeadline());
    inTurn = false;
  }

  private void tick() {
    session.tick(now());
    endTurn();
  }
}

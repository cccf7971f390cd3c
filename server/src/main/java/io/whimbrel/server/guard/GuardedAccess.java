package io.whimbrel.server.guard;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.Access;
import io.whimbrel.core.port.Admission;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Meter;
import io.whimbrel.core.port.Origin;
import io.whimbrel.core.port.Rights;
import io.whimbrel.server.config.ListenerKind;
import io.whimbrel.server.config.ServerConfig;
import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands before another {@link Access} and keeps count: of logins that fail, which are answered
 * late and, after some, not tried any more; of clients that connect too often; and of how much
 * those may send who are in. All else it passes on. Callable from every thread.
 */
public final class GuardedAccess implements Access {
  /** Answers kept back at a time, each with its CONNECT; further ones are given at once. */
  static final int DELAYED_MAX = 1_000;

  private final Access inner;
  private final Bans bans;
  private volatile Meters meters;
  private volatile long failureDelayMillis;
  private final Later later;
  private final AtomicInteger delayed = new AtomicInteger();
  private final LongAdder failed = new LongAdder();
  private final LongAdder unchecked = new LongAdder();

  /** Where one is told to people. */
  @FunctionalInterface
  public interface Told {
    /**
     * Somebody is refused for a while.
     *
     * @param who a user, a client or everybody, from where
     * @param why how often it did what
     */
    void banned(String who, String why);
  }

  /**
   * Nobody has come so far.
   *
   * @param millis broker time
   */
  public GuardedAccess(
      Access inner,
      ServerConfig.Rates rates,
      ServerConfig.Logins logins,
      LongSupplier millis,
      Later later,
      Told told) {
    this.inner = inner;
    this.bans = new Bans(rates, logins, millis, told);
    this.meters = new Meters(rates, millis);
    this.failureDelayMillis = logins.failureDelayMillis();
    this.later = later;
  }

  /**
   * From now on it is these; who is connected keeps its rates, and who is banned its time, unless
   * nobody is banned any more (0).
   */
  public void limits(ServerConfig.Rates rates, ServerConfig.Logins logins) {
    bans.limits(rates, logins);
    meters = meters.with(rates);
    failureDelayMillis = logins.failureDelayMillis();
  }

  @Override
  public void authenticate(String clientId, Connect connect, Origin origin, Answer answer) {
    String user = connect.userName();
    boolean five = connect.version().isFive();
    if (bans.isBanned(user, origin)) {
      unchecked.increment();
      refuseLater(answer, five ? ReasonCode.BANNED : ReasonCode.NOT_AUTHORIZED);
    } else if (bans.isPaused(connect.clientId(), user == null ? "" : user)) {
      unchecked.increment();
      refuseLater(answer, tooOften(connect));
    } else {
      inner.authenticate(
          clientId, connect, origin, Watched.of(this, connect, origin, answer, true));
    }
  }

  @Override
  public void continueAuthentication(
      String clientId,
      Connect connect,
      Origin origin,
      byte @Nullable [] data,
      @Nullable Object state,
      Answer answer) {
    boolean first = state instanceof Asked asked && asked.first();
    Object kept = state instanceof Asked asked ? asked.state() : state;
    inner.continueAuthentication(
        clientId, connect, origin, data, kept, Watched.of(this, connect, origin, answer, first));
  }

  /** Whether everybody is refused from there, for logins that failed before. */
  public boolean isBanned(InetAddress from) {
    return bans.isBanned(from);
  }

  private static ReasonCode tooOften(Connect connect) {
    return connect.version().isFive()
        ? ReasonCode.CONNECTION_RATE_EXCEEDED
        : ReasonCode.SERVER_UNAVAILABLE;
  }

  private void refuseLater(Answer answer, ReasonCode reason) {
    long delayMillis = failureDelayMillis;
    if (delayMillis == 0 || delayed.get() >= DELAYED_MAX) {
      answer.refuse(reason);
      return;
    }
    delayed.incrementAndGet();
    Runnable refusal =
        () -> {
          delayed.decrementAndGet();
          answer.refuse(reason);
        };
    try {
      later.run(delayMillis, refusal);
    } catch (RejectedExecutionException ended) {
      refusal.run();
    }
  }

  /**
   * What a challenge was made with.
   *
   * @param first whether the exchange is part of a CONNECT
   */
  private record Asked(Object state, boolean first) {}

  /** An answer that is looked at on its way. */
  private static final class Watched implements Answer {
    private final GuardedAccess guard;
    private final Connect connect;
    private final Origin origin;
    private final Answer answer;
    private final boolean first;
    private volatile @Nullable String user; // as CONNECT or Authentication Data name it

    private Watched(
        GuardedAccess guard, Connect connect, Origin origin, Answer answer, boolean first) {
      this.guard = guard;
      this.connect = connect;
      this.origin = origin;
      this.answer = answer;
      this.first = first;
      this.user = connect.userName();
    }

    /**
     * @param first whether it is the answer to a CONNECT
     */
    static Answer of(
        GuardedAccess guard, Connect connect, Origin origin, Answer answer, boolean first) {
      return new Watched(guard, connect, origin, answer, first);
    }

    @Override
    public void namesNobody() {
      user = null;
    }

    @Override
    public boolean names(String said) {
      user = said;
      boolean banned = guard.bans.isBanned(said, origin);
      if (banned) {
        guard.unchecked.increment();
      }
      return !banned;
    }

    @Override
    public void accept(Admission admission) {
      boolean proved = // by more than a certificate, which nobody guesses
          !Set.of("anonymous", "certificate", "link").contains(admission.method())
              && admission.user().equals(user);
      if (proved) {
        guard.bans.onAccepted(admission.user(), origin);
      }
      if (first && guard.bans.onConnect(connect, admission.user())) {
        guard.refuseLater(answer, tooOften(connect));
      } else {
        answer.accept(admission);
      }
    }

    @Override
    public void refuse(ReasonCode reason) {
      boolean wrong = reason == ReasonCode.BAD_USER_NAME_OR_PASSWORD;
      if (reason == ReasonCode.BANNED) {
        guard.refuseLater(answer, reason);
        return;
      }
      if (!wrong && reason != ReasonCode.NOT_AUTHORIZED) {
        answer.refuse(reason);
        return;
      }
      guard.failed.increment();
      // A certificate that is nobody's says nothing of the user who was named beside it.
      boolean tried = wrong || origin.certificate() == null;
      if (!ListenerKind.SN.word().equals(origin.transport())) { // anybody can write any address
        guard.bans.onFailed(tried ? user : null, origin);
      }
      guard.refuseLater(answer, reason);
    }

    @Override
    public boolean isAwaited() {
      return answer.isAwaited() && !guard.bans.isBanned(user, origin);
    }

    @Override
    public void challenge(byte[] data, Object state) {
      answer.challenge(data, new Asked(state, first));
    }
  }

  @Override
  public Rights rightsOf(Identity who) {
    return inner.rightsOf(who);
  }

  @Override
  public boolean mayResume(String owner, Identity who) {
    return inner.mayResume(owner, who);
  }

  @Override
  public Meter meter(Identity who) {
    return meters.of(who);
  }

  /** Forgets what need not be remembered any more; called every so often. */
  public void sweep() {
    meters.sweep();
  }

  /** Logins that failed. */
  public long failed() {
    return failed.sum();
  }

  /** CONNECT packets refused without a look at what they say. */
  public long unchecked() {
    return unchecked.sum();
  }

  /** Answers that are kept back now. */
  public int delayed() {
    return delayed.get();
  }

  /** Bans of a user from an address so far. */
  public long userBans() {
    return bans.ofUsers();
  }

  /** Bans of an address so far. */
  public long addressBans() {
    return bans.ofAddresses();
  }

  /** Times a client was refused from then on because it came too often. */
  public long clientBans() {
    return bans.ofClients();
  }
}

package io.whimbrel.server.net;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Origin;
import io.whimbrel.server.guard.AddressBlock;
import io.whimbrel.server.guard.Intake;
import io.whimbrel.server.metrics.Count;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts connections from the moment they are accepted, before anybody has said anything: a flood
 * of connections that never speak takes no more than a bounded share of the broker. Callable from
 * every thread.
 */
public final class Gate {
  private static final int RESERVE_MIN = 16;
  private static final int RESERVE_SHARE = 8;
  private static final int RESERVE_MAX = 1024;

  private volatile int openMax;
  private volatile int perAddressMax;
  private final Intake intake;
  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentMap<AddressBlock, Integer> byAddress = new ConcurrentHashMap<>();

  /**
   * @param clientsMax clients that may be connected; some more may be on their way to it
   * @param perAddressMax connections from one address; 0: any number
   * @param intake how fast they may come
   */
  public Gate(int clientsMax, int perAddressMax, Intake intake) {
    this.openMax = openMax(clientsMax);
    this.perAddressMax = perAddressMax;
    this.intake = intake;
  }

  /** From now on so many are let in; whoever is in stays. */
  public void limits(int clientsMax, int perAddressMax) {
    this.openMax = openMax(clientsMax);
    this.perAddressMax = perAddressMax;
  }

  private static int openMax(int clientsMax) {
    int reserve = Math.min(RESERVE_MAX, Math.max(RESERVE_MIN, clientsMax / RESERVE_SHARE));
    return (int) Math.min(Integer.MAX_VALUE, (long) clientsMax + reserve);
  }

  /** Whether somebody is let in, or why not. */
  enum Verdict {
    WELCOME(null, ""),
    FULL(
        Count.NOT_ACCEPTED_FULL,
        "as many connections are open as the broker takes (limits.connections-max)"),
    TOO_MANY_FROM_THERE(
        Count.NOT_ACCEPTED_ADDRESS,
        "too many from its address (listeners.connections-per-address-max)"),
    TOO_FAST(Count.NOT_ACCEPTED_RATE, "too many come at a time (rates.connections-max)"),
    TOO_FAST_FROM_THERE(
        Count.NOT_ACCEPTED_ADDRESS_RATE,
        "too many come from its address at a time (rates.connections-per-address-max)"),
    BANNED_THERE(
        Count.NOT_ACCEPTED_BANNED,
        "too many logins from its address failed (logins.failures-per-address-max)"),
    OVERLOADED(Count.NOT_ACCEPTED_OVERLOAD, "the broker is overloaded (overload.loop-delay-max)"),
    NONE_OF_THE_PROXIES(
        Count.NOT_PROXIED_SENDER, "it is none of the proxies there (listeners.proxy-from)");

    private final @Nullable Count count;
    private final String why;

    Verdict(@Nullable Count count, String why) {
      this.count = count;
      this.why = why;
    }

    /** Where one who is not let in is counted. */
    @Nullable Count count() {
      return count;
    }

    /** What people are told of it. */
    String why() {
      return why;
    }
  }

  /** What somebody gets who was let in, to be given back once. */
  public final class Pass {
    private final String transport;
    private final DurabilityLevel durability;
    private final long acceptedMillis;
    private Whence whence;
    private @Nullable X509Certificate certificate;

    private Pass(String transport, DurabilityLevel durability, Whence whence, long acceptedMillis) {
      this.transport = transport;
      this.durability = durability;
      this.acceptedMillis = acceptedMillis;
      this.whence = whence;
    }

    String address() {
      return whence.text();
    }

    /** Broker time at which its connection was accepted. */
    long acceptedMillis() {
      return acceptedMillis;
    }

    /**
     * What is left of a time that began when the connection was accepted: all that a client has to
     * say before it is one has one time together.
     */
    long leftMillis(long allMillis, long nowMillis) {
      return Math.max(1, acceptedMillis + allMillis - nowMillis);
    }

    /** A proxy said who is there, who counts at that address from now on; or says why not. */
    Verdict comesFrom(Whence client) {
      Verdict now = count(client);
      if (now == Verdict.WELCOME) {
        whence = client;
      }
      return now;
    }

    /** What the peer has proved to be its own. */
    void certificate(X509Certificate shown) {
      certificate = shown;
    }

    Origin origin() {
      return new Origin(address(), transport, durability, certificate);
    }

    void giveBack() {
      leave();
      release(whence);
    }
  }

  /** Lets one more in, who then gets a {@link #pass}, or says why not. */
  Verdict enter(Whence whence) {
    Verdict now = enterFromAnywhere();
    if (now != Verdict.WELCOME) {
      return now;
    }
    now = count(whence);
    if (now != Verdict.WELCOME) {
      leave();
    }
    return now;
  }

  /** The same, of whom a proxy is still to say where it comes from; then it is counted there. */
  Verdict enterFromAnywhere() {
    if (intake.isOverloaded()) {
      return Verdict.OVERLOADED;
    }
    if (open.incrementAndGet() > openMax) {
      leave();
      return Verdict.FULL;
    }
    return Verdict.WELCOME;
  }

  /** Whoever may not come for its address takes nothing of the rate of all. */
  private Verdict count(Whence whence) {
    if (!claim(whence)) {
      return Verdict.TOO_MANY_FROM_THERE;
    }
    Verdict now = verdict(intake.onConnection(whence.counted()));
    if (now != Verdict.WELCOME) {
      release(whence);
    }
    return now;
  }

  private static Verdict verdict(Intake.Verdict now) {
    return switch (now) {
      case WELCOME -> Verdict.WELCOME;
      case OVERLOADED -> Verdict.OVERLOADED;
      case TOO_FAST -> Verdict.TOO_FAST;
      case TOO_FAST_FROM_THERE -> Verdict.TOO_FAST_FROM_THERE;
      case BANNED_THERE -> Verdict.BANNED_THERE;
    };
  }

  Pass pass(String transport, DurabilityLevel durability, Whence whence, long acceptedMillis) {
    return new Pass(transport, durability, whence, acceptedMillis);
  }

  private void leave() {
    if (open.decrementAndGet() == 0) {
      tellEmpty();
    }
  }

  /**
   * Counts one more at an address, or none where that would be too many; also without a limit,
   * since there may be one later.
   */
  private boolean claim(Whence whence) {
    InetAddress counted = whence.counted();
    if (counted == null) {
      return true;
    }
    int most = perAddressMax;
    if (byAddress.merge(AddressBlock.of(counted), 1, Integer::sum) > most && most > 0) {
      release(whence);
      return false;
    }
    return true;
  }

  private void release(Whence whence) {
    InetAddress counted = whence.counted();
    if (counted != null) {
      byAddress.computeIfPresent(
          AddressBlock.of(counted), (at, count) -> count == 1 ? null : count - 1);
    }
  }

  private synchronized void tellEmpty() {
    notifyAll();
  }

  /** Waits until nobody is in, so long at most. */
  public synchronized void awaitEmpty(long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = millis; open.get() > 0 && left > 0; ) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
  }

  /** How many are in. */
  public int open() {
    return open.get();
  }
}

package io.whimbrel.server.net;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Origin;
import io.whimbrel.server.guard.AddressBlock;
import io.whimbrel.server.guard.Intake;
import io.whimbrel.server.metrics.Count;
import java.net.InetSocketAddress;
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
    OVERLOADED(Count.NOT_ACCEPTED_OVERLOAD, "the broker is overloaded (overload.loop-delay-max)");

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
    private final @Nullable InetSocketAddress from;
    private @Nullable X509Certificate certificate;

    private Pass(String transport, DurabilityLevel durability, @Nullable InetSocketAddress from) {
      this.transport = transport;
      this.durability = durability;
      this.from = from;
    }

    String address() {
      return Gate.text(from);
    }

    /** What the peer has proved to be its own. */
    void certificate(X509Certificate shown) {
      certificate = shown;
    }

    Origin origin() {
      return new Origin(address(), transport, durability, certificate);
    }

    void giveBack() {
      if (open.decrementAndGet() == 0) {
        tellEmpty();
      }
      if (from != null) {
        byAddress.computeIfPresent(
            AddressBlock.of(from.getAddress()), (at, count) -> count == 1 ? null : count - 1);
      }
    }
  }

  /** Lets one more in, who then gets a {@link #pass}, or says why not. */
  Verdict enter(@Nullable InetSocketAddress from) {
    Verdict now =
        switch (intake.onConnection(from == null ? null : from.getAddress())) {
          case WELCOME -> Verdict.WELCOME;
          case OVERLOADED -> Verdict.OVERLOADED;
          case TOO_FAST -> Verdict.TOO_FAST;
          case TOO_FAST_FROM_THERE -> Verdict.TOO_FAST_FROM_THERE;
        };
    return now == Verdict.WELCOME ? enterNow(from) : now;
  }

  private Verdict enterNow(@Nullable InetSocketAddress from) {
    if (open.incrementAndGet() > openMax) {
      open.decrementAndGet();
      return Verdict.FULL;
    }
    int most = perAddressMax;
    int same =
        from == null ? 0 : byAddress.merge(AddressBlock.of(from.getAddress()), 1, Integer::sum);
    if (most > 0 && same > most) { // counted also without a limit, since there may be one later
      new Pass("", DurabilityLevel.MEMORY, from).giveBack();
      return Verdict.TOO_MANY_FROM_THERE;
    }
    return Verdict.WELCOME;
  }

  Pass pass(String transport, DurabilityLevel durability, @Nullable InetSocketAddress from) {
    return new Pass(transport, durability, from);
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

  /** An address as people write it; a peer may have gone before it was asked for. */
  static String text(@Nullable InetSocketAddress from) {
    if (from == null) {
      return "unknown";
    }
    String host = from.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + from.getPort();
  }
}

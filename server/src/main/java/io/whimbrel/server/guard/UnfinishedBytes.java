package io.whimbrel.server.guard;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of all clients that came and are not handled: beginnings of packets, and what waits behind
 * a brake. Above the maximum the event loop that holds most of them has to let go of some, and
 * then, where that was not enough, the one that holds most by then; so the maximum is passed by
 * what a loop reads at a time, for as long as that takes. Callable from every thread.
 */
public final class UnfinishedBytes {
  private volatile long max;
  private final List<Share> shares = new CopyOnWriteArrayList<>();

  /** None so far. */
  public UnfinishedBytes(long max) {
    this.max = max;
  }

  /** From now on so many may be; where there are more already, some have to go. */
  public void limit(long bytes) {
    max = bytes;
    askMost();
  }

  /** What one loop holds: written by it alone. */
  public final class Share {
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean asked = new AtomicBoolean();
    private final Runnable relief;

    private Share(Runnable relief) {
      this.relief = relief;
    }

    /**
     * It holds so many more, or fewer; says whether it has to let go of some at once. Where another
     * one has to, that is asked.
     */
    public boolean change(long more) {
      bytes.setRelease(bytes.getPlain() + more);
      if (more <= 0 || sum() <= max) {
        return false;
      }
      Share most = most();
      if (most != this) {
        most.ask();
      }
      return most == this;
    }

    private void ask() {
      if (!asked.getAndSet(true)) {
        relief.run();
      }
    }

    /** Whether the loop has to let go of some, or some more. */
    public boolean isTooMuch() {
      asked.set(false);
      return bytes.getPlain() > 0 && sum() > max && most() == this;
    }

    /** The loop has let go of what it had to; where that was not enough, another one has to. */
    public void onRelieved() {
      askMost();
    }
  }

  /**
   * The share of one more loop.
   *
   * @param relief called on any thread where the loop has to let go of some
   */
  public Share share(Runnable relief) {
    Share share = new Share(relief);
    shares.add(share);
    return share;
  }

  private void askMost() {
    if (sum() > max) {
      most().ask();
    }
  }

  private Share most() {
    Share most = shares.get(0);
    for (Share share : shares) {
      most = share.bytes.getAcquire() > most.bytes.getAcquire() ? share : most;
    }
    return most;
  }

  /** How many there are now. */
  public long sum() {
    long sum = 0;
    for (Share share : shares) {
      sum += share.bytes.getAcquire();
    }
    return sum;
  }
}

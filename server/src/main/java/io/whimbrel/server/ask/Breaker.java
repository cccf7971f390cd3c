package io.whimbrel.server.ask;

/**
 * Leaves a server alone that does not answer. Closed, it lets every question through; after so many
 * failures one after the other it is open, and lets none through for a while; then, half open, it
 * lets one through, whose answer closes it and whose failure opens it again. All times are given.
 * Callable from every thread; its monitor is held for a few instructions.
 */
public final class Breaker {
  /** What it does with a question. */
  public enum State {
    /** Lets it through. */
    CLOSED,
    /** Lets none through. */
    OPEN,
    /** Waits for the one that it let through. */
    HALF_OPEN
  }

  private final int failuresMax;
  private final long openMillis;

  // Guarded by this object's monitor.
  private State state = State.CLOSED;
  private int failures;
  private long openUntil;

  /**
   * A closed one.
   *
   * @param failuresMax that open it, 1 or more
   * @param openMillis how long it lets nothing through
   */
  public Breaker(int failuresMax, long openMillis) {
    this.failuresMax = failuresMax;
    this.openMillis = openMillis;
  }

  /** Whether a question may be asked now; who may tells how it ended by one of the other three. */
  public synchronized boolean lets(long nowMillis) {
    long left = openUntil - nowMillis;
    boolean over = left <= 0 || left > openMillis; // the latter: a clock that was put back
    if (state == State.OPEN && over) {
      state = State.HALF_OPEN;
      return true;
    }
    return state == State.CLOSED;
  }

  /** There was an answer. */
  public synchronized void answered() {
    state = State.CLOSED;
    failures = 0;
  }

  /** There was none. */
  public synchronized void failed(long nowMillis) {
    failures++;
    boolean tooMany = state == State.CLOSED && failures >= failuresMax;
    if (state == State.HALF_OPEN || tooMany) {
      state = State.OPEN;
      failures = 0;
      openUntil = nowMillis + openMillis;
    }
  }

  /** It was not asked after all; the next one may be. */
  public synchronized void unasked(long nowMillis) {
    if (state == State.HALF_OPEN) {
      state = State.OPEN;
      openUntil = nowMillis;
    }
  }

  /** What it does. */
  public synchronized State state() {
    return state;
  }
}

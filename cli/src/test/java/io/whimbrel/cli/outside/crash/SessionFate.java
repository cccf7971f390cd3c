package io.whimbrel.cli.outside.crash;

import java.util.concurrent.TimeUnit;

/** What is known of whether the broker has a session of a client. */
final class SessionFate {
  static final long LONG_SECONDS = 3600;
  private static final long SLACK_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  private enum Known {
    GONE,
    THERE,
    UNKNOWN
  }

  private final World world;
  private final String client;
  private Known known = Known.GONE;

  /** Of the last connection that was acknowledged. */
  private long expirySeconds;

  private boolean connected;
  private long lostNanos;

  // Of the connection that is asked for.
  private Known expected = Known.GONE;
  private long askedExpirySeconds;

  /** Whether something was asked for, since the last acknowledgement, that may have changed it. */
  private boolean unsettled;

  private boolean unanswered;
  private boolean doubtful;

  SessionFate(World world, String client) {
    this.world = world;
    this.client = client;
  }

  /** CONNECT was sent. */
  void asked(boolean clean, long newExpirySeconds, long now) {
    doubtful |= unanswered && expected != Known.THERE;
    unanswered = true;
    expected = clean ? Known.GONE : at(now);
    askedExpirySeconds = newExpirySeconds;
    boolean same = expirySeconds == LONG_SECONDS && newExpirySeconds == LONG_SECONDS;
    if (clean || expected != Known.THERE || !same) {
      known = Known.UNKNOWN;
      unsettled = true;
    }
  }

  private Known at(long now) {
    if (known != Known.THERE || expirySeconds == LONG_SECONDS) {
      return known;
    }
    long expiryNanos = TimeUnit.SECONDS.toNanos(expirySeconds);
    long since = Math.max(lostNanos, world.victim().readyNanos());
    if (now - lostNanos < expiryNanos - SLACK_NANOS) {
      return Known.THERE;
    }
    return now - since > expiryNanos + SLACK_NANOS ? Known.GONE : Known.UNKNOWN;
  }

  /** CONNACK came; gives whether the session goes on. */
  boolean answered(boolean present, long now) {
    boolean mayHaveExpired =
        expected == Known.THERE
            && expirySeconds != LONG_SECONDS
            && now - lostNanos > TimeUnit.SECONDS.toNanos(expirySeconds) - SLACK_NANOS;
    if (expected == Known.THERE && !present && !mayHaveExpired) {
      throw new BrokenPromiseException("the session of " + client + " is gone");
    }
    if (expected == Known.GONE && present) {
      throw new BrokenPromiseException("a session of " + client + " that had ended came back");
    }
    known = Known.THERE;
    unsettled = false;
    unanswered = false;
    doubtful &= present;
    connected = true;
    expirySeconds = askedExpirySeconds;
    return present;
  }

  /**
   * Whether the session that was found may be an old one, or one that was begun by a CONNECT which
   * was not answered: what it holds is not known.
   */
  boolean isDoubtful() {
    return doubtful;
  }

  /** Its end was asked for in a way that is not acknowledged. */
  void mayHaveEnded() {
    known = Known.UNKNOWN;
    unsettled = true;
  }

  /** The connection is gone. */
  void lost(long now) {
    if (connected) {
      connected = false;
      lostNanos = now;
      if (expirySeconds == 0) {
        known = Known.UNKNOWN; // it ends when the broker hears of it
      }
    }
  }

  /** The broker was killed, and with it ended every session that ends with its connection. */
  void crashed() {
    if (expirySeconds == 0 && !unsettled) {
      known = Known.GONE;
    }
  }
}

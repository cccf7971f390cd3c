package io.whimbrel.sim;

import java.util.Collection;
import java.util.Collections;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether the broker has to have a session for one client: Session Present has to say so. Where a
 * CONNECT was sent and never answered nothing is certain. Owned by the simulation's thread.
 */
final class Presence {
  private static final long SLACK_MILLIS = 3_000;

  private final World world;
  private final SimBroker broker;
  private final String client;
  private @Nullable Link last; // the connection established last
  private long lastEstablishedAt;
  private final Collection<Long> expiries = new TreeSet<>();
  private boolean certain = true;
  private boolean clean;
  private long granted;
  private long asked;

  Presence(World world, SimBroker broker, String client) {
    this.world = world;
    this.broker = broker;
    this.client = client;
  }

  /** A CONNECT is sent: nothing is certain until it is answered. */
  void asks(boolean cleanStart, long expirySeconds) {
    if (asked > 0) {
      certain = false; // the one before was not answered
    }
    asked++;
    clean = cleanStart;
    granted = expirySeconds;
  }

  /** DISCONNECT asks for another Session Expiry Interval; it may arrive or not. */
  void changes(Life life, long expirySeconds) {
    life.lasting = false;
    expiries.add(expirySeconds);
  }

  /** For 3.1, which is not told: it asks for sessions that never end, or for none. */
  boolean isLikely() {
    return !clean && last != null;
  }

  void check(ClientConnection connection, boolean present) {
    if (clean) {
      judge(present, false, true);
      return;
    }
    if (!certain) {
      return;
    }
    Link before = last;
    if (before == null) {
      judge(present, false, true);
      return;
    }
    long end = before.endedAt;
    boolean connected = end < 0 || end == Long.MAX_VALUE;
    long shortest = Collections.min(expiries);
    long longest = Collections.max(expiries);
    boolean wobbly = broker.crashedSince(lastEstablishedAt); // its clock may have begun anew
    if (shortest > 0) {
      boolean alive = connected || world.now() + 50 < end + shortest * 1000;
      if (alive) {
        judge(present, true, false);
      }
    }
    long since = connection.began;
    if (longest == 0 && !connected && !wobbly && since > end + SLACK_MILLIS) {
      judge(present, false, true);
    } else if (!connected && !wobbly && since > end + longest * 1000 + SLACK_MILLIS) {
      judge(present, false, true);
    }
  }

  private void judge(boolean present, boolean must, boolean mustNot) {
    if (present ? mustNot : must) {
      world.broken(
          "Session Present tells the truth",
          client + " was told " + present + " with expiry " + expiries);
    }
  }

  void established(ClientConnection connection) {
    last = connection.link();
    lastEstablishedAt = world.now();
    expiries.clear();
    expiries.add(granted);
    certain = true;
    asked = 0;
  }

  /**
   * Whether the session that is present may be another one than the client thinks: the one it knew
   * may have ended, and an attempt that was never answered may have begun a new one.
   */
  boolean isAmbiguous() {
    return !certain && (last == null || !isLasting());
  }

  /** Whether the session ends by nothing but a clean start. */
  boolean isLasting() {
    return Collections.min(expiries) >= 0xFFFF_FFFFL;
  }
}

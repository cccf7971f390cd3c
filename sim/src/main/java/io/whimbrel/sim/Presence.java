package io.whimbrel.sim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether the broker has to have a session for one client: Session Present has to say so.
 *
 * <p>A CONNECT whose answer the client did not hear may be served late, also after a later one was
 * answered: network connections have no order among each other, and the one served last takes the
 * client over [MQTT-3.1.4-3]. If the session has ended by then it begins another [MQTT-3.1.2-6], of
 * which the client knows nothing. So a client whose session may have ended, and who is told that
 * one is present, does as [MQTT-3.2.2-4] says: it closes, and asks for a clean start. Owned by the
 * simulation's thread.
 */
final class Presence {
  private static final long SLACK_MILLIS = 3_000;

  private final World world;
  private final SimBroker broker;
  private final String client;
  private @Nullable Link last; // the connection established last
  private long lastEstablishedAt;
  private final Collection<Long> expiries = new TreeSet<>();
  private final List<Attempt> unheard = new ArrayList<>();
  private @Nullable Attempt asked; // the newest CONNECT

  /** One CONNECT. */
  private record Attempt(Link link, boolean clean, long expirySeconds) {}

  Presence(World world, SimBroker broker, String client) {
    this.world = world;
    this.broker = broker;
    this.client = client;
  }

  /** A CONNECT is sent. */
  void asks(Link link, boolean cleanStart, long expirySeconds) {
    Attempt before = asked;
    if (before != null && before.link != last) {
      unheard.add(before);
    }
    asked = new Attempt(link, cleanStart, expirySeconds);
  }

  /** DISCONNECT asks for another Session Expiry Interval; it may arrive or not. */
  void changes(Life life, long expirySeconds) {
    life.lasting = false;
    expiries.add(expirySeconds);
  }

  /** For 3.1, which is not told: it asks for sessions that never end, or for none. */
  boolean isLikely() {
    return !asked().clean && last != null;
  }

  private Attempt asked() {
    Attempt newest = asked;
    if (newest == null) {
      throw new IllegalStateException("no CONNECT was sent");
    }
    return newest;
  }

  void check(ClientConnection connection, boolean present) {
    if (asked().clean) {
      judge(present, false, true);
      return;
    }
    List<Attempt> between = unheard.stream().filter(this::mayHaveComeBetween).toList();
    Link before = last;
    if (before == null) {
      judge(present, false, between.isEmpty());
      return;
    }
    long end = before.endedAt;
    boolean connected = end < 0 || end == Long.MAX_VALUE;
    long shortest = Collections.min(expiries);
    long longest = Collections.max(expiries);
    boolean wobbly = broker.crashedSince(lastEstablishedAt); // its clock may have begun anew
    boolean kept = between.stream().noneMatch(a -> a.clean || a.expirySeconds < shortest);
    if (shortest > 0 && kept) {
      boolean alive = connected || world.now() + 50 < end + shortest * 1000;
      if (alive) {
        judge(present, true, false);
      }
    }
    if (!between.isEmpty()) {
      return; // one of them may have begun a session
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

  void established() {
    Attempt now = asked();
    last = now.link;
    lastEstablishedAt = world.now();
    expiries.clear();
    expiries.add(now.expirySeconds);
    unheard.removeIf(a -> a.link.endedAt >= 0 && a.link.endedAt < now.link.acceptedAt);
  }

  /** Whether the broker may have served an attempt after the connection established last. */
  private boolean mayHaveComeBetween(Attempt attempt) {
    Link before = last;
    long end = attempt.link.endedAt;
    return before == null || end < 0 || end >= before.endedAt;
  }

  /**
   * Whether the session that is present may be another one than the client thinks: the one it knew
   * may have ended, and an attempt whose answer it did not hear may have begun a new one.
   */
  boolean isAmbiguous() {
    boolean endless = last != null && isLasting();
    return unheard.stream().filter(this::mayHaveComeBetween).anyMatch(a -> a.clean || !endless);
  }

  /** Whether the session ends by nothing but a clean start. */
  boolean isLasting() {
    return Collections.min(expiries) >= 0xFFFF_FFFFL;
  }
}

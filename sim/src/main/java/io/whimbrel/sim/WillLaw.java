package io.whimbrel.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which wills have to be published, and which must not be. A will is due a delay after its
 * connection ended other than by DISCONNECT, or when its session ends; a return before that cancels
 * it. Owned by the simulation's thread.
 */
final class WillLaw {
  private static final long SLACK_MILLIS = 3_000;

  private final World world;
  private final SimBroker broker;
  private final Ledger ledger;
  private final Map<String, List<Attempt>> attempts = new HashMap<>();

  /** One CONNECT. */
  private static final class Attempt {
    final Link link;
    final boolean clean;
    final long sentAt;
    final @Nullable Message will;
    final long delaySeconds;
    long expirySeconds;
    boolean expiryChanged;
    boolean maybeGoodbye;
    boolean owed;

    Attempt(
        Link link,
        boolean clean,
        long sentAt,
        @Nullable Message will,
        long delaySeconds,
        long expirySeconds) {
      this.link = link;
      this.clean = clean;
      this.sentAt = sentAt;
      this.will = will;
      this.delaySeconds = delaySeconds;
      this.expirySeconds = expirySeconds;
    }

    long delayMillis() {
      return Math.min(delaySeconds, expirySeconds) * 1000;
    }
  }

  WillLaw(World world, SimBroker broker, Ledger ledger) {
    this.world = world;
    this.broker = broker;
    this.ledger = ledger;
  }

  void connects(Link link, boolean clean, @Nullable Message will, long delay, long expiry) {
    attempts
        .computeIfAbsent(link.clientId, c -> new ArrayList<>())
        .add(new Attempt(link, clean, world.now(), will, delay, expiry));
  }

  /** The client says DISCONNECT with another Session Expiry Interval. */
  void changes(Link link, long expirySeconds) {
    for (Attempt attempt : attempts.getOrDefault(link.clientId, List.of())) {
      if (attempt.link == link) {
        attempt.expiryChanged = true;
        attempt.expirySeconds = Math.min(attempt.expirySeconds, expirySeconds);
      }
    }
  }

  /** The client says DISCONNECT with reason 0x00. */
  void goodbye(Link link) {
    for (Attempt attempt : attempts.getOrDefault(link.clientId, List.of())) {
      if (attempt.link == link) {
        attempt.maybeGoodbye = true;
      }
    }
  }

  /** The wills that are due for certain by now are owed to whoever is subscribed. */
  void settle() {
    for (List<Attempt> ofClient : attempts.values()) {
      for (int i = 0; i < ofClient.size(); i++) {
        Attempt attempt = ofClient.get(i);
        Message will = attempt.will;
        if (will != null && !attempt.owed && isDue(ofClient, i)) {
          attempt.owed = true;
          world.mark("sim: a will is owed");
          ledger.owed(will, attempt.sentAt);
        }
      }
    }
  }

  private boolean isDue(List<Attempt> ofClient, int index) {
    Attempt attempt = ofClient.get(index);
    Link link = attempt.link;
    long end = link.endedAt;
    boolean over = end >= 0 && end != Long.MAX_VALUE;
    if (link.acceptedAt < 0 || !over || attempt.maybeGoodbye || attempt.expiryChanged) {
      return false;
    }
    long until = cancellableUntil(attempt);
    if (world.now() <= until) {
      return false;
    }
    boolean immediate = attempt.delayMillis() == 0 && !broker.crashedSince(attempt.sentAt);
    for (int i = index + 1; i < ofClient.size() && !immediate; i++) {
      if (ofClient.get(i).sentAt <= until) {
        return false; // it may have come in time to cancel
      }
    }
    return true;
  }

  private long cancellableUntil(Attempt attempt) {
    long until = attempt.link.endedAt + attempt.delayMillis() + SLACK_MILLIS;
    for (int i = 0; i < broker.crashes().size(); i++) {
      if (broker.crashes().get(i) <= until && broker.crashes().get(i) >= attempt.sentAt) {
        if (i + 1 >= broker.starts().size()) {
          return Long.MAX_VALUE;
        }
        long start = broker.starts().get(i + 1);
        until = Math.max(until, start + attempt.delaySeconds * 1000 + SLACK_MILLIS);
      }
    }
    return until;
  }

  /** Somebody was sent a will: it must have been due. */
  void published(Message will) {
    List<Attempt> ofClient = attempts.getOrDefault(will.publisher, List.of());
    for (int i = 0; i < ofClient.size(); i++) {
      Attempt attempt = ofClient.get(i);
      if (attempt.will == will) {
        judge(ofClient, i, will);
        return;
      }
    }
  }

  private void judge(List<Attempt> ofClient, int index, Message will) {
    Attempt attempt = ofClient.get(index);
    Link link = attempt.link;
    if (link.endedAt < 0) {
      world.broken("a will waits for its client's end", will + " while " + link + " lives");
      return;
    }
    if (broker.crashedSince(attempt.sentAt)) {
      return; // when it was due is not certain, nor that a DISCONNECT was remembered
    }
    if (link.saidGoodbye && attempt.maybeGoodbye) {
      world.broken("DISCONNECT discards the will", will + " came");
    }
    // A clean start ends the session and so the wait; CONNECTs may overtake each other.
    boolean ended =
        ofClient.stream()
            .filter(a -> a != attempt && a.clean)
            .anyMatch(a -> a.link.endedAt < 0 || a.link.endedAt >= attempt.sentAt);
    for (int i = index + 1; i < ofClient.size(); i++) {
      Attempt later = ofClient.get(i);
      boolean inTime =
          later.link.acceptedAt >= 0
              && later.link.acceptedAt + 20 < link.endedAt + attempt.delayMillis();
      boolean resumed =
          i == index + 1 && !later.clean && inTime && link.endedAt < later.link.acceptedAt;
      if (resumed && !ended && !attempt.expiryChanged) {
        world.broken("a return cancels the will", will + " came in spite of " + later.link);
      }
    }
    boolean early = world.now() + 20 < link.endedAt + attempt.delayMillis();
    if (early && !ended && !attempt.expiryChanged) {
      world.broken("a will waits for its delay", will + " came too early");
    }
  }
}

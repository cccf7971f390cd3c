package io.whimbrel.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One life of a client's session, as the client knows it. */
final class Life {
  final String client;
  final int number;
  final List<Sub> subs = new ArrayList<>();
  final Map<Message, Receipt> receipts = new LinkedHashMap<>();
  final Set<Message> expected = new LinkedHashSet<>();
  final Map<String, Integer> lastInOrder = new HashMap<>();

  /** Whether it may have ended: the client asked for a clean start, and heard no answer yet. */
  boolean doubtful;

  boolean over;

  /** Whether it ends by nothing but a clean start. */
  boolean lasting;

  /** A subscription, from the SUBSCRIBE to the UNSUBACK; times are -1 where not come yet. */
  static final class Sub {
    final String filter;
    final int qos;
    final int id;
    final boolean noLocal;
    final boolean retainAsPublished;
    final long sentAt;
    long ackedAt = -1;
    long changingAt = -1;
    long goneAt = -1;

    Sub(String filter, int qos, int id, boolean noLocal, boolean retainAsPublished, long sentAt) {
      this.filter = filter;
      this.qos = qos;
      this.id = id;
      this.noLocal = noLocal;
      this.retainAsPublished = retainAsPublished;
      this.sentAt = sentAt;
    }

    @Override
    public String toString() {
      return filter
          + " QoS "
          + qos
          + " id "
          + id
          + (noLocal ? " noLocal " : " ")
          + sentAt
          + "-"
          + ackedAt
          + "-"
          + changingAt
          + "-"
          + goneAt;
    }

    boolean isShared() {
      return Filters.isShared(filter);
    }

    /** Whether the broker had it, unchanged, from one time until now. */
    boolean isCertainSince(long when) {
      return ackedAt >= 0 && ackedAt < when && changingAt < 0 && goneAt < 0;
    }
  }

  /** How often a message came. */
  static final class Receipt {
    final long firstAt;
    int fresh;
    int exactlyOnce;
    int withoutDup;

    Receipt(long firstAt) {
      this.firstAt = firstAt;
    }
  }

  Life(String client, int number) {
    this.client = client;
    this.number = number;
  }

  /** Its subscriptions, present or past, that match. */
  List<Sub> matching(String topic) {
    List<Sub> found = new ArrayList<>();
    for (Sub sub : subs) {
      if (Filters.matches(sub.filter, topic)) {
        found.add(sub);
      }
    }
    return found;
  }

  @Override
  public String toString() {
    return client + "/" + number;
  }
}

package io.whimbrel.core.session;

import io.whimbrel.codec.TopicFilter;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.JournalRecord.WillMessage;
import io.whimbrel.core.routing.SessionKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the journal says of one session: its records, applied. Owned by whoever loads. */
public final class SessionImage {
  private final SessionKey key;
  private String user;
  private final Map<TopicFilter, JournalRecord.Subscribed> subscriptions = new LinkedHashMap<>();
  private final TreeMap<Long, JournalRecord.Queued> queue = new TreeMap<>();
  private final SpilledRun stored = new SpilledRun();
  private final Map<Long, InFlight> inFlight = new LinkedHashMap<>();
  private final Set<Integer> receivedIds = new LinkedHashSet<>();
  private long connections;
  private long expirySeconds;
  private @Nullable WillMessage will;
  private boolean connected;
  private long disconnectedAt;
  private long endsAt = Long.MAX_VALUE;
  private long willAt = Long.MAX_VALUE;
  private long lastSequence;

  /** A queued message that has a packet identifier. */
  public record InFlight(long sequence, int packetId, boolean released) {}

  /** A session as it was opened; it takes its other records with {@link #accept}. */
  public SessionImage(SessionKey key, String user) {
    this.key = key;
    this.user = user;
  }

  /** Applies a record of this session. */
  public void accept(JournalRecord.OfSession record) {
    // Release 17 has no pattern switch; the sealed family is short.
    if (record instanceof JournalRecord.SessionConnected r) {
      connected = true;
      connections = r.ordinal();
      expirySeconds = r.expirySeconds();
      will = r.will();
    } else if (record instanceof JournalRecord.SessionOwned r) {
      user = r.user();
    } else if (record instanceof JournalRecord.SessionDisconnected r) {
      disconnected(r);
    } else if (record instanceof JournalRecord.WillRemoved r) {
      will = r.ordinal() == connections ? null : will;
    } else if (record instanceof JournalRecord.Subscribed r) {
      subscriptions.put(r.filter(), r);
    } else if (record instanceof JournalRecord.Replayed r) {
      subscriptions.computeIfPresent(r.filter(), (f, s) -> replayed(s));
    } else if (record instanceof JournalRecord.Unsubscribed r) {
      subscriptions.remove(r.filter());
    } else if (record instanceof JournalRecord.Received r) {
      receivedIds.add(r.packetId());
    } else if (record instanceof JournalRecord.PubrelReceived r) {
      receivedIds.remove(r.packetId());
    } else {
      acceptMessage(record);
    }
  }

  private void acceptMessage(JournalRecord.OfSession record) {
    if (record instanceof JournalRecord.Queued r) {
      queue.put(r.sequence(), r);
      lastSequence = Math.max(lastSequence, r.sequence());
    } else if (record instanceof JournalRecord.Stored r) {
      stored.add(r.sequence(), r.bytes()); // it may be one of millions
      lastSequence = Math.max(lastSequence, r.sequence());
    } else if (record instanceof JournalRecord.InFlight r) {
      inFlight.put(r.sequence(), new InFlight(r.sequence(), r.packetId(), false));
    } else if (record instanceof JournalRecord.PubrecReceived r) {
      inFlight.put(r.sequence(), new InFlight(r.sequence(), r.packetId(), true));
    } else if (record instanceof JournalRecord.Completed r) {
      queue.remove(r.sequence());
      inFlight.remove(r.sequence());
      if (!stored.isEmpty()) {
        throw new IllegalStateException("what a store gives is not taken back");
      }
    } else {
      throw new IllegalStateException("a record without a meaning: " + record.getClass());
    }
  }

  private void disconnected(JournalRecord.SessionDisconnected record) {
    connected = false;
    disconnectedAt = record.atMillis();
    expirySeconds = record.expirySeconds();
    endsAt =
        expirySeconds >= Session.FOR_EVER
            ? Long.MAX_VALUE
            : record.atMillis() + expirySeconds * 1000;
    willAt = record.willAtMillis();
    if (!record.hasWill()) {
      will = null;
    }
  }

  private static JournalRecord.Subscribed replayed(JournalRecord.Subscribed s) {
    return new JournalRecord.Subscribed(
        s.session(),
        s.filter(),
        s.qos(),
        s.subscriptionId(),
        s.noLocal(),
        s.retainAsPublished(),
        false);
  }

  /** Gives the records that make this state, as {@code Recovery} wants them. */
  void forEachRecord(Consumer<JournalRecord> visitor) {
    visitor.accept(new JournalRecord.SessionOpened(key, user));
    if (connections > 0) {
      visitor.accept(new JournalRecord.SessionConnected(key, connections, expirySeconds, will));
      if (!connected) {
        visitor.accept(
            new JournalRecord.SessionDisconnected(
                key, disconnectedAt, expirySeconds, will != null, willAt));
      }
    }
    subscriptions.values().forEach(visitor);
    receivedIds.forEach(id -> visitor.accept(new JournalRecord.Received(key, id)));
    forEachMessage((sequence, message) -> visitor.accept(message));
    for (InFlight each : inFlight()) {
      visitor.accept(
          each.released()
              ? new JournalRecord.PubrecReceived(key, each.sequence(), each.packetId())
              : new JournalRecord.InFlight(key, each.sequence(), each.packetId()));
    }
  }

  /** Which life of which session. */
  public SessionKey key() {
    return key;
  }

  /** Whose session it is. */
  public String user() {
    return user;
  }

  /** Session Expiry Interval in force, seconds. */
  public long expirySeconds() {
    return expirySeconds;
  }

  /** How many network connections took it on. */
  public long connections() {
    return connections;
  }

  /** The will that waits or would wait, or null. */
  public @Nullable WillMessage will() {
    return will;
  }

  /** Whether its client was connected when the journal ended. */
  public boolean connected() {
    return connected;
  }

  /** Broker time at which the session ends, or {@code Long.MAX_VALUE}. */
  public long endsAt() {
    return endsAt;
  }

  /** Broker time at which the will is due, or {@code Long.MAX_VALUE}. */
  public long willAt() {
    return willAt;
  }

  /** Its subscriptions, in the order they were made. */
  public Collection<JournalRecord.Subscribed> subscriptions() {
    return subscriptions.values();
  }

  /** Its messages whose content is here, in the order of the queue. */
  public Collection<JournalRecord.Queued> queue() {
    return queue.values();
  }

  /** All its messages, in the order of the queue: each as Queued or as Stored. */
  void forEachMessage(BiConsumer<Long, ? super JournalRecord> visitor) {
    long[] from = {0};
    stored.forEach(
        (sequence, bytes) -> {
          queue.subMap(from[0], sequence).forEach(visitor);
          visitor.accept(sequence, new JournalRecord.Stored(key, sequence, bytes));
          from[0] = sequence + 1;
        });
    queue.tailMap(from[0]).forEach(visitor);
  }

  /** Those that have a packet identifier: each as Queued or as Stored. */
  Map<Long, JournalRecord> inFlightMessages() {
    Map<Long, JournalRecord> messages = new HashMap<>();
    if (!inFlight.isEmpty()) {
      forEachMessage(
          (sequence, message) -> {
            if (inFlight.containsKey(sequence)) {
              messages.put(sequence, message);
            }
          });
    }
    return messages;
  }

  /** Those with a packet identifier, in the order they were given one. */
  public List<InFlight> inFlight() {
    Map<Long, JournalRecord> messages = inFlightMessages();
    return inFlight.values().stream().filter(f -> messages.containsKey(f.sequence())).toList();
  }

  /** QoS 2 identifiers taken and not released. */
  public Set<Integer> receivedIds() {
    return receivedIds;
  }

  /** The greatest place in the queue ever used. */
  public long lastSequence() {
    return lastSequence;
  }
}

package io.whimbrel.core.session;

import io.whimbrel.codec.TopicFilter;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.JournalRecord.WillMessage;
import io.whimbrel.core.routing.SessionKey;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the journal says of one session: its records, applied. Owned by whoever loads. */
public final class SessionImage {
  private final SessionKey key;
  private final String user;
  private final Map<TopicFilter, JournalRecord.Subscribed> subscriptions = new LinkedHashMap<>();
  private final TreeMap<Long, JournalRecord.Queued> queue = new TreeMap<>();
  private final Map<Long, InFlight> inFlight = new LinkedHashMap<>();
  private final Set<Integer> receivedIds = new LinkedHashSet<>();
  private long connections;
  private long expirySeconds;
  private @Nullable WillMessage will;
  private boolean connected;
  private long endsAt = Long.MAX_VALUE;
  private long willAt = Long.MAX_VALUE;
  private long lastSequence;

  /** A queued message that has a packet identifier. */
  public record InFlight(long sequence, int packetId, boolean released) {}

  SessionImage(SessionKey key, String user) {
    this.key = key;
    this.user = user;
  }

  void connected(JournalRecord.SessionConnected record) {
    connected = true;
    connections = record.ordinal();
    expirySeconds = record.expirySeconds();
    will = record.will();
  }

  void disconnected(JournalRecord.SessionDisconnected record) {
    connected = false;
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

  void willRemoved(long ordinal) {
    if (ordinal == connections) {
      will = null;
    }
  }

  void subscribed(JournalRecord.Subscribed record) {
    subscriptions.put(record.filter(), record);
  }

  void replayed(TopicFilter filter) {
    subscriptions.computeIfPresent(
        filter,
        (f, s) ->
            new JournalRecord.Subscribed(
                s.session(),
                f,
                s.qos(),
                s.subscriptionId(),
                s.noLocal(),
                s.retainAsPublished(),
                false));
  }

  void unsubscribed(TopicFilter filter) {
    subscriptions.remove(filter);
  }

  void queued(JournalRecord.Queued record) {
    queue.put(record.sequence(), record);
    lastSequence = Math.max(lastSequence, record.sequence());
  }

  void inFlight(long sequence, int packetId) {
    inFlight.put(sequence, new InFlight(sequence, packetId, false));
  }

  void pubrecReceived(long sequence) {
    inFlight.computeIfPresent(sequence, (s, f) -> new InFlight(s, f.packetId(), true));
  }

  void completed(long sequence) {
    queue.remove(sequence);
    inFlight.remove(sequence);
  }

  void received(int packetId) {
    receivedIds.add(packetId);
  }

  void pubrelReceived(int packetId) {
    receivedIds.remove(packetId);
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

  /** Its messages, in the order of the queue. */
  public Collection<JournalRecord.Queued> queue() {
    return queue.values();
  }

  /** Those with a packet identifier, in the order they were given one. */
  public List<InFlight> inFlight() {
    return inFlight.values().stream().filter(f -> queue.containsKey(f.sequence())).toList();
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

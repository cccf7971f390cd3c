package io.whimbrel.core.session;

import io.whimbrel.codec.Qos;
import io.whimbrel.core.port.JournalRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The messages in flight to a client: by packet identifier, in the order they were first given one,
 * and the quota of its connection. After a restart some are unread: they have their identifier, and
 * their content is read back when it is to be sent. Owned by the session's shard.
 */
final class Window {
  private static final int PACKET_ID_MAX = 65_535;

  // Valid for the session.
  private final InFlight inFlight = new InFlight();
  private @Nullable TreeMap<Long, Delivery> unread;
  private int lastPacketId;

  // Valid for the connection.
  private int quotaUsed;

  /** Gives a message an identifier that none in flight has. */
  void assign(Delivery delivery) {
    do {
      lastPacketId = lastPacketId % PACKET_ID_MAX + 1;
    } while (inFlight.find(lastPacketId) != null); // [MQTT-2.2.1-4]
    delivery.packetId = lastPacketId;
    inFlight.add(delivery);
  }

  /** Messages were in flight before a restart; they are found as Queued or as Stored. */
  List<Delivery> restore(
      Collection<SessionImage.InFlight> were, Map<Long, JournalRecord> messages) {
    List<Delivery> restored = new ArrayList<>(were.size());
    for (SessionImage.InFlight each : were) {
      JournalRecord message = messages.get(each.sequence());
      if (message != null) {
        restored.add(restore(each, message));
      }
    }
    return restored;
  }

  private Delivery restore(SessionImage.InFlight was, JournalRecord message) {
    Delivery delivery =
        message instanceof JournalRecord.Stored stored
            ? Delivery.unread(stored)
            : Delivery.waiting((JournalRecord.Queued) message);
    delivery.packetId = was.packetId();
    delivery.everSent = true; // it may have been: DUP is the safe answer [MQTT-3.3.1-1]
    delivery.state = was.released() ? Delivery.State.RELEASED : Delivery.State.SENT;
    lastPacketId = delivery.packetId;
    inFlight.add(delivery);
    if (!delivery.isRead() && !delivery.isReleased()) {
      if (unread == null) {
        unread = new TreeMap<>();
      }
      unread.put(delivery.sequence, delivery);
    }
    return delivery;
  }

  @Nullable Delivery find(int packetId) {
    return inFlight.find(packetId);
  }

  /** Whether it is in flight and its receiver does not own it yet. */
  boolean maySend(Delivery delivery) {
    return inFlight.find(delivery.packetId) == delivery && !delivery.isReleased();
  }

  boolean isFull(int max) {
    return inFlight.size() >= Math.min(PACKET_ID_MAX, max);
  }

  /** A message is done, or goes to another session. */
  void remove(Delivery delivery) {
    inFlight.remove(delivery);
    needNotRead(delivery);
    if (delivery.takesQuota) {
      delivery.takesQuota = false;
      quotaUsed--;
    }
  }

  /** Takes out what came by a Shared Subscription and may be another member's. */
  void takeShared(List<Delivery> taken) {
    for (Delivery delivery : all()) {
      boolean mayMove = delivery.qos == Qos.AT_LEAST_ONCE || !delivery.everSent;
      if (delivery.share != null && mayMove) {
        remove(delivery);
        taken.add(delivery);
      }
    }
  }

  // ---------------------------------------------------------------- quota

  /** A new connection: the quota begins again. */
  void attach() {
    quotaUsed = 0;
    for (Delivery delivery : inFlight.all()) {
      delivery.takesQuota = false;
    }
  }

  /** Whether one more may be sent, of so many. */
  boolean takeQuota(Delivery delivery, int max) {
    if (quotaUsed >= max) {
      return false; // [MQTT-3.3.4-9] [MQTT-4.9.0-2]
    }
    quotaUsed++;
    delivery.takesQuota = true;
    return true;
  }

  // ---------------------------------------------------------------- unread

  /** The content of a message will not be asked for: the client has acknowledged it. */
  void needNotRead(Delivery delivery) {
    if (unread != null && !delivery.isRead()) {
      unread.remove(delivery.sequence);
      settle();
    }
  }

  /** Gives what a record is the content of, or null. */
  @Nullable Delivery read(JournalRecord.Queued record) {
    Delivery delivery = unread == null ? null : unread.remove(record.sequence());
    if (delivery != null) {
      delivery.read(record);
      settle();
    }
    return delivery;
  }

  /** The place in the queue of the last unread one, or 0. */
  long lastUnread() {
    return unread == null ? 0 : unread.lastKey();
  }

  /** Those that are still unread, from one sequence to another. */
  List<Delivery> unread(long from, long to) {
    return unread == null || from > to
        ? List.of()
        : new ArrayList<>(unread.subMap(from, true, to, true).values());
  }

  private void settle() {
    if (unread != null && unread.isEmpty()) {
      unread = null;
    }
  }

  // ---------------------------------------------------------------- all of them

  /** Gives memory back that is not needed. */
  void trim() {
    inFlight.trim();
  }

  void clear() {
    inFlight.clear();
    unread = null;
  }

  /** In the order they were first sent. */
  List<Delivery> all() {
    return inFlight.all();
  }
}

package io.whimbrel.store;

import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.JournalRecord.WillMessage;
import io.whimbrel.core.routing.SessionKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rows of one session in the family {@link Layout#SESSION}, and the records they stand for. */
final class SessionRows {
  private final long incarnation;
  private final List<byte[]> filters = new ArrayList<>(2);
  private final List<byte[]> subscriptions = new ArrayList<>(2);
  private final Set<String> replays = new HashSet<>(2);
  private final Map<Long, byte[]> wills = new HashMap<>(2);
  private final List<Integer> received = new ArrayList<>(2);
  private final TreeMap<Long, JournalRecord> inFlight = new TreeMap<>();
  private @Nullable SessionKey session;
  private String user = "";
  private byte @Nullable [] connected;
  private byte @Nullable [] disconnected;

  SessionRows(long incarnation) {
    this.incarnation = incarnation;
  }

  boolean takes(byte[] key) {
    return Layout.incarnation(key) == incarnation;
  }

  long incarnation() {
    return incarnation;
  }

  /** Null where these are what was left behind by a session that has ended. */
  @Nullable SessionKey session() {
    return session;
  }

  /** Adds a row; the one that says whose session it is comes first, as its key does. */
  void add(byte[] key, byte[] value) {
    ReadBytes rest = new ReadBytes(key);
    rest.eightBytes();
    int kind = rest.oneByte();
    SessionKey of = session;
    if (kind == Layout.OPENED) {
      ReadBytes opened = new ReadBytes(value);
      session = new SessionKey(opened.text(), incarnation);
      user = opened.text();
    } else if (of != null) {
      add(of, kind, rest, value);
    }
  }

  private void add(SessionKey of, int kind, ReadBytes rest, byte[] value) {
    switch (kind) {
      case Layout.CONNECTED -> connected = value;
      case Layout.DISCONNECTED -> disconnected = value;
      case Layout.WILL -> wills.put(rest.eightBytes(), value);
      case Layout.SUBSCRIPTION -> {
        filters.add(rest.rest());
        subscriptions.add(value);
      }
      case Layout.REPLAY -> replays.add(MessageRow.filter(rest.rest()).toString());
      case Layout.RECEIVED -> received.add(rest.twoBytes());
      case Layout.IN_FLIGHT -> {
        int packetId = rest.twoBytes();
        ReadBytes flight = new ReadBytes(value);
        long sequence = flight.eightBytes();
        inFlight.put(
            sequence,
            flight.oneByte() == 0
                ? new JournalRecord.InFlight(of, sequence, packetId)
                : new JournalRecord.PubrecReceived(of, sequence, packetId));
      }
      default -> throw new BrokenRowException("a kind that is not known: " + kind);
    }
  }

  /** Gives what comes before the messages of the queue. */
  void beforeMessages(SessionKey of, Consumer<JournalRecord> visitor) {
    visitor.accept(new JournalRecord.SessionOpened(of, user));
    byte[] connect = connected;
    if (connect != null) {
      ReadBytes value = new ReadBytes(connect);
      long ordinal = value.eightBytes();
      byte[] will = wills.get(ordinal);
      WillMessage message = will == null ? null : MessageRow.readWill(new ReadBytes(will));
      visitor.accept(new JournalRecord.SessionConnected(of, ordinal, value.eightBytes(), message));
    }
    byte[] disconnect = disconnected;
    if (disconnect != null) {
      ReadBytes value = new ReadBytes(disconnect);
      visitor.accept(
          new JournalRecord.SessionDisconnected(
              of,
              value.eightBytes(),
              value.eightBytes(),
              value.oneByte() != 0,
              value.eightBytes()));
    }
    for (int i = 0; i < filters.size(); i++) {
      byte[] filter = filters.get(i);
      boolean replay = replays.contains(MessageRow.filter(filter).toString());
      visitor.accept(
          RecordWriter.readSubscription(of, filter, replay, new ReadBytes(subscriptions.get(i))));
    }
    for (int packetId : received) {
      visitor.accept(new JournalRecord.Received(of, packetId));
    }
  }

  /** Gives what refers to messages of the queue, in the order of the queue. */
  void afterMessages(Consumer<JournalRecord> visitor) {
    inFlight.values().forEach(visitor);
  }
}

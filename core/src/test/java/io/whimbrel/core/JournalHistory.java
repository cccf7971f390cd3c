package io.whimbrel.core;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * A broker's life as its records tell it, drawn from a seed: sessions come, go and end; messages
 * are queued, sent and acknowledged; retained messages are set by two shards out of order.
 */
final class JournalHistory {
  private static final int SESSIONS_MAX = 6;

  private final Random random;
  private final List<Living> sessions = new ArrayList<>();
  private final List<Integer> versions = new ArrayList<>();
  private int incarnations;
  private int version;

  private static final class Living {
    private final SessionKey key;
    private final TreeMap<Long, Integer> packetIds = new TreeMap<>();
    private long ordinal;
    private boolean connected;
    private long lastSequence;
    private int lastPacketId;

    Living(SessionKey key) {
      this.key = key;
    }
  }

  JournalHistory(long seed) {
    random = new Random(seed);
  }

  /** The records of one turn. */
  List<JournalRecord> turn() {
    List<JournalRecord> records = new ArrayList<>();
    for (int left = 1 + random.nextInt(5); left > 0; left--) {
      if (sessions.size() < SESSIONS_MAX && random.nextInt(8) == 0 || sessions.isEmpty()) {
        open(records);
      } else if (random.nextInt(6) == 0) {
        retain(records);
      } else {
        live(sessions.get(random.nextInt(sessions.size())), records);
      }
    }
    return records;
  }

  private void open(List<JournalRecord> records) {
    // Names that would meet if a key were a name and a number without a length between them.
    String name = "a".repeat(1 + random.nextInt(3)) + (random.nextBoolean() ? "\u0001" : "");
    Living session = new Living(new SessionKey(name, ++incarnations));
    sessions.add(session);
    records.add(new JournalRecord.SessionOpened(session.key, random.nextBoolean() ? "" : "user"));
    connect(session, records);
  }

  private void connect(Living session, List<JournalRecord> records) {
    JournalRecord.WillMessage will =
        random.nextBoolean()
            ? null
            : new JournalRecord.WillMessage(message("will", 1), random.nextInt(9) - 1, 5);
    session.connected = true;
    records.add(
        new JournalRecord.SessionConnected(
            session.key, ++session.ordinal, random.nextInt(100), will));
  }

  /** A connection ends once: what its end said of the will is not taken back. */
  private void disconnect(Living session, List<JournalRecord> records) {
    if (session.connected) {
      session.connected = false;
      records.add(
          new JournalRecord.SessionDisconnected(
              session.key, random.nextInt(1000), random.nextInt(100), random.nextBoolean(), 77));
    }
  }

  private void live(Living session, List<JournalRecord> records) {
    SessionKey key = session.key;
    TopicFilter filter = TopicFilter.of(random.nextBoolean() ? "f/+" : "$share/g/f/" + 3);
    switch (random.nextInt(14)) {
      case 0 -> connect(session, records);
      case 1 -> disconnect(session, records);
      case 2 -> {
        records.add(new JournalRecord.SessionEnded(key, session.lastSequence > 0));
        sessions.remove(session);
      }
      case 3 -> records.add(new JournalRecord.WillRemoved(key, session.ordinal));
      case 4 ->
          records.add(
              new JournalRecord.Subscribed(
                  key,
                  filter,
                  Qos.values()[random.nextInt(3)],
                  random.nextInt(300),
                  random.nextBoolean(),
                  random.nextBoolean(),
                  random.nextBoolean()));
      case 5 -> records.add(new JournalRecord.Replayed(key, filter));
      case 6 -> records.add(new JournalRecord.Unsubscribed(key, filter));
      case 7 -> records.add(new JournalRecord.Received(key, 1 + random.nextInt(4)));
      case 8 -> records.add(new JournalRecord.PubrelReceived(key, 1 + random.nextInt(4)));
      case 9 -> acknowledge(session, records);
      case 10 -> send(session, records);
      case 11 -> records.add(new JournalRecord.SessionOwned(key, "user" + random.nextInt(3)));
      default -> queue(session, filter, records);
    }
  }

  private void queue(Living session, TopicFilter filter, List<JournalRecord> records) {
    long sequence = session.lastSequence + 1 + random.nextInt(2);
    session.lastSequence = sequence;
    session.packetIds.put(sequence, 0);
    int[] ids = random.ints(random.nextInt(3), 1, 300_000).toArray();
    records.add(
        new JournalRecord.Queued(
            session.key,
            sequence,
            message("q" + sequence, random.nextInt(400)),
            random.nextBoolean() ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE,
            random.nextBoolean(),
            ids,
            random.nextInt(4) == 0 ? TopicFilter.of("$share/g/f/3") : null));
  }

  private void send(Living session, List<JournalRecord> records) {
    for (var entry : session.packetIds.entrySet()) {
      if (entry.getValue() == 0) {
        entry.setValue(++session.lastPacketId);
        records.add(new JournalRecord.InFlight(session.key, entry.getKey(), session.lastPacketId));
        return;
      }
    }
  }

  private void acknowledge(Living session, List<JournalRecord> records) {
    var first = session.packetIds.firstEntry();
    if (first == null) {
      return;
    }
    if (first.getValue() > 0 && random.nextBoolean()) {
      records.add(new JournalRecord.PubrecReceived(session.key, first.getKey(), first.getValue()));
    } else {
      session.packetIds.remove(first.getKey());
      records.add(new JournalRecord.Completed(session.key, first.getKey(), first.getValue()));
    }
  }

  private void retain(List<JournalRecord> records) {
    if (versions.isEmpty()) {
      for (int i = 0; i < 4; i++) {
        versions.add(++version);
      }
    }
    int late = versions.remove(random.nextInt(versions.size())); // shards commit out of order
    Publication message = random.nextInt(3) == 0 ? null : message("r" + late, 20);
    records.add(new JournalRecord.Retained(TopicName.of("t/" + random.nextInt(5)), late, message));
  }

  private Publication message(String text, int bytes) {
    byte[] payload = new byte[bytes];
    random.nextBytes(payload);
    return new Publication(
        "publisher",
        TopicName.of("f/" + text),
        Qos.values()[random.nextInt(3)],
        random.nextBoolean(),
        random.nextBoolean() ? Publication.NEVER : 5_000 + random.nextInt(100),
        text.getBytes(StandardCharsets.UTF_8),
        payload);
  }

  /** A record in words that tell it from every other, arrays spelled out. */
  static String words(JournalRecord record) {
    if (record instanceof JournalRecord.Queued r) {
      return String.join(
          " ",
          "queued",
          r.session().toString(),
          Long.toString(r.sequence()),
          words(r.publication()),
          r.qos().toString(),
          Boolean.toString(r.retain()),
          Arrays.toString(r.subscriptionIds()),
          String.valueOf(r.shareFilter()));
    }
    if (record instanceof JournalRecord.Retained r) {
      Publication message = r.message();
      return "retained " + r.topic() + r.version() + (message == null ? "" : words(message));
    }
    if (record instanceof JournalRecord.SessionConnected r && r.will() != null) {
      JournalRecord.WillMessage will = r.will();
      return "connected "
          + r.session()
          + r.ordinal()
          + " "
          + r.expirySeconds()
          + words(will.message())
          + will.expirySeconds()
          + " "
          + will.delaySeconds();
    }
    return record.toString();
  }

  private static String words(Publication p) {
    return String.join(
        " ",
        p.publisher(),
        p.topic().toString(),
        p.qos().toString(),
        Boolean.toString(p.retain()),
        Long.toString(p.expiresAtMillis()),
        Arrays.toString(p.forwarded()),
        Arrays.toString(p.payload()));
  }
}

package io.whimbrel.core.session;

import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.SessionKey;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the journal says of the whole broker: {@code apply} all records and this is the state they
 * promise. Loading uses it; tests hold the living broker against it.
 */
public final class BrokerImage implements Consumer<JournalRecord> {
  private final Map<SessionKey, SessionImage> sessions = new LinkedHashMap<>();
  private final Map<TopicName, JournalRecord.Retained> retained = new LinkedHashMap<>();
  private long lastIncarnation;
  private long lastVersion;

  @Override
  public void accept(JournalRecord record) {
    // Release 17 has no pattern switch; the sealed family is short.
    if (record instanceof JournalRecord.SessionOpened r) {
      lastIncarnation = Math.max(lastIncarnation, r.session().incarnation());
      sessions.put(r.session(), new SessionImage(r.session(), r.user()));
    } else if (record instanceof JournalRecord.SessionConnected r) {
      with(r.session(), s -> s.connected(r));
    } else if (record instanceof JournalRecord.SessionDisconnected r) {
      with(r.session(), s -> s.disconnected(r));
    } else if (record instanceof JournalRecord.SessionEnded r) {
      sessions.remove(r.session());
    } else if (record instanceof JournalRecord.WillRemoved r) {
      with(r.session(), s -> s.willRemoved(r.ordinal()));
    } else if (record instanceof JournalRecord.Subscribed r) {
      with(r.session(), s -> s.subscribed(r));
    } else if (record instanceof JournalRecord.Replayed r) {
      with(r.session(), s -> s.replayed(r.filter()));
    } else if (record instanceof JournalRecord.Unsubscribed r) {
      with(r.session(), s -> s.unsubscribed(r.filter()));
    } else if (record instanceof JournalRecord.Retained r) {
      applyRetained(r);
    } else {
      applyMessage(record);
    }
  }

  private void applyMessage(JournalRecord record) {
    if (record instanceof JournalRecord.Queued r) {
      with(r.session(), s -> s.queued(r));
    } else if (record instanceof JournalRecord.InFlight r) {
      with(r.session(), s -> s.inFlight(r.sequence(), r.packetId()));
    } else if (record instanceof JournalRecord.PubrecReceived r) {
      with(r.session(), s -> s.pubrecReceived(r.sequence()));
    } else if (record instanceof JournalRecord.Completed r) {
      with(r.session(), s -> s.completed(r.sequence()));
    } else if (record instanceof JournalRecord.Received r) {
      with(r.session(), s -> s.received(r.packetId()));
    } else if (record instanceof JournalRecord.PubrelReceived r) {
      with(r.session(), s -> s.pubrelReceived(r.packetId()));
    } else {
      throw new IllegalStateException("a record without a meaning: " + record.getClass());
    }
  }

  private void applyRetained(JournalRecord.Retained record) {
    lastVersion = Math.max(lastVersion, record.version());
    JournalRecord.Retained known = retained.get(record.topic());
    if (known == null || known.version() < record.version()) {
      retained.put(record.topic(), record); // removals stay: an older put may still come
    }
  }

  private void with(SessionKey key, Consumer<SessionImage> change) {
    @Nullable SessionImage session = sessions.get(key);
    if (session != null) { // else void: that incarnation has ended
      change.accept(session);
    }
  }

  /** All sessions that have not ended, in the order they were opened. */
  public Collection<SessionImage> sessions() {
    return sessions.values();
  }

  /** The last writer of each topic; removals have no message. */
  public Collection<JournalRecord.Retained> retained() {
    return retained.values();
  }

  /** The greatest incarnation ever used. */
  public long lastIncarnation() {
    return lastIncarnation;
  }

  /** The greatest version of a retained message ever used. */
  public long lastVersion() {
    return lastVersion;
  }
}

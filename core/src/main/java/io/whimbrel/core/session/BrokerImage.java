package io.whimbrel.core.session;

import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.SessionKey;
import java.util.Collection;
import java.util.Comparator;
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
    if (record instanceof JournalRecord.SessionOpened r) {
      lastIncarnation = Math.max(lastIncarnation, r.session().incarnation());
      sessions.put(r.session(), new SessionImage(r.session(), r.user()));
    } else if (record instanceof JournalRecord.SessionEnded r) {
      sessions.remove(r.session());
    } else if (record instanceof JournalRecord.Retained r) {
      applyRetained(r);
    } else if (record instanceof JournalRecord.OfSession r) {
      @Nullable SessionImage session = sessions.get(r.session());
      if (session != null) { // else void: that incarnation has ended
        session.accept(r);
      }
    }
  }

  private void applyRetained(JournalRecord.Retained record) {
    lastVersion = Math.max(lastVersion, record.version());
    JournalRecord.Retained known = retained.get(record.topic());
    if (known == null || known.version() < record.version()) {
      retained.put(record.topic(), record); // removals stay: an older put may still come
    }
  }

  /** Gives the records that make this state, as {@code Recovery} wants them. */
  public void forEachRecord(Consumer<JournalRecord> visitor) {
    retained.values().forEach(visitor);
    sessions.values().stream()
        .sorted(Comparator.comparingLong(s -> s.key().incarnation()))
        .forEach(s -> s.forEachRecord(visitor));
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

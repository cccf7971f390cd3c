package io.whimbrel.core.shard;

import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.session.SessionImage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes whole sessions of the records that a store gives; holds one of them at a time. */
final class Loading implements Consumer<JournalRecord> {
  private final Consumer<JournalRecord.Retained> retained;
  private final Consumer<SessionImage> sessions;
  private @Nullable SessionImage current;

  Loading(Consumer<JournalRecord.Retained> retained, Consumer<SessionImage> sessions) {
    this.retained = retained;
    this.sessions = sessions;
  }

  @Override
  public void accept(JournalRecord record) {
    if (record instanceof JournalRecord.Retained r) {
      retained.accept(r);
    } else if (record instanceof JournalRecord.SessionOpened r) {
      finish();
      current = new SessionImage(r.session(), r.user());
    } else if (record instanceof JournalRecord.OfSession r) {
      SessionImage session = current;
      if (session == null || !session.key().equals(r.session())) {
        throw new IllegalStateException("a record outside its session: " + record.getClass());
      }
      session.accept(r);
    }
  }

  /** All records were given. */
  void finish() {
    SessionImage session = current;
    current = null;
    if (session != null) {
      sessions.accept(session);
    }
  }
}

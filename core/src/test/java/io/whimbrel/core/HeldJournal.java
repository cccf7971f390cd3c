package io.whimbrel.core;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.Recovery;
import io.whimbrel.core.routing.SessionKey;
import io.whimbrel.core.session.BrokerImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A journal in memory whose durability a test decides; all shards of a broker share its log. */
final class HeldJournal implements Journal {
  /** What the one committer of a broker wrote, batch by batch. */
  static final class Log {
    private final List<Batch> batches = new ArrayList<>();
    private int durable;
  }

  /** What a record counts for. */
  private static final long RECORD_BYTES = 100;

  private record Batch(HeldJournal journal, long upTo, List<JournalRecord> records) {}

  private final Log log;
  private final Listener listener;
  private List<JournalRecord> batch = new ArrayList<>();
  private long position;
  private long durable;
  private boolean held;

  HeldJournal(Log log, Listener listener) {
    this.log = log;
    this.listener = listener;
  }

  @Override
  public long append(JournalRecord record) {
    batch.add(record);
    return ++position;
  }

  @Override
  public void commit(DurabilityLevel needed) {
    log.batches.add(new Batch(this, position, batch));
    batch = new ArrayList<>();
    if (!held) {
      release();
    }
  }

  @Override
  public long uncommittedBytes() {
    return (position - durable) * RECORD_BYTES;
  }

  @Override
  public boolean hasRoom() {
    return true;
  }

  @Override
  public boolean keepsQueues() {
    return false;
  }

  @Override
  public void readQueue(SessionKey session, long from, int messagesMax, int bytesMax) {
    throw new IllegalStateException("nothing was spilled");
  }

  void hold() {
    held = true;
  }

  void release() {
    held = false;
    while (log.durable < log.batches.size()) {
      Batch next = log.batches.get(log.durable++);
      next.journal.durable = next.upTo;
      next.journal.listener.onDurable(DurabilityLevel.DISK, next.upTo);
    }
  }

  void fail() {
    listener.onFailed(position, "the test says so");
  }

  /** Batches that wait to become durable. */
  int pending() {
    return log.batches.size() - log.durable;
  }

  /** What a crash leaves that lets so many of the batches that wait become durable first. */
  Recovery recovery(long mark, int more) {
    BrokerImage image = new BrokerImage();
    for (Batch written : log.batches.subList(0, log.durable + more)) {
      written.records.forEach(image);
    }
    return new Recovery() {
      @Override
      public void load(Consumer<JournalRecord> visitor) {
        image.forEachRecord(visitor);
      }

      @Override
      public long markMillis() {
        return mark;
      }

      @Override
      public long lastIncarnation() {
        return image.lastIncarnation();
      }

      @Override
      public long lastVersion() {
        return image.lastVersion();
      }
    };
  }
}

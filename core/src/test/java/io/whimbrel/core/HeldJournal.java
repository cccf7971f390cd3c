package io.whimbrel.core;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.QueuePage;
import io.whimbrel.core.port.Recovery;
import io.whimbrel.core.routing.SessionKey;
import io.whimbrel.core.session.BrokerImage;
import io.whimbrel.core.session.SessionImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * A journal in memory whose durability a test decides, level by level; all shards of a broker share
 * its log.
 */
final class HeldJournal implements Journal {
  /** What the one committer of a broker wrote, batch by batch. */
  static final class Log {
    private final boolean keepsQueues;
    private final List<JournalRecord> found;
    private final List<Batch> batches = new ArrayList<>();
    private final List<DurabilityLevel> needed = new ArrayList<>();
    private int written;
    private int durable;
    private boolean full;

    /**
     * @param keepsQueues whether messages can be read back
     * @param found what an earlier life of the broker left
     */
    Log(boolean keepsQueues, List<JournalRecord> found) {
      this.keepsQueues = keepsQueues;
      this.found = found;
    }

    private BrokerImage image(int more) {
      BrokerImage image = new BrokerImage();
      found.forEach(image);
      for (Batch each : batches.subList(0, durable + more)) {
        each.records.forEach(image);
      }
      return image;
    }
  }

  /** What a record counts for. */
  private static final long RECORD_BYTES = 100;

  private record Batch(HeldJournal journal, long upTo, List<JournalRecord> records) {}

  private final Log log;
  private final Listener listener;
  private final Consumer<QueuePage> pages;
  private List<JournalRecord> batch = new ArrayList<>();
  private long position;
  private long durable;
  private boolean held;

  /**
   * @param pages takes what is read to the listener
   */
  HeldJournal(Log log, Listener listener, Consumer<QueuePage> pages) {
    this.log = log;
    this.listener = listener;
    this.pages = pages;
  }

  @Override
  public long append(JournalRecord record) {
    batch.add(record);
    return ++position;
  }

  @Override
  public void commit(DurabilityLevel needed) {
    log.batches.add(new Batch(this, position, batch));
    log.needed.add(needed);
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
    return !log.full;
  }

  @Override
  public boolean keepsQueues() {
    return log.keepsQueues;
  }

  @Override
  public void readQueue(SessionKey session, long from, int messagesMax, int bytesMax) {
    if (!log.keepsQueues) {
      throw new IllegalStateException("nothing was spilled");
    }
    List<JournalRecord.Queued> messages = new ArrayList<>();
    long bytes = 0;
    long to = Long.MAX_VALUE;
    for (JournalRecord.Queued each : queue(session)) {
      if (each.sequence() < from) {
        continue;
      }
      if (messages.size() == messagesMax || bytes > bytesMax) {
        to = messages.get(messages.size() - 1).sequence();
        break;
      }
      messages.add(each);
      bytes += each.publication().bytes();
    }
    pages.accept(new QueuePage(session, from, to, messages));
  }

  private Collection<JournalRecord.Queued> queue(SessionKey session) {
    return log.image(written()).sessions().stream()
        .filter(s -> s.key().equals(session))
        .findFirst()
        .<Collection<JournalRecord.Queued>>map(SessionImage::queue)
        .orElse(List.of());
  }

  void hold() {
    held = true;
  }

  /** The operating system has all that was committed, the disk has not. */
  void write() {
    while (log.written < log.batches.size()) {
      Batch next = log.batches.get(log.written++);
      next.journal.listener.onDurable(DurabilityLevel.OS, next.upTo);
    }
  }

  void release() {
    held = false;
    while (log.durable < log.batches.size()) {
      log.written = Math.max(log.written, log.durable + 1);
      Batch next = log.batches.get(log.durable++);
      next.journal.durable = next.upTo;
      next.journal.listener.onDurable(DurabilityLevel.DISK, next.upTo);
    }
  }

  void fail() {
    listener.onFailed(position, "the test says so");
  }

  /** Whether there is room for what may be refused. */
  void full(boolean now) {
    log.full = now;
  }

  /** All records of all shards, in the order of their commits. */
  List<JournalRecord> records() {
    return log.batches.stream().flatMap(b -> b.records.stream()).toList();
  }

  /** What each commit of any shard said was needed. */
  List<DurabilityLevel> needed() {
    return List.copyOf(log.needed);
  }

  /** Batches that the operating system has and the disk has not. */
  int written() {
    return Math.max(0, log.written - log.durable);
  }

  /** Batches that wait to become durable. */
  int pending() {
    return log.batches.size() - log.durable;
  }

  /** What a crash leaves that lets so many of the batches that wait become durable first. */
  Left recovery(long mark, int more) {
    return new Left(log.image(more), mark, log.keepsQueues);
  }

  /** What a crash left; messages that can be read back come as Stored. */
  record Left(BrokerImage image, long markMillis, boolean keepsQueues) implements Recovery {
    @Override
    public void load(Consumer<JournalRecord> visitor) {
      image.forEachRecord(
          record -> {
            boolean stays =
                keepsQueues && record instanceof JournalRecord.Queued q && q.shareFilter() == null;
            visitor.accept(stays ? stored((JournalRecord.Queued) record) : record);
          });
    }

    private static JournalRecord stored(JournalRecord.Queued q) {
      return new JournalRecord.Stored(q.session(), q.sequence(), (int) q.publication().bytes());
    }

    /** All that is there, as it was recorded. */
    List<JournalRecord> records() {
      List<JournalRecord> records = new ArrayList<>();
      image.forEachRecord(records::add);
      return records;
    }

    @Override
    public long lastIncarnation() {
      return image.lastIncarnation();
    }

    @Override
    public long lastVersion() {
      return image.lastVersion();
    }
  }
}

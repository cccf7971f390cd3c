package io.whimbrel.store;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.SessionKey;
import io.whimbrel.core.shard.ShardMail;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The journal of one shard: encodes on the shard's thread and hands whole turns to the committer.
 * Owned by its shard, but for what is marked as the committer's.
 */
final class ShardBook implements Journal {
  private static final int BATCH_BYTES = 16 * 1024;

  /** Few large ones, and small ones for the turns that gather while a sync waits for others. */
  private static final int LARGE_KEPT_MAX = 4;

  private static final int LARGE_BYTES_MAX = 1024 * 1024;
  private static final int KEPT_MAX = 32;
  private static final int MUCH_BYTES = 64 * 1024;
  private static final int MUCH_RECORDS = 10_000;

  private final Committer committer;
  private final PageReader reader;
  private final Consumer<ShardMail> mailbox;
  private final RecordWriter writer = new RecordWriter();
  private final ConcurrentLinkedQueue<RowBatch> spare = new ConcurrentLinkedQueue<>();
  private RowBatch rows = new RowBatch(BATCH_BYTES);
  private long position;
  private long appendedBytes;

  // The committer's.
  private volatile long writtenBytes;
  private long joinedBytes;
  private long joinedTo;
  private long toldTo;
  private boolean awaited;

  ShardBook(Committer committer, PageReader reader, Consumer<ShardMail> mailbox) {
    this.committer = committer;
    this.reader = reader;
    this.mailbox = mailbox;
  }

  // ---------------------------------------------------------------- the shard's side

  @Override
  public long append(JournalRecord record) {
    int before = rows.bytes();
    writer.write(record, rows);
    appendedBytes += rows.bytes() - before;
    return ++position;
  }

  @Override
  public void commit(DurabilityLevel needed) {
    RowBatch full = null;
    if (rows.count() > 0) {
      full = rows;
      RowBatch next = spare.poll();
      rows = next == null ? new RowBatch(BATCH_BYTES) : next;
    }
    committer.hand(
        new HandedBatch(
            this, full, position, needed, writer.lastIncarnation(), writer.lastVersion()));
  }

  @Override
  public long uncommittedBytes() {
    return appendedBytes - writtenBytes;
  }

  @Override
  public boolean hasRoom() {
    return committer.hasRoom();
  }

  @Override
  public boolean keepsQueues() {
    return true;
  }

  @Override
  public void readQueue(SessionKey session, long from, int messagesMax, int bytesMax) {
    reader.ask(new PageReader.Request(this, session, from, messagesMax, bytesMax));
  }

  // ---------------------------------------------------------------- the committer's side

  void tell(ShardMail mail) {
    mailbox.accept(mail);
  }

  /** What a commit handed over is in the batch that is being made. */
  void joined(HandedBatch batch) {
    joinedTo = batch.upTo();
    joinedBytes += batch.bytes();
    awaited |= batch.needed() != DurabilityLevel.MEMORY;
  }

  /** The rows were copied: the shard may have their memory back. */
  void giveBack(@Nullable RowBatch used) {
    if (used == null) {
      return;
    }
    int bytes = used.bytes();
    used.clear();
    int kept = spare.size();
    int bytesMax = kept < LARGE_KEPT_MAX ? LARGE_BYTES_MAX : BATCH_BYTES;
    if (bytes <= bytesMax && kept < KEPT_MAX) {
      spare.add(used);
    }
  }

  /**
   * All that joined has reached the level. Answers if anybody waits, or if so much was outstanding
   * that the shard may have braked somebody.
   */
  void reached(DurabilityLevel level) {
    long sum = writtenBytes + joinedBytes; // one thread writes it
    writtenBytes = sum;
    boolean much = joinedBytes > MUCH_BYTES || joinedTo - toldTo > MUCH_RECORDS;
    joinedBytes = 0;
    if (awaited || much) {
      awaited = false;
      toldTo = joinedTo;
      tell(new ShardMail.Durable(level, joinedTo));
    }
  }
}

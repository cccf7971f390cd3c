package io.whimbrel.sim;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.Recovery;
import io.whimbrel.core.routing.SessionKey;
import io.whimbrel.core.session.BrokerImage;
import io.whimbrel.core.shard.ShardMail;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The committer and the disk behind it: batches of all shards in the order they came, synced in
 * groups that take their time. A crash loses what is not synced; of the group that is being synced
 * it keeps some first batches, each whole. Owned by the simulation's thread.
 */
final class SimDisk implements Recovery {
  private final World world;
  private final Dice dice;
  private final List<JournalRecord> durable = new ArrayList<>();
  private final ArrayDeque<Batch> waiting = new ArrayDeque<>();
  private List<Batch> syncing = List.of();
  private final List<ShardJournal> journals = new ArrayList<>();
  private int life;
  private boolean failed;

  /** What one shard appended in one turn. */
  private record Batch(ShardJournal journal, List<JournalRecord> records, long upTo, long bytes) {}

  SimDisk(World world) {
    this.world = world;
    this.dice = Dice.of(world.seed, "disk");
  }

  // ---------------------------------------------------------------- journals

  /** One shard's book. */
  private final class ShardJournal implements Journal {
    private final Listener listener;
    private final Consumer<ShardMail> mailbox;
    private List<JournalRecord> appended = new ArrayList<>();
    private long position;
    private long batchBytes;
    private long uncommitted;

    ShardJournal(Listener listener, Consumer<ShardMail> mailbox) {
      this.listener = listener;
      this.mailbox = mailbox;
    }

    @Override
    public long append(JournalRecord record) {
      appended.add(record);
      long bytes = record instanceof JournalRecord.Queued q ? q.publication().bytes() : 50;
      batchBytes += bytes;
      uncommitted += bytes;
      return ++position;
    }

    @Override
    public void commit(DurabilityLevel needed) {
      Batch batch = new Batch(this, appended, position, batchBytes);
      appended = new ArrayList<>();
      batchBytes = 0;
      if (failed) {
        mailbox.accept(new ShardMail.Failed(position, "disk gone"));
      } else if (world.swarm.inlineDisk()) {
        uncommitted -= batch.bytes;
        durable.addAll(batch.records);
        listener.onDurable(DurabilityLevel.DISK, batch.upTo);
      } else {
        waiting.add(batch);
        sync();
      }
    }

    @Override
    public long uncommittedBytes() {
      return uncommitted;
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
  }

  /** Opens the journal of a shard; answers come by its mailbox. */
  Journal open(Journal.Listener listener, Consumer<ShardMail> mailbox) {
    ShardJournal journal = new ShardJournal(listener, mailbox);
    journals.add(journal);
    return journal;
  }

  // ---------------------------------------------------------------- syncing

  private void sync() {
    if (!syncing.isEmpty() || waiting.isEmpty()) {
      return;
    }
    int count = Math.min(waiting.size(), dice.between(1, world.swarm.groupMax()));
    List<Batch> group = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      group.add(waiting.remove());
    }
    if (count > 1) {
      world.mark("sim: several batches in one sync");
    }
    syncing = group;
    int began = life;
    long millis = world.chaos ? dice.between(0, world.swarm.syncMillisMax()) : 1;
    world.clock.after(
        millis,
        () -> {
          if (began == life && !failed) {
            synced();
          }
        });
  }

  private void synced() {
    Map<ShardJournal, Long> answers = new LinkedHashMap<>();
    for (Batch batch : syncing) {
      durable.addAll(batch.records);
      batch.journal.uncommitted -= batch.bytes;
      answers.put(batch.journal, batch.upTo);
    }
    world.note("disk synced " + syncing.size() + " batches, " + durable.size() + " records");
    syncing = List.of();
    answers.forEach(
        (journal, upTo) ->
            journal.mailbox.accept(new ShardMail.Durable(DurabilityLevel.DISK, upTo)));
    sync();
  }

  // ---------------------------------------------------------------- faults

  /** The process is gone, and with it what was not synced. */
  void crash() {
    life++;
    if (!syncing.isEmpty()) {
      int kept = dice.between(0, syncing.size());
      world.mark(kept == 0 ? "sim: crash lost a sync" : "sim: crash kept part of a sync");
      syncing.stream().limit(kept).forEach(batch -> durable.addAll(batch.records));
    }
    world.note("disk keeps " + durable.size() + " records, loses " + waiting.size() + " batches");
    syncing = List.of();
    waiting.clear();
    journals.clear();
    failed = false;
  }

  /** The disk takes nothing more until the process starts again. */
  void fail() {
    if (failed) {
      return;
    }
    failed = true;
    world.note("disk fails");
    List<ShardJournal> told = List.copyOf(journals);
    told.forEach(j -> j.mailbox.accept(new ShardMail.Failed(0, "disk gone")));
  }

  boolean isIdle() {
    return syncing.isEmpty() && waiting.isEmpty();
  }

  @Override
  public void load(Consumer<JournalRecord> visitor) {
    image().forEachRecord(visitor);
  }

  /** What the records make when they are applied. */
  BrokerImage image() {
    BrokerImage image = new BrokerImage();
    durable.forEach(image);
    return image;
  }

  @Override
  public long lastIncarnation() {
    return image().lastIncarnation();
  }

  @Override
  public long lastVersion() {
    return image().lastVersion();
  }

  @Override
  public long markMillis() {
    return world.now();
  }
}

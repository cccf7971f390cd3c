package io.whimbrel.sim;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.QueuePage;
import io.whimbrel.core.port.Recovery;
import io.whimbrel.core.routing.SessionKey;
import io.whimbrel.core.session.BrokerImage;
import io.whimbrel.core.shard.ShardMail;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The committer and the disk behind it: batches of all shards in the order they came, written and
 * synced in groups that take their time; one that nobody waits for may stay behind until somebody
 * does. A power cut loses what is not synced, the end of the process alone what is not written; of
 * the group in the making some first batches are kept, each whole. Which of the two a crash is,
 * {@link Listeners} says. Queues are read back from what is written. Owned by the simulation's
 * thread.
 */
final class SimDisk implements Recovery {
  private final World world;
  private final Dice dice;
  private final Dice pages;
  private final List<JournalRecord> durable = new ArrayList<>();
  private final Map<SessionKey, TreeMap<Long, JournalRecord.Queued>> written = new HashMap<>();
  private final ArrayDeque<Batch> waiting = new ArrayDeque<>();
  private List<Batch> syncing = List.of();
  private boolean groupWritten;
  private boolean wanted;
  private boolean lagging;
  private final List<ShardJournal> journals = new ArrayList<>();
  private int life;
  private int syncs;
  private boolean failed;

  /** What one shard appended in one turn. */
  private record Batch(ShardJournal journal, List<JournalRecord> records, long upTo, long bytes) {}

  SimDisk(World world) {
    this.world = world;
    this.dice = Dice.of(world.seed, "disk");
    this.pages = Dice.of(world.seed, "disk pages");
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
        batch.records.forEach(SimDisk.this::write);
        listener.onDurable(DurabilityLevel.DISK, batch.upTo);
      } else {
        waiting.add(batch);
        settle(needed);
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
      return world.swarm.keepsQueues();
    }

    @Override
    public void readQueue(SessionKey session, long from, int messagesMax, int bytesMax) {
      boolean late = pages.chance(0.5);
      QueuePage soon = page(session, from, messagesMax, bytesMax);
      int began = life;
      world.clock.after(
          pages.between(0, world.chaos ? world.swarm.readMillisMax() : 1),
          () -> {
            if (began == life && !failed) {
              QueuePage page = late ? page(session, from, messagesMax, bytesMax) : soon;
              mailbox.accept(new ShardMail.Page(page));
            }
          });
    }
  }

  /** Opens the journal of a shard; answers come by its mailbox. */
  Journal open(Journal.Listener listener, Consumer<ShardMail> mailbox) {
    ShardJournal journal = new ShardJournal(listener, mailbox);
    journals.add(journal);
    return journal;
  }

  private QueuePage page(SessionKey session, long from, int messagesMax, int bytesMax) {
    List<JournalRecord.Queued> messages = new ArrayList<>();
    long bytes = 0;
    for (JournalRecord.Queued each :
        written.getOrDefault(session, new TreeMap<>()).tailMap(from).values()) {
      if (messages.size() == messagesMax || bytes > bytesMax) {
        return new QueuePage(session, from, messages.get(messages.size() - 1).sequence(), messages);
      }
      messages.add(each);
      bytes += each.publication().bytes();
    }
    return new QueuePage(session, from, Long.MAX_VALUE, messages);
  }

  // ---------------------------------------------------------------- syncing

  /** One that nobody waits for may stay behind for up to a second. */
  private void settle(DurabilityLevel needed) {
    boolean lazy =
        needed == DurabilityLevel.MEMORY && world.chaos && pages.chance(world.swarm.lazyDisk());
    if (!lazy) {
      wanted = true;
      sync();
    } else if (!wanted && !lagging) {
      world.mark("sim: a batch stays behind");
      lagging = true;
      int began = life;
      world.clock.after(
          pages.between(1, 1_000),
          () -> {
            if (began == life) {
              lagging = false;
              wanted = true;
              sync();
            }
          });
    }
  }

  private void sync() {
    if (!wanted || !syncing.isEmpty() || waiting.isEmpty()) {
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
    int number = ++syncs;
    wanted = !waiting.isEmpty();
    int began = life;
    int millis = world.chaos ? dice.between(0, world.swarm.syncMillisMax()) : 1;
    world.clock.after(
        pages.between(0, millis),
        () -> {
          if (began == life && !failed && number == syncs && !syncing.isEmpty()) {
            writtenBySystem();
          }
        });
    world.clock.after(
        millis,
        () -> {
          if (began == life && !failed) {
            synced();
          }
        });
  }

  /** The operating system has the group; the disk has not. */
  private void writtenBySystem() {
    for (Batch batch : syncing) {
      batch.records.forEach(this::write);
    }
    groupWritten = true;
    tell(DurabilityLevel.OS, syncing);
  }

  private void synced() {
    List<Batch> group = syncing;
    for (Batch batch : group) {
      durable.addAll(batch.records);
      batch.records.forEach(this::write);
      batch.journal.uncommitted -= batch.bytes;
    }
    world.note("disk synced " + group.size() + " batches, " + durable.size() + " records");
    syncing = List.of();
    groupWritten = false;
    tell(DurabilityLevel.DISK, group);
    sync();
  }

  private static void tell(DurabilityLevel reached, List<Batch> group) {
    Map<ShardJournal, Long> answers = new LinkedHashMap<>();
    group.forEach(batch -> answers.put(batch.journal, batch.upTo));
    answers.forEach(
        (journal, upTo) -> journal.mailbox.accept(new ShardMail.Durable(reached, upTo)));
  }

  /** Makes what can be read back; a second time it makes no difference. */
  private void write(JournalRecord record) {
    if (record instanceof JournalRecord.Queued r) {
      written.computeIfAbsent(r.session(), s -> new TreeMap<>()).put(r.sequence(), r);
    } else if (record instanceof JournalRecord.Completed r) {
      TreeMap<Long, JournalRecord.Queued> queue = written.get(r.session());
      if (queue != null) {
        queue.remove(r.sequence());
      }
    } else if (record instanceof JournalRecord.SessionEnded r) {
      written.remove(r.session());
    }
  }

  // ---------------------------------------------------------------- faults

  /** The process is gone, and with it what was not synced, or not even written. */
  void crash() {
    life++;
    if (groupWritten && world.listeners.crashesKeepWritten()) {
      world.mark("sim: crash kept what was written");
      syncing.forEach(batch -> durable.addAll(batch.records));
    } else if (!syncing.isEmpty()) {
      int kept = dice.between(0, syncing.size());
      world.mark(kept == 0 ? "sim: crash lost a sync" : "sim: crash kept part of a sync");
      syncing.stream().limit(kept).forEach(batch -> durable.addAll(batch.records));
    }
    if (lagging && !waiting.isEmpty()) {
      world.mark("sim: crash lost a batch that stayed behind");
    }
    world.note("disk keeps " + durable.size() + " records, loses " + waiting.size() + " batches");
    syncing = List.of();
    groupWritten = false;
    waiting.clear();
    wanted = false;
    lagging = false;
    journals.clear();
    failed = false;
    written.clear();
    durable.forEach(this::write);
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
    image()
        .forEachRecord(
            record -> {
              boolean stays =
                  world.swarm.keepsQueues()
                      && record instanceof JournalRecord.Queued q
                      && q.shareFilter() == null
                      && pages.chance(world.swarm.storedOnLoad());
              visitor.accept(stays ? stored((JournalRecord.Queued) record) : record);
            });
  }

  private static JournalRecord stored(JournalRecord.Queued q) {
    return new JournalRecord.Stored(q.session(), q.sequence(), (int) q.publication().bytes());
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

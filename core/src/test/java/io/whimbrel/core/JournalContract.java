package io.whimbrel.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.QueuePage;
import io.whimbrel.core.port.Recovery;
import io.whimbrel.core.routing.SessionKey;
import io.whimbrel.core.session.BrokerImage;
import io.whimbrel.core.session.SessionImage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every journal has to keep, whatever is behind it. An engine's test implements {@link
 * #engine} and inherits the rest.
 */
public interface JournalContract {

  /** One engine under test, with as many journals as it has shards. */
  interface Engine {
    /** Opens the journal of a shard. */
    Journal open(int shard, Journal.Listener listener);

    /** Lets happen what the engine does behind its callers: now everything committed is durable. */
    void settle();

    /** What a restart would find; null where the engine remembers nothing. */
    Recovery reopen();
  }

  /** A fresh engine without records. */
  Engine engine();

  /** Remembers what a journal said. */
  final class Heard implements Journal.Listener {
    final List<Long> durable = new ArrayList<>();
    final List<QueuePage> pages = new ArrayList<>();

    @Override
    public void onDurable(DurabilityLevel reached, long upTo) {
      if (reached == DurabilityLevel.DISK) {
        durable.add(upTo);
      }
    }

    @Override
    public void onPage(QueuePage page) {
      pages.add(page);
    }

    @Override
    public void onFailed(long from, String why) {
      throw new AssertionError("the journal failed: " + why);
    }

    long newest() {
      return durable.isEmpty() ? 0 : durable.get(durable.size() - 1);
    }
  }

  /** A record that can be told from others. */
  static JournalRecord record(int number) {
    return new JournalRecord.SessionOpened(new SessionKey("client" + number, number), "");
  }

  @Test
  default void positionsGrow() {
    Journal journal = engine().open(0, new Heard());
    long before = 0;
    for (int i = 1; i <= 100; i++) {
      long position = journal.append(record(i));
      assertThat(position).isGreaterThan(before);
      before = position;
    }
  }

  @Test
  default void nothingIsDurableBeforeItsCommit() {
    Engine engine = engine();
    Heard heard = new Heard();
    Journal journal = engine.open(0, heard);
    long first = journal.append(record(1));
    journal.commit(DurabilityLevel.DISK);
    long second = journal.append(record(2));
    engine.settle();
    assertThat(heard.newest()).isGreaterThanOrEqualTo(first).isLessThan(second);
  }

  @Test
  default void whatIsCommittedBecomesDurableInOrder() {
    Engine engine = engine();
    Heard heard = new Heard();
    Journal journal = engine.open(0, heard);
    long last = 0;
    for (int i = 1; i <= 50; i++) {
      last = journal.append(record(i));
      if (i % 3 == 0) {
        journal.commit(DurabilityLevel.DISK);
      }
    }
    journal.commit(DurabilityLevel.DISK);
    engine.settle();
    assertThat(heard.durable).isSorted();
    assertThat(heard.newest()).isEqualTo(last);
    assertThat(journal.uncommittedBytes()).isZero();
  }

  @Test
  default void aRestartFindsWhatWasDurableOfAllShardsInTheOrderOfTheCommits() {
    Engine engine = engine();
    Journal one = engine.open(0, new Heard());
    Journal two = engine.open(1, new Heard());
    List<JournalRecord> committed = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      Journal journal = i % 2 == 0 ? one : two;
      committed.add(record(i));
      journal.append(record(i));
      journal.commit(DurabilityLevel.DISK);
    }
    one.append(record(99)); // never committed
    engine.settle();
    Recovery recovery = engine.reopen();
    if (recovery == null) {
      return; // this engine promises nothing over a restart
    }
    List<JournalRecord> found = new ArrayList<>();
    recovery.load(found::add);
    assertThat(found).isEqualTo(committed);
    assertThat(recovery.lastIncarnation()).isEqualTo(20);
  }

  @Test
  default void aRestartFindsTheStateThatAllRecordsMake() {
    for (long seed = 1; seed <= 5; seed++) {
      Engine engine = engine();
      Heard heard = new Heard();
      List<Journal> journals = List.of(engine.open(0, heard), engine.open(1, new Heard()));
      JournalHistory history = new JournalHistory(seed);
      BrokerImage expected = new BrokerImage();
      for (int turn = 0; turn < 400; turn++) {
        Journal journal = journals.get(turn % 2);
        for (JournalRecord record : history.turn()) {
          journal.append(record);
          expected.accept(record);
        }
        journal.commit(DurabilityLevel.values()[turn % 3]);
      }
      journals.forEach(journal -> journal.commit(DurabilityLevel.DISK));
      engine.settle();
      Recovery recovery = engine.reopen();
      if (recovery == null) {
        return; // this engine promises nothing over a restart
      }
      BrokerImage found = new BrokerImage();
      recovery.load(found);
      assertThat(ImageWords.of(found)).as("seed " + seed).isEqualTo(ImageWords.of(expected));
      assertThat(recovery.lastIncarnation()).isEqualTo(expected.lastIncarnation());
      assertThat(recovery.lastVersion()).isEqualTo(expected.lastVersion());
    }
  }

  @Test
  default void aQueueIsReadBackInPages() {
    Engine engine = engine();
    Heard heard = new Heard();
    Journal journal = engine.open(0, heard);
    if (!journal.keepsQueues()) {
      return;
    }
    JournalHistory history = new JournalHistory(7);
    BrokerImage expected = new BrokerImage();
    for (int turn = 0; turn < 400; turn++) {
      for (JournalRecord record : history.turn()) {
        journal.append(record);
        expected.accept(record);
      }
      journal.commit(DurabilityLevel.OS);
    }
    engine.settle();
    for (SessionImage session : expected.sessions()) {
      List<String> read = new ArrayList<>();
      for (long from = 0; from != Long.MAX_VALUE; ) {
        journal.readQueue(session.key(), from, 3, 500);
        engine.settle();
        QueuePage page = heard.pages.get(heard.pages.size() - 1);
        assertThat(page.from()).isEqualTo(from);
        assertThat(page.messages().size()).isLessThanOrEqualTo(3);
        page.messages().forEach(message -> read.add(JournalHistory.words(message)));
        from = page.to() == Long.MAX_VALUE ? Long.MAX_VALUE : page.to() + 1;
      }
      assertThat(read).isEqualTo(session.queue().stream().map(JournalHistory::words).toList());
    }
  }
}

package io.whimbrel.core;

import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.Recovery;
import java.util.ArrayList;
import java.util.List;

/** The journal of the virtual broker keeps the contract. */
class HeldJournalTest implements JournalContract {
  @Override
  public Engine engine() {
    HeldJournal.Log log = new HeldJournal.Log(true, List.of());
    List<HeldJournal> journals = new ArrayList<>();
    return new Engine() {
      @Override
      public Journal open(int shard, Journal.Listener listener) {
        HeldJournal journal = new HeldJournal(log, listener, listener::onPage);
        journal.hold();
        journals.add(journal);
        return journal;
      }

      @Override
      public void settle() {
        journals.forEach(HeldJournal::release);
      }

      @Override
      public Recovery reopen() {
        return journals.get(0).recovery(0, 0);
      }
    };
  }
}

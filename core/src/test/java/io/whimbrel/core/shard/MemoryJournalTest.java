package io.whimbrel.core.shard;

import io.whimbrel.core.JournalContract;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.Recovery;

/** The journal without persistence keeps the contract, and remembers nothing. */
class MemoryJournalTest implements JournalContract {
  @Override
  public Engine engine() {
    return new Engine() {
      @Override
      public Journal open(int shard, Journal.Listener listener) {
        return new MemoryJournal(listener);
      }

      @Override
      public void settle() {}

      @Override
      public Recovery reopen() {
        return null;
      }
    };
  }
}

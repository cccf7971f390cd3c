package io.whimbrel.core.shard;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Journal;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.SessionKey;

/**
 * The journal of a broker without persistence: what is committed is at once as durable as it will
 * ever be, and nothing is remembered. Owned by its shard.
 */
public final class MemoryJournal implements Journal {
  private final Listener listener;
  private long position;

  /**
   * @param listener told within {@link #commit}
   */
  public MemoryJournal(Listener listener) {
    this.listener = listener;
  }

  @Override
  public long append(JournalRecord record) {
    return ++position;
  }

  @Override
  public void commit(DurabilityLevel needed) {
    listener.onDurable(DurabilityLevel.DISK, position);
  }

  @Override
  public long uncommittedBytes() {
    return 0;
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
    throw new IllegalStateException("nothing is kept here");
  }
}

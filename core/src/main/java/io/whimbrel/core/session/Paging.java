package io.whimbrel.core.session;

import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.QueuePage;
import io.whimbrel.core.routing.SessionRef;
import org.jspecify.annotations.Nullable;

/**
 * Reads back, page by page, what a session has on disk alone: content of messages in flight, then
 * spilled messages that wait. One page at a time, and only of what is known to be written: the
 * journal finds nothing else. A page that was asked for on a shard the session has left, or for a
 * connection that is gone, is void. Owned by the session's shard.
 */
final class Paging {
  private final SessionRef ref;
  private final WaitingQueue queue;
  private final Window window;
  private final Runnable arrived;
  private Home home;
  private long recordedAt;
  private long writtenUpTo;
  private @Nullable Asked asked;

  /** A page on its way; stays behind with the shard it was asked on when the session moves. */
  private static final class Asked {
    private final Home at;
    private final long from;
    private final long upTo;
    private boolean cancelled;

    Asked(Home at, long from, long upTo) {
      this.at = at;
      this.from = from;
      this.upTo = upTo;
    }
  }

  /**
   * @param arrived run when a page has come
   */
  Paging(SessionRef ref, WaitingQueue queue, Window window, Home home, Runnable arrived) {
    this.ref = ref;
    this.queue = queue;
    this.window = window;
    this.home = home;
    this.arrived = arrived;
  }

  /**
   * A position of this shard's journal that is not before any message of the queue.
   *
   * <p>That a session arrived or its client connected will do for messages of another shard: that
   * one's batch went to the committer before.
   */
  void recorded(long position) {
    recordedAt = Math.max(recordedAt, position);
  }

  /** Messages up to this one were found on disk. */
  void found(long sequence) {
    writtenUpTo = Math.max(writtenUpTo, sequence);
  }

  /**
   * Messages from this one on were in memory and are spilled now: whether they are written has to
   * be seen again.
   */
  void spilled(long sequence) {
    writtenUpTo = Math.min(writtenUpTo, sequence - 1);
  }

  /** Where the page on its way ends, or 0 for none. */
  long askedUpTo() {
    Asked page = asked;
    return page == null ? 0 : page.upTo;
  }

  /**
   * Asks for the next page where it is time.
   *
   * @param next what is to be sent before all that waits, or null
   */
  void readMore(@Nullable Delivery next) {
    SpilledRun run = queue.spilled();
    if (asked != null) {
      return;
    }
    if (next != null && !next.isRead()) {
      ask(next.sequence, run == null ? window.lastUnread() : run.last());
    } else if (run != null && queue.isFrontShort()) {
      ask(run.first(), run.last());
    }
  }

  private void ask(long from, long last) {
    boolean written = from <= writtenUpTo;
    Asked page = new Asked(home, from, written ? writtenUpTo : last);
    asked = page;
    if (written) {
      read(page);
    } else {
      home.whenDurable(
          recordedAt,
          DurabilityLevel.OS,
          () -> {
            if (!page.cancelled) {
              writtenUpTo = Math.max(writtenUpTo, page.upTo);
              read(page);
            }
          });
    }
  }

  private void read(Asked page) {
    home.readQueue(ref.key(), page.from, found -> onPage(page, found));
  }

  private void onPage(Asked page, QueuePage found) {
    if (page.cancelled) {
      page.at.observer().mark("page came for a session that moved");
      return;
    }
    asked = null;
    home.observer().mark("page read");
    long upTo = Math.min(page.upTo, found.to());
    long next = page.from;
    for (JournalRecord.Queued record : found.messages()) {
      lose(next, Math.min(upTo, record.sequence() - 1));
      next = record.sequence() + 1;
      Delivery unread = window.read(record);
      if (unread != null) {
        home.observer().mark("in flight message read back");
        queue.countRead(unread);
      } else if (!queue.read(record) && queue.isSpilledBefore(record.sequence())) {
        break; // one that was revealed since, and is not in this page
      }
    }
    lose(next, upTo);
    arrived.run();
  }

  /** What should have been there was not. */
  private void lose(long from, long to) {
    for (Delivery delivery : window.unread(from, to)) {
      window.remove(delivery);
      queue.forget(delivery, DropReason.UNREADABLE);
    }
    queue.lose(from, to);
  }

  /** What is on its way is void: the client is away, or the session moves or ends. */
  void cancel() {
    Asked page = asked;
    if (page != null) {
      page.cancelled = true;
      asked = null;
    }
  }

  void arrive(Home newHome) {
    home = newHome;
    recordedAt = 0;
  }
}

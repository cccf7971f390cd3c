package io.whimbrel.server.net;

import io.netty.channel.EventLoop;
import io.netty.util.internal.PlatformDependent;
import io.whimbrel.core.port.Mailboxes.Mail;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What other threads have for one shard. A letter wakes the shard's loop only where nobody is going
 * to look anyway: while the loop is in a turn, or was woken already, it costs one queue entry.
 * Posted to by every thread, read by its loop.
 */
public final class Mailbox {
  /** Who looks into the box next. */
  private enum Reader {
    /** The loop will, by itself. */
    COMING,
    /** Nobody, until somebody is woken. */
    ASLEEP
  }

  private final EventLoop eventLoop;
  private final Queue<Mail> mail = PlatformDependent.newMpscQueue();
  private final AtomicReference<Reader> reader = new AtomicReference<>(Reader.COMING);
  private volatile Runnable wake = () -> {};

  Mailbox(EventLoop eventLoop) {
    this.eventLoop = eventLoop;
  }

  void post(Mail letter) {
    mail.add(letter);
    wakeReader();
  }

  /** From now on the action is run, on the loop, when there is mail and nobody looks. */
  void open(Runnable action) {
    wake = action;
  }

  /** The loop is in a turn: it will look before it ends. */
  void readerComes() {
    reader.setPlain(Reader.COMING);
  }

  /** The loop goes to sleep, unless there is mail. */
  void readerSleeps() {
    reader.set(Reader.ASLEEP);
    if (!mail.isEmpty()) {
      wakeReader();
    }
  }

  @Nullable Mail poll() {
    return mail.poll();
  }

  boolean isEmpty() {
    return mail.isEmpty();
  }

  /** How many letters wait; from any thread. */
  public int size() {
    return mail.size();
  }

  private void wakeReader() {
    if (reader.get() == Reader.ASLEEP && reader.compareAndSet(Reader.ASLEEP, Reader.COMING)) {
      try {
        eventLoop.execute(wake);
      } catch (RejectedExecutionException stopped) {
        mail.clear(); // the loop has ended, and with it everybody these letters were for
      }
    }
  }
}

package io.whimbrel.server.audit;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes the audit log. Where it cannot, that is told once, loudly, events are
 * counted as lost, and it tries again with whatever comes next: the broker goes on. Callable from
 * every thread; whoever changes the file may wait for the disk.
 */
final class AuditTrail {
  private static final Logger LOG = LoggerFactory.getLogger("io.whimbrel.audit");
  private static final long IDLE_MILLIS = 1_000;
  private static final long STOP_SECONDS_MAX = 5;

  private final AuditQueue queue;

  // Guarded by this object's monitor, which the writer holds while it writes.
  private @Nullable AuditFile file;
  private boolean failing;

  private volatile @Nullable Thread writer;
  private volatile boolean open;
  private volatile boolean stopping;

  AuditTrail(AuditQueue queue) {
    this.queue = queue;
  }

  /** Whether there is a file; then events are worth wording. */
  boolean isOpen() {
    return open;
  }

  void add(AuditEvent event) {
    if (open) {
      queue.offer(event);
    }
  }

  /** The same of one that can be told later; says whether it need not be. */
  boolean tryAdd(AuditEvent event) {
    return !open || queue.tryOffer(event);
  }

  /** From now on lines are added there, and what was there is closed. */
  synchronized void become(@Nullable AuditFile next) {
    close(file);
    file = next;
    failing = false;
    open = next != null;
    if (next != null && writer == null) {
      Thread made = new Thread(this::run, "whimbrel-audit");
      made.setDaemon(true);
      made.start();
      writer = made;
    }
  }

  private void run() {
    try {
      while (!stopping || !queue.isEmpty()) {
        write(queue.next(IDLE_MILLIS));
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void write(@Nullable AuditEvent next) {
    AuditFile to = file;
    if (to == null) {
      queue.clear(); // of a log that was switched off
      return;
    }
    try {
      queue.write(next, to);
      if (failing) {
        failing = false;
        LOG.warn("the audit log is written again; how many events were lost stands in it");
      }
    } catch (IOException failed) {
      if (begins()) {
        LOG.error(
            "the audit log CANNOT BE WRITTEN, its events are lost until it can: {}",
            failed.getMessage());
      }
    } catch (RuntimeException | Error failed) { // after which the next events are written as ever
      if (begins()) {
        LOG.error("the audit log CANNOT BE WRITTEN, which is a mistake of Whimbrel", failed);
      }
    }
  }

  /** Whether it was written until now; a failure is told once. */
  private boolean begins() {
    boolean first = !failing;
    failing = true;
    return first;
  }

  /**
   * Writes what waits and a last event, and ends; a disk that does not answer is not waited for.
   */
  void stop(AuditEvent last) {
    stopping = true; // before the event that wakes the writer
    add(last);
    Thread ending = writer;
    try {
      if (ending != null) {
        ending.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS_MAX));
        if (ending.isAlive()) {
          LOG.error("the audit log was not written to its end: the disk does not answer");
          return;
        }
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
      return;
    }
    become(null);
  }

  static void close(@Nullable AuditFile old) {
    if (old != null) {
      try {
        old.close();
      } catch (IOException lost) {
        LOG.error("the audit log could not be closed: {}", lost.getMessage());
      }
    }
  }
}

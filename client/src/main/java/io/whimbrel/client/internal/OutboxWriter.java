package io.whimbrel.client.internal;

import io.whimbrel.codec.ByteWriter;
import java.io.IOException;
import java.util.ArrayDeque;

/**
 * The one thread that writes the log of an outbox: it writes all that has gathered meanwhile,
 * forces it once, and tells so. The slower the disk, the more it takes at once.
 *
 * <p>The session hands over records, and the end of each turn, under the monitor of this object;
 * under it nothing is written and nobody is called. What is taken, the log and the listener belong
 * to the thread.
 */
final class OutboxWriter implements Runnable {
  /** A buffer of the session that has reached this is handed over before the next record. */
  static final int BUFFER_BYTES = 64 << 10;

  /** A buffer that a large message has made larger is not used again. */
  static final int SPARE_BYTES_MAX = 4 * BUFFER_BYTES;

  private static final int SPARE_MAX = 4;

  private final OutboxLog log;
  private final OutboxFiles files;
  private final boolean sync;
  private final Outbox.Listener listener;
  private final Thread thread;

  // Shared, under the monitor.
  private final ArrayDeque<ByteWriter> handed = new ArrayDeque<>();
  private final ArrayDeque<ByteWriter> spare = new ArrayDeque<>();
  private long handedPosition;
  private boolean closing;
  private boolean failed;

  // Owned by the thread.
  private final ArrayDeque<ByteWriter> taken = new ArrayDeque<>();
  private long takenPosition;
  private long safePosition;

  OutboxWriter(OutboxLog log, OutboxFiles files, boolean sync, Outbox.Listener listener) {
    this.log = log;
    this.files = files;
    this.sync = sync;
    this.listener = listener;
    this.thread = new Thread(this, "whimbrel-outbox-" + files);
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  // ---------------------------------------------------------------- for the session

  /** Takes a buffer, and gives an empty one for it; nothing is told of it before a commit. */
  synchronized ByteWriter hand(ByteWriter filled) {
    if (failed) {
      filled.truncate(0); // nothing is kept any more
      return filled;
    }
    ByteWriter last = handed.peekLast();
    if (last != null && last.size() + filled.size() <= BUFFER_BYTES) {
      last.putBytes(filled.array(), 0, filled.size());
      filled.truncate(0);
      return filled;
    }
    handed.add(filled);
    return spare.isEmpty() ? new ByteWriter(BUFFER_BYTES) : spare.remove();
  }

  /** All that was handed over is to become safe, up to this position. */
  synchronized void commit(long position) {
    handedPosition = position;
    notifyAll();
  }

  /** Waits until all is written; what cannot be written, the listener has heard. */
  void close() {
    synchronized (this) {
      closing = true;
      notifyAll();
    }
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  // ---------------------------------------------------------------- the thread

  @Override
  public void run() {
    String why = "an error of the library itself; see the log of uncaught exceptions";
    try (OutboxLog open = log) {
      write();
      open.finish();
      why = "";
    } catch (IOException | OutboxException failure) {
      why = OutboxException.said(failure);
    } catch (InterruptedException stopped) {
      why = "its thread was interrupted";
    } finally {
      if (!why.isEmpty()) {
        fail(why);
      }
    }
  }

  private void write() throws IOException, InterruptedException {
    boolean cleaning = false;
    while (take(cleaning)) {
      for (ByteWriter each : taken) {
        log.append(each.array(), 0, each.size());
      }
      log.commit(sync);
      giveBack();
      if (safePosition < takenPosition) {
        safePosition = takenPosition;
        listener.onSafe(safePosition);
      }
      cleaning = log.clean();
    }
  }

  /**
   * Takes what was handed over, for which it waits unless there is something else to do.
   *
   * @return whether to go on: false where all is written and the outbox is closing
   */
  private synchronized boolean take(boolean cleaning) throws InterruptedException {
    while (!cleaning && !closing && handedPosition == takenPosition) {
      wait();
    }
    boolean more = !closing || handedPosition > takenPosition;
    taken.addAll(handed);
    handed.clear();
    takenPosition = handedPosition;
    return more;
  }

  private synchronized void giveBack() {
    for (ByteWriter each : taken) {
      if (spare.size() < SPARE_MAX && each.array().length <= SPARE_BYTES_MAX) {
        each.truncate(0);
        spare.add(each);
      }
    }
    taken.clear();
  }

  private void fail(String why) {
    synchronized (this) {
      failed = true;
      handed.clear();
      spare.clear();
    }
    listener.onFailed("The outbox in " + files + " cannot be written: " + why);
  }
}
